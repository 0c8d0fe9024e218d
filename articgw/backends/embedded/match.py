"""Which of the things in view a question means.

Every constraint of a phrase is a factor of 0..1 on every candidate; the product decides, so that a
colour half washed out or a place near the middle only costs, and what fits all of it wins. Below
`MISSING` on a constraint that people do not get wrong (colour, text on it), the thing is not there.
A relation ("above the green sign") is a factor too: the best over all anchors of how well the
anchor is meant times how well the geometry holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from artic_codecs import Box
from articgw.backends.embedded import boxes, colours, geometry, kinds, words
from articgw.backends.embedded.intent import Intent, Phrase
from articgw.backends.embedded.scene import Blob, Paint, Scene, Sign, TextLine, Thing

MISSING = 0.12
_OTHER_SIDE = 0.06

_SHAPE_FIT = {
    ("circle", "circle"): 1.0, ("circle", "other"): 0.4, ("circle", "square"): 0.3,
    ("square", "square"): 1.0, ("square", "rectangle"): 1.0, ("square", "other"): 0.4,
    ("triangle", "triangle"): 1.0, ("triangle", "other"): 0.4, ("star", "star"): 1.0,
    ("star", "other"): 0.5, ("ring", "ring"): 1.0, ("circle", "ring"): 0.35,
    ("ring", "circle"): 0.5, ("ring", "other"): 0.2, ("heart", "other"): 1.0,
    ("heart", "circle"): 0.4, ("heart", "triangle"): 0.4, ("heart", "star"): 0.4,
    ("triangle", "star"): 0.3, ("star", "circle"): 0.3, ("square", "circle"): 0.3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """Anything in view that can be meant."""

    box: Box
    plate: Paint
    ink: Paint = ()
    text: str = ""
    shape: str = ""
    label: str = ""
    source: Sign | Thing | Blob | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate that is meant, or why there is none."""

    candidate: Candidate | None = None
    rivals: int = 0
    """Others that fit (nearly) as well: the question does not tell them apart."""


def of_sign(sign: Sign) -> Candidate:
    """A sign as a candidate."""
    return Candidate(sign.box, sign.plate, sign.ink, sign.text, "square", "", sign)


def of_thing(thing: Thing) -> Candidate:
    """A detected object as a candidate."""
    return Candidate(thing.box, thing.paint, label=thing.label, source=thing)


def of_blob(blob: Blob) -> Candidate:
    """A coloured area as a candidate."""
    return Candidate(blob.box, blob.paint, shape=blob.shape, source=blob)


def bare_blobs(scene: Scene) -> list[Candidate]:
    """Coloured areas that are not the plate, or a part, of a sign."""
    return [
        of_blob(blob)
        for blob in scene.blobs
        if not any(
            boxes.iou(blob.box, sign.box) > 0.4 or boxes.inside(blob.box, sign.box) > 0.6
            for sign in scene.signs
        )
    ]


def choose(intent: Intent, scene: Scene, candidates: list[Candidate]) -> Choice:
    """The candidate that the target of the intent means."""
    phrase = intent.target
    pairs = [(c, _fit(phrase, c, scene)) for c in candidates]
    pairs = [(c, f) for c, f in pairs if f > 0.0]
    if intent.relation and intent.anchor is not None:
        anchors = weighed_anchors(intent.anchor, scene)
        if anchors:
            pairs = [(c, f * relation_fit(intent.relation, c, anchors, scene)) for c, f in pairs]
            pairs = [(c, f) for c, f in pairs if f > 0.004]
    if intent.kind is not None:
        loose = phrase.colour or phrase.mentions or intent.kind not in kinds.STRICT
        fits = [(c, f, kinds.fits(c.text, intent.kind)) for c, f in pairs]
        pairs = [(c, f * k) for c, f, k in fits if loose or k > 0.35]
    if not pairs:
        return Choice()
    best = ranked(phrase, pairs)[0][0]
    top = next(f for c, f in pairs if c is best)
    return Choice(best, sum(f > 0.5 * top for c, f in pairs if c is not best))


def matching(phrase: Phrase, scene: Scene, candidates: list[Candidate]) -> list[Candidate]:
    """All candidates that a phrase allows: for counting."""
    sides = replace(phrase, places=(), size="", ordinal=0)
    kept = [c for c in candidates if _fit(sides, c, scene) >= 0.3]
    return [
        c for c in kept if all(geometry.place_fit(place, c.box) >= 0.4 for place in phrase.places)
    ]


def weighed_anchors(anchor: Phrase, scene: Scene) -> list[tuple[Candidate, float]]:
    """What the anchor of a relation may be, with how well it fits; empty where nothing does."""
    named = anchor.label and not (anchor.is_sign or anchor.mentions)
    pool = [] if named else [of_sign(sign) for sign in scene.signs]
    if not anchor.mentions and (anchor.colour or not (anchor.is_sign or named)):
        pool += bare_blobs(scene)
    if anchor.label:
        pool += [of_thing(thing) for thing in scene.things]
    weighed = []
    for candidate in pool:
        fit = _fit(anchor, candidate, scene)
        if anchor.shape and isinstance(candidate.source, Sign):
            fit *= 0.7
        if anchor.is_sign and isinstance(candidate.source, Blob):
            fit *= 0.5
        if not (anchor.colour or anchor.mentions or anchor.label or anchor.shape):
            fit *= 0.5 if isinstance(candidate.source, Sign) and anchor.is_sign else 0.0
        if fit > 0.02:
            weighed.append((candidate, fit))
    return weighed


