"""Where in the picture will the answer be? Regions before any answer has told: pure.

Question -> intent -> candidates: texts read and unread, objects, coloured areas -> weights by rules
(`likely`) and by likeness of meaning -> those nearly as likely as the likeliest. A closer look at
one place too many costs some bits, at the wrong place it costs the answer: where the question does
not decide, several are returned. Where nothing fits it is all text, the most visible first; where
there is none, nothing, and also where things are to be counted and none is seen yet: they may be
anywhere. The middle of the picture is never a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from artic_codecs import Box
from articgw.backends.embedded import boxes, colours, likely, match, pool
from articgw.backends.embedded.intent import Act, Intent
from articgw.backends.embedded.match import Candidate
from articgw.backends.embedded.question import parse
from articgw.backends.embedded.scene import Blob, Scene, Sign

MOST = 4
"""Regions; more than so many places are no aim."""
NEARLY = 0.3
"""Of the weight of the likeliest: what weighs less is not meant."""
_FITS = 0.02
"""A likeliest of less weight is nothing that the question describes."""
_COMPARED = 8
"""Candidates whose meaning is compared with the question's: an embedding takes milliseconds."""
_MEANING, _UNLIKE = 4.0, 0.15
"""How much a cosine above `_UNLIKE`, that of unrelated words, counts."""
_MARGIN, _LEAST_MARGIN_PX = 0.35, 4.0
"""Around a box, in heights of its smallest text: plates end where nobody can see it."""
_PLATE_ASPECT, _PLATE_AREA = (1.2, 9.0), 0.03
"""Width over height, and share of the picture, of what may be a sign without any text found."""
_BESIDE = 1.2
"""How far around an anchor the sign next to it may be, in heights and widths of the anchor."""
_STANDS_THERE = 0.25
"""Fit of a relation from which on something is taken to stand there."""
_OTHERS = 0.5
"""Weight of the rest where a superlative names one of them."""

Likeness = Callable[[str, Sequence[str]], Sequence[float]]
"""Cosines of a question with descriptions, see `articgw.backends.embedded.likeness`."""

