"""How likely is it that a question means something, where nothing of it need be certain: pure.

Answering wants proof, aiming wants not to miss: `match` drops what does not fit, here it only
becomes less likely. The text of a sign counts as far as it was read surely, and what could not be
read may say anything; it is what a question about text needs a closer look at, as far as it is text
at all: what the detector finds faintly is mostly a pattern, and seldom wide. How likely each is:
the mean of two logistic regressions on such finds in drawn pictures of one seed, 103 in sharp and
113 in coarse ones. On those of another it tells nine of ten pairs apart.
"""

from __future__ import annotations

import math

from articgw.backends.embedded import colours, geometry, kinds, match, words
from articgw.backends.embedded.intent import Intent, Phrase
from articgw.backends.embedded.match import Candidate
from articgw.backends.embedded.scene import Blob, Scene, Sign, Thing

_UNLIKELY = 0.04
_UNREAD_SAYS, _UNREAD_KIND, _UNREAD_HINT = 0.4, 0.6, 1.3
"""What a text that nobody has read counts for: of a wanted text, a wanted sort, a hint."""
_MOST_HINT = 4.0
_IS_TEXT = (-3.8, 3.0, 2.2)
"""Log odds that unread text is text: at once, by the detector's score, by log (width / height)."""
_BARE_PLATE = 0.35
"""A coloured area where a sign is asked for, and no text was found on it."""


def weigh(intent: Intent, candidate: Candidate, scene: Scene) -> float:
    """Likelihood that the target of the intent is this candidate; only ratios mean something."""
    phrase = intent.target
    weight = _look(phrase, candidate, scene) * _text(phrase, candidate)
    weight *= _is_text(candidate, scene.size_px)
    if intent.kind is not None:
        sort = _UNREAD_KIND if not candidate.text else kinds.fits(candidate.text, intent.kind)
        weight *= _blend(candidate, sort, _UNREAD_KIND)
    if intent.relation and intent.anchor is not None:
        anchors = match.weighed_anchors(intent.anchor, scene)
        if anchors:
            near = match.relation_fit(intent.relation, candidate, anchors, scene)
            weight *= max(_UNLIKELY, near)
    return weight


def trust(candidate: Candidate) -> float:
    """How surely the text of a candidate is what stands there, 0..1; 0 where it has none."""
    if not isinstance(candidate.source, Sign) or not candidate.text:
        return 0.0
    letters = sum(c.isalnum() for c in candidate.text)
    sure = min(1.0, max(0.0, (candidate.source.score - 0.55) / 0.35))
    return sure * min(1.0, letters / 3)


def _is_text(candidate: Candidate, size_px: tuple[int, int]) -> float:
    """Chance that it is text at all, where that is what was found and nobody has read it."""
    sign = candidate.source
    if not isinstance(sign, Sign) or candidate.text:
        return 1.0
    wide_px = max(1.0, (sign.box[2] - sign.box[0]) * size_px[0])
    tall_px = max(1.0, (sign.box[3] - sign.box[1]) * size_px[1])
    at_once, by_score, by_form = _IS_TEXT
    found = max(line.found for line in sign.lines)
    odds = at_once + by_score * found + by_form * math.log(wide_px / tall_px)
    return max(_UNLIKELY, 1.0 / (1.0 + math.exp(-odds)))


def _look(phrase: Phrase, candidate: Candidate, scene: Scene) -> float:
    weight = 1.0
    if phrase.colour:
        weight *= max(_UNLIKELY, match.colour_fit(phrase.colour, candidate, scene))
    if phrase.ink and candidate.ink:
        weight *= max(0.2, colours.fit(candidate.ink, phrase.ink))
    for place in phrase.places:
        weight *= max(_UNLIKELY, geometry.place_fit(place, candidate.box))
    if isinstance(candidate.source, Thing) and phrase.label:
        animal = phrase.label == "animal" and candidate.label in words.ANIMALS
        weight *= 1.0 if animal or candidate.label == phrase.label else _UNLIKELY
    if isinstance(candidate.source, Blob):
        weight *= _BARE_PLATE if phrase.is_sign else match.shape_fit(phrase.shape, candidate.shape)
    return weight


def _text(phrase: Phrase, candidate: Candidate) -> float:
    weight = 1.0
    if phrase.mentions:
        said = max(match.same_text(mention, candidate.text) for mention in phrase.mentions)
        weight *= _blend(candidate, said**2 if said > 0.6 else _UNLIKELY, _UNREAD_SAYS)
    if phrase.hints:
        hint = min(_MOST_HINT, match.hint_fit(phrase, candidate.text))
        weight *= max(hint, _blend(candidate, 1.0, _UNREAD_HINT))
    return weight


def _blend(candidate: Candidate, read: float, unread: float) -> float:
    sure = trust(candidate)
    return sure * read + (1.0 - sure) * unread
