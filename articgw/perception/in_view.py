"""What was seen last in a call, for those who want to know: the prompt, the sampler, the aim.

Boxes are of a moment. For words a second is fresh enough; who is asked later hears nothing rather
than what was there before.
"""

from __future__ import annotations

import re
from collections import Counter

from artic_codecs import Region
from articgw.perception.jobs import Sighting, Thing

FRESH_S = 1.0
"""For words. A person walks a metre in it."""
EXPIRY_S = 2.0
PRIORITY = 0.6
"""Below a text that the question names: the box is what is asked about, or only beside it."""
MOST_NAMED = 4
SURE = 0.5
"""Score of what is told to a model; less sure boxes are for eyes that see the picture too."""


class InView:
    """Of one call."""

    def __init__(self) -> None:
        self.sighting: Sighting | None = None
        self._told: Sighting | None = None

    def news(self) -> dict[str, int] | None:
        """How many of each kind were seen; None where that was told already."""
        if self.sighting is self._told:
            return None
        self._told = self.sighting
        things = self.sighting.things if self.sighting else ()
        return dict(Counter(one.label for one in things if one.score >= SURE))

    def words(self, *, now: float) -> str:
        """What is in view, as "2 person, 1 cup"; empty where that is not known now."""
        counts = Counter(one.label for one in self._fresh(now) if one.score >= SURE)
        return ", ".join(f"{n} {label}" for label, n in counts.most_common())

    def named_in(self, question: str, *, now: float) -> tuple[Region, ...]:
        """Where the things are that ``question`` names, the surest first."""
        if self.sighting is None:
            return ()
        asked = " ".join(_singular(word) for word in re.findall(r"[a-z]+", question.lower()))
        named = [
            one for one in self._fresh(now) if re.search(rf"\b{re.escape(one.label)}\b", asked)
        ]
        best = sorted(named, key=lambda one: -one.score)[:MOST_NAMED]
        frame_t = self.sighting.captured_t
        return tuple(Region(one.box, frame_t, PRIORITY, now + EXPIRY_S) for one in best)

    def _fresh(self, now: float) -> tuple[Thing, ...]:
        seen = self.sighting
        return seen.things if seen and now - seen.detected_t <= FRESH_S else ()


_IRREGULAR = {"people": "person", "persons": "person", "men": "person", "women": "person",
              "man": "person", "woman": "person", "knives": "knife", "mice": "mouse"}  # fmt: skip


def _singular(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith(("sses", "shes", "ches", "xes", "buses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
