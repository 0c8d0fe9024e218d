"""From what was asked and what was found to a sentence: pure.

Say what was asked and no more; what this model cannot do it says plainly, with the finish
"unknown". Reading is in `reading`, places and claims are in `placing`; here are colours, counts,
presence, and what is where.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from articgw.backends.embedded import boxes, colours, geometry, match, wording
from articgw.backends.embedded.intent import Act, Intent
from articgw.backends.embedded.match import Candidate
from articgw.backends.embedded.placing import check, position
from articgw.backends.embedded.pool import (
    cannot,
    certainty,
    from_objects,
    not_seen,
    pinned,
    pool_of,
    seen,
)
from articgw.backends.embedded.reading import read, read_all
from articgw.backends.embedded.scene import Answer, Blob, Scene


def answer(intent: Intent, scene: Scene) -> Answer:
    """Answer an intent from a scene."""
    if intent.act is Act.UNKNOWN:
        hinted = any(match.hint_fit(intent.target, sign.text) > 1.0 for sign in scene.signs)
        return read(intent, scene) if hinted else cannot(scene)
    return _BY_ACT[intent.act](intent, scene)


def _count(intent: Intent, scene: Scene) -> Answer:
    phrase = intent.target
    if phrase.label and not (scene.spots_objects or phrase.colour or phrase.shape):
        return Answer(wording.NO_DETECTOR, finish="unknown")
    if not pinned(phrase) and not phrase.noun:
        return cannot(scene)
    found = match.matching(phrase, scene, pool_of(phrase, scene))
    found = _one_kind(found, phrase.shape)
    if intent.relation and intent.anchor is not None:
        anchors = match.weighed_anchors(intent.anchor, scene)
        if anchors:
            lead = max(anchors, key=lambda pair: pair[1])[0]
            found = [c for c in found if geometry.holds(intent.relation, c.box, lead.box)]
    name = f"{phrase.colour} {phrase.noun or 'objects'}".strip()
    if not found:
        return Answer(f"I see no {name}: 0.")
    text = f"I count {len(found)} {name}."
    return Answer(text, tuple(map(seen, found)), "stop", certainty(found), from_objects(found))


def _one_kind(found: list[Candidate], shape: str) -> list[Candidate]:
    """Without specks and strays: things that are counted together are of like size.

    Where some have exactly the shape that was asked for, others must match them in size.
    """
    if not found or not isinstance(found[0].source, Blob):
        return found
    exact = [boxes.area(c.box) for c in found if c.shape == shape]
    if exact:
        low, high = 0.5 * min(exact), 1.7 * max(exact)
        found = [c for c in found if c.shape == shape or low < boxes.area(c.box) < high]
    largest_third = sorted(boxes.area(c.box) for c in found)[-max(1, (len(found) + 2) // 3)]
    return [c for c in found if 0.35 * largest_third < boxes.area(c.box) < 3.0 * largest_third]


def _colour(intent: Intent, scene: Scene) -> Answer:
    phrase = intent.target
    pool = pool_of(phrase, scene)
    if not pool and (intent.relation or phrase.places):
        pool = match.bare_blobs(scene)
    found = match.choose(replace(intent, kind=None), scene, pool).candidate
    if found is None:
        return not_seen(phrase, scene)
    of_ink = intent.of_ink and bool(found.ink)
    tone = found.ink if of_ink else found.plate
    if not tone:
        return cannot(scene)
    subject = "The letters are" if of_ink else f"The {phrase.noun or 'one'} is"
    text = f"{subject} {colours.name(tone)}."
    return Answer(text, (seen(found),), "stop", certainty([found]), from_objects([found]))


def _presence(intent: Intent, scene: Scene) -> Answer:
    phrase = intent.target
    if phrase.label and not (scene.spots_objects or phrase.colour or phrase.mentions):
        return Answer(wording.NO_DETECTOR, finish="unknown")
    if not pinned(phrase):
        return cannot(scene)
    found = match.matching(phrase, scene, pool_of(phrase, scene))
    if phrase.is_sign and phrase.hints and not phrase.mentions:
        found = [c for c in found if match.hint_fit(phrase, c.text) > 1.0]
    if intent.relation and found:
        best = match.choose(intent, scene, found).candidate
        found = [best] if best is not None else []
    if not found:
        return Answer(f"No, I see no {wording.name_of(phrase)}.")
    text = f"Yes, I see {wording.named(phrase)} {wording.where(found[0].box)}."
    return Answer(text, tuple(map(seen, found)), "stop", certainty(found), from_objects(found))


def _identify(intent: Intent, scene: Scene) -> Answer:
    """What is there? The best of everything in view, and how many there are of it."""
    phrase = replace(intent.target, shape="", is_sign=False)
    pool = [match.of_thing(thing) for thing in scene.things]
    if intent.target.label:
        pool = [
            c for c in pool if c.label == intent.target.label or intent.target.label == "animal"
        ]
    else:
        pool += [match.of_sign(sign) for sign in scene.signs] + match.bare_blobs(scene)
    pool = [one for one in pool if _nameable(one)]
    groups = [one for one in pool if sum(_alike(one, other) for other in pool) > 1]
    intent = replace(intent, target=phrase, kind=None)
    near = groups if intent.relation == "near" else []
    found = match.choose(intent, scene, near).candidate if near else None
    if found is None or not _close(intent, found, scene):
        found = match.choose(intent, scene, pool).candidate
    if found is None:
        return cannot(scene)
    alike = [one for one in groups if _alike(one, found)]
    what = wording.described(found)
    if len(alike) > 1:
        what = f"{len(alike)} {colours.name(found.plate)} {wording.shapes_name(found.shape)}"
    text = f"I see {what} {wording.where(found.box)}."
    evidence = tuple(map(seen, alike or [found]))
    return Answer(text, evidence, "stop", certainty([found]), from_objects([found]))


def _nameable(one: Candidate) -> bool:
    """True where saying what it is helps: not for every pale patch of a background."""
    if not isinstance(one.source, Blob):
        return True
    return one.shape != "other" and colours.name(one.plate) not in ("white", "grey", "black")


def _close(intent: Intent, found: Candidate, scene: Scene) -> bool:
    """True where several of a kind stand right beside the anchor: they are what is meant."""
    anchors = match.weighed_anchors(intent.anchor, scene) if intent.anchor else []
    return match.relation_fit(intent.relation, found, anchors, scene) > 0.3


def _alike(one: Candidate, other: Candidate) -> bool:
    if not (isinstance(one.source, Blob) and isinstance(other.source, Blob)):
        return False
    if colours.name(one.plate) != colours.name(other.plate) or one.shape != other.shape:
        return False
    return 0.4 < boxes.area(one.box) / boxes.area(other.box) < 2.5


def _describe(intent: Intent, scene: Scene) -> Answer:
    things = [match.of_thing(thing) for thing in scene.things]
    signs = [match.of_sign(sign) for sign in scene.signs if sign.score >= 0.6]
    labels = Counter(thing.label for thing in things)
    parts = [
        wording.a(label) if number == 1 else f"{number} {wording.plural(label)}"
        for label, number in labels.items()
    ]
    parts += [f'the text "{sign.text}"' for sign in signs]
    if not parts:
        return Answer("I see no text and no object that I know.")
    found = signs + things
    text = f"I see {', '.join(parts)}."
    return Answer(text, tuple(map(seen, found)), "stop", certainty(found), from_objects(found))


_BY_ACT = {
    Act.READ: read,
    Act.READ_ALL: read_all,
    Act.COUNT: _count,
    Act.COLOUR: _colour,
    Act.PRESENCE: _presence,
    Act.POSITION: position,
    Act.CHECK: check,
    Act.IDENTIFY: _identify,
    Act.DESCRIBE: _describe,
}