def relation_fit(
    relation: str, candidate: Candidate, anchors: list[tuple[Candidate, float]], scene: Scene
) -> float:
    """How well a candidate stands in a relation to any of the anchors, 0..1."""
    aspect = scene.size_px[0] / scene.size_px[1]
    best = 0.0
    for anchor, weight in anchors:
        if anchor.source is candidate.source or boxes.iou(anchor.box, candidate.box) > 0.5:
            continue
        best = max(
            best, weight * geometry.relation_fit(relation, candidate.box, anchor.box, aspect)
        )
    return best


def _fit(phrase: Phrase, candidate: Candidate, scene: Scene) -> float:
    """Product of the phrase's constraints on a candidate; 0 where it cannot be meant."""
    fit = 1.0
    if phrase.mentions:
        said = max(same_text(mention, candidate.text) for mention in phrase.mentions)
        if said < 0.7:
            return 0.0
        fit *= said**2
    if phrase.colour:
        hue = colour_fit(phrase.colour, candidate, scene)
        if hue < MISSING:
            return 0.0
        fit *= hue
    if phrase.ink and candidate.text:
        fit *= max(MISSING, colours.fit(candidate.ink, phrase.ink))
    for place in phrase.places:
        there = geometry.place_fit(place, candidate.box)
        if there < _OTHER_SIDE:
            return 0.0
        fit *= there
    if candidate.text:
        fit *= hint_fit(phrase, candidate.text)
    if candidate.label and phrase.label and phrase.label != candidate.label:
        if not (phrase.label == "animal" and candidate.label in words.ANIMALS):
            return 0.0
    if isinstance(candidate.source, Blob) and phrase.shape:
        fit *= shape_fit(phrase.shape, candidate.shape)
    return fit


def shape_fit(wanted: str, shape: str) -> float:
    """How well a shape that was found is one that is wanted, 0..1; 1 where none is."""
    return _SHAPE_FIT.get((wanted, shape), 0.15) if wanted else 1.0


def colour_fit(wanted: str, candidate: Candidate, scene: Scene) -> float:
    """Of the plate; else of what carries it ("on the blue bottle"); else of the letters."""
    plate = colours.fit(candidate.plate, wanted)
    if not candidate.text:
        return plate
    carried = any(
        blob.colour == wanted
        and boxes.inside(candidate.box, blob.box) > 0.8
        and boxes.area(blob.box) < 15 * boxes.area(candidate.box)
        for blob in scene.blobs
    )
    return max(plate, 0.7 * carried, 0.1 * colours.fit(candidate.ink, wanted))


def hint_fit(phrase: Phrase, text: str) -> float:
    """More than 1 where words of the question stand on the sign."""
    low = text.lower()
    tokens = [t for t in low.replace("-", " ").split() if len(t) > 1]
    bonus = 1.0
    for hint in phrase.hints:
        if len(hint) > 2 and any(fuzz.ratio(hint, token) >= 84 for token in tokens):
            bonus *= 4.0
    return bonus


def same_text(wanted: str, text: str) -> float:
    """How well a wanted text stands in another, 0..1, whatever the case and the spaces."""
    a, b = _bare(wanted), _bare(text)
    if not a or not b:
        return 0.0
    if len(b) < 0.6 * len(a):
        return 0.0
    return float(fuzz.partial_ratio(a, b)) / 100.0 if len(a) > 2 else float(a in b)


def _bare(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def ranked(phrase: Phrase, pairs: list[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
    """Best first: superlatives and ordinals among those that fit, size as the last judge."""
    top = max(f for _, f in pairs)
    fitting = [(c, f) for c, f in pairs if f >= 0.3 * top]
    if phrase.ordinal and phrase.from_side:
        axis, sign = geometry.AXIS[phrase.from_side]
        ordered = sorted(fitting, key=lambda p: sign * boxes.centre(p[0].box)[axis])
        place = phrase.ordinal - 1 if phrase.ordinal > 0 else len(ordered) - 1
        if place < len(ordered):
            return [(ordered[place][0], 1.0)]
    if phrase.far and phrase.places:
        loose = [(c, f) for c, f in pairs if f >= 0.02 * top]
        axis, sign = geometry.AXIS.get(phrase.places[0], (0, 1))
        ordered = sorted(loose, key=lambda p: sign * boxes.centre(p[0].box)[axis])
        return [(ordered[0][0], 1.0)]
    if phrase.size in ("largest", "smallest"):
        ordered = sorted(fitting, key=lambda p: boxes.area(p[0].box))
        return [(ordered[-1 if phrase.size == "largest" else 0][0], 1.0)]
    biggest = max(boxes.area(c.box) for c, _ in pairs)

    def weight(pair: tuple[Candidate, float]) -> float:
        share = boxes.area(pair[0].box) / biggest
        if phrase.size == "small":
            return pair[1] * math.sqrt(1.1 - share)
        if phrase.size == "large":
            return pair[1] * math.pow(share, 0.6)
        if not phrase.vague:
            return pair[1] * (1.0 if phrase.places else math.pow(share, 0.04))
        x, y = boxes.centre(pair[0].box)
        return pair[1] * math.pow(share, 0.2) * (1.0 - 0.3 * math.hypot(x - 0.5, y - 0.5))

    return sorted(((p[0], weight(p)) for p in pairs), key=lambda p: -p[1])


def lines_as_signs(sign: Sign, without: str) -> list[Candidate]:
    """The other lines of a sign that holds a mentioned text, each as a candidate."""
    others = [line for line in sign.lines if same_text(without, line.text) < 0.8]
    return [of_sign(_one_line(sign, line)) for line in others]


def _one_line(sign: Sign, line: TextLine) -> Sign:
    return replace(sign, lines=(line,), box=line.box)