_WRITTEN = (Act.READ, Act.READ_ALL, Act.CHECK, Act.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Aim:
    """A part of the picture to look at closer."""

    box: Box
    priority: float
    """0..1; 1 for the likeliest."""
    min_text_px: float | None
    """Height of the smallest text inside, pixels of the picture; None where none is asked for."""
    why: str


def aim(question: str, scene: Scene, likeness: Likeness | None = None) -> tuple[Aim, ...]:
    """Where a question may be answered, likeliest first, at most `MOST`."""
    intent = parse(question)
    if intent.act is Act.COUNT:
        counted = match.matching(intent.target, scene, pool.pool_of(intent.target, scene))
        if not counted:
            return ()
        around = boxes.union(one.box for one in counted)
        return (Aim(_roomy(around, 0.0, scene), 1.0, None, f"all {len(counted)} to count"),)
    pairs = [(one, likely.weigh(intent, one, scene)) for one in candidates(intent, scene)]
    pairs = _meant(question, pairs, likeness)
    pairs = _superlative(intent, _beside(intent, pairs, scene))
    if not pairs or pairs[0][1] < _FITS or intent.act in (Act.READ_ALL, Act.DESCRIBE):
        return salient(scene)
    top = pairs[0][1]
    chosen = [(one, weight / top) for one, weight in pairs if weight >= NEARLY * top]
    return tuple(_aim(one, share, scene) for one, share in _apart(chosen)[:MOST])


def candidates(intent: Intent, scene: Scene) -> list[Candidate]:
    """Everything in view that an intent may mean."""
    phrase = intent.target
    texts = [match.of_sign(sign) for sign in (*scene.signs, *scene.unread)]
    if intent.act in _WRITTEN or phrase.is_sign or phrase.mentions:
        plates = [one for one in match.bare_blobs(scene) if _may_be_plate(one, intent, scene)]
        things = [match.of_thing(t) for t in scene.things if intent.act is Act.UNKNOWN]
        return texts + things + [one for one in plates if _is_bare(one, texts)]
    named = pool.pool_of(phrase, scene)
    if intent.act is Act.IDENTIFY or not pool.pinned(phrase):
        things = [match.of_thing(thing) for thing in scene.things]
        return texts + things + match.bare_blobs(scene)
    return named


def salient(scene: Scene) -> tuple[Aim, ...]:
    """All text, the most visible first, as if any of it might be asked for."""
    texts = [match.of_sign(sign) for sign in (*scene.signs, *scene.unread)]
    ranked = sorted(texts, key=lambda one: -_visible(one))[:MOST]
    return tuple(
        replace(_aim(one, _visible(one) / _visible(ranked[0]), scene), why="text, of any kind")
        for one in ranked
    )


def _visible(one: Candidate) -> float:
    assert isinstance(one.source, Sign)
    return math.sqrt(max(1.0, one.source.height_px)) * (0.5 + one.source.score)


def _meant(
    question: str, pairs: list[tuple[Candidate, float]], likeness: Likeness | None
) -> list[tuple[Candidate, float]]:
    pairs = sorted(pairs, key=lambda pair: -pair[1])
    near = [one for one, w in pairs if w >= 0.1 * pairs[0][1] and (one.text or one.label)]
    near = near[:_COMPARED]
    if likeness is None or len(pairs) < 2 or not near:
        return pairs
    cosines = likeness(question, [_description(one) for one in near])
    factor = {
        id(one): math.exp(_MEANING * (cosine - _UNLIKE) * (likely.trust(one) if one.text else 1.0))
        for one, cosine in zip(near, cosines, strict=True)
    }
    weighed = [(one, weight * factor.get(id(one), 1.0)) for one, weight in pairs]
    return sorted(weighed, key=lambda pair: -pair[1])


def _description(one: Candidate) -> str:
    if one.text:
        return one.text
    return f"{colours.name(one.plate)} {one.label}" if one.plate else one.label


def _beside(
    intent: Intent, pairs: list[tuple[Candidate, float]], scene: Scene
) -> list[tuple[Candidate, float]]:
    """Also the surroundings of the anchor, where nothing was found that stands there."""
    if not intent.relation or intent.anchor is None:
        return pairs
    anchors = match.weighed_anchors(intent.anchor, scene)
    if not anchors or any(
        match.relation_fit(intent.relation, one, anchors, scene) > _STANDS_THERE for one, _ in pairs
    ):
        return pairs
    lead, fit = max(anchors, key=lambda pair: pair[1])
    around = boxes.union(
        one.box
        for one, weight in anchors
        if weight > 0.6 * fit and boxes.gap(one.box, lead.box, 16 / 9) < 0.05
    )
    side = _BESIDE * max(lead.box[2] - lead.box[0], lead.box[3] - lead.box[1])
    place = Candidate(boxes.grown(around, side, side), (), label=f"{intent.relation} it")
    return [(place, max([weight for _, weight in pairs], default=fit)), *pairs]


def _superlative(
    intent: Intent, pairs: list[tuple[Candidate, float]]
) -> list[tuple[Candidate, float]]:
    phrase = intent.target
    if not pairs or not (phrase.ordinal or phrase.far or phrase.size):
        return pairs
    first = match.ranked(phrase, pairs)[0][0]
    top = pairs[0][1]
    rest = [(one, _OTHERS * weight) for one, weight in pairs if one is not first]
    return [(first, top), *rest]


def _apart(pairs: list[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
    kept: list[tuple[Candidate, float]] = []
    for one, weight in pairs:
        if all(boxes.inside(one.box, other.box) < 0.7 for other, _ in kept):
            kept.append((one, weight))
    return kept


def _may_be_plate(blob: Candidate, intent: Intent, scene: Scene) -> bool:
    """True for a coloured area that has the colour and the form of a sign."""
    colour = intent.target.colour
    if not colour or blob.shape not in ("square", "rectangle", "other"):
        return False
    wide, tall = blob.box[2] - blob.box[0], blob.box[3] - blob.box[1]
    low, high = _PLATE_ASPECT
    form = low <= wide * scene.size_px[0] / (tall * scene.size_px[1]) <= high
    return form and wide * tall <= _PLATE_AREA and match.colour_fit(colour, blob, scene) > 0.4


def _is_bare(plate: Candidate, texts: list[Candidate]) -> bool:
    return all(boxes.inside(text.box, plate.box) < 0.5 for text in texts)


def _aim(one: Candidate, priority: float, scene: Scene) -> Aim:
    tall_px = one.source.height_px if isinstance(one.source, Sign) else None
    if isinstance(one.source, Sign):
        why = f'reads "{one.text}"' if one.text else "text that cannot be read yet"
    else:
        plate = isinstance(one.source, Blob)
        why = f"{colours.name(one.plate)} {one.shape}" if plate else one.label
    doubt = 2.0 * (1.0 - likely.trust(one)) if tall_px else 0.0
    return Aim(_roomy(one.box, tall_px or 0.0, scene, doubt), min(1.0, priority), tall_px, why)


def _roomy(box: Box, tall_px: float, scene: Scene, doubt: float = 0.0) -> Box:
    """With a margin; a wider one at the ends of a text that was read poorly: it may go on."""
    wide, tall = scene.size_px
    margin_px = max(_LEAST_MARGIN_PX, _MARGIN * tall_px)
    return boxes.grown(box, (1.0 + doubt) * margin_px / wide, margin_px / tall)
