"""Answers about where something is, and yes or no to what is claimed about it: pure."""

from __future__ import annotations

from dataclasses import replace

from articgw.backends.embedded import colours, geometry, match, wording
from articgw.backends.embedded.intent import Intent, Phrase
from articgw.backends.embedded.match import Candidate
from articgw.backends.embedded.pool import certainty, from_objects, not_seen, pool_of, seen
from articgw.backends.embedded.reading import unread
from articgw.backends.embedded.scene import Answer, Scene

_RELATION_OF = {"over": "above", "under": "below", "top": "above", "bottom": "below"}
_BESIDE = {"left": "to the left of it", "right": "to the right of it"}


def position(intent: Intent, scene: Scene) -> Answer:
    """Where is it, in the picture or relative to the anchor?"""
    phrase = replace(intent.target, places=()) if intent.claims else intent.target
    found = _alone(intent, phrase, scene, everything=True)
    if found is None:
        return not_seen(phrase, scene)
    place = wording.where(found.box)
    shown = [found]
    anchor = _anchor(intent, found, scene)
    if intent.claims and anchor is not None:
        shown.append(anchor)
        side = next(
            (c for c in intent.claims if geometry.holds(_relation(c), found.box, anchor.box)), ""
        )
        place = _BESIDE.get(side, f"{side} it")
    elif intent.claims:
        side = max(intent.claims, key=lambda c: geometry.place_fit(c, found.box))
        place = f"on the {side}" if side in ("left", "right") else f"at the {side}"
    return _said(f"The {phrase.noun or 'text'} is {place}.", shown)


def check(intent: Intent, scene: Scene) -> Answer:
    """Yes or no: a colour, a position, or a text."""
    if intent.claims and intent.claims[0] in colours.NAMES:
        return _check_colour(intent, scene)
    if intent.relation and intent.anchor is not None:
        return _check_position(intent, scene)
    return _check_text(intent, scene)


def _check_colour(intent: Intent, scene: Scene) -> Answer:
    wanted = intent.claims[0]
    phrase = intent.target
    phrase = replace(phrase, colour="" if phrase.colour == wanted else phrase.colour)
    found = match.choose(replace(intent, target=phrase), scene, pool_of(phrase, scene)).candidate
    if found is None:
        return not_seen(phrase, scene)
    word = "Yes" if colours.fit(found.plate, wanted) >= 0.6 else "No"
    name = colours.name(found.plate)
    return _said(f"{word}, the {phrase.noun or 'one'} is {name}.", [found])


def _check_position(intent: Intent, scene: Scene) -> Answer:
    phrase = replace(intent.target, places=())
    found = _alone(intent, phrase, scene)
    anchor = _anchor(intent, found, scene)
    if found is None or anchor is None:
        return not_seen(phrase, scene)
    word = "Yes" if geometry.holds(intent.relation, found.box, anchor.box) else "No"
    text = f"{word}, the {phrase.noun or 'one'} is {wording.where(found.box)}."
    return _said(text, [found, anchor])


def _check_text(intent: Intent, scene: Scene) -> Answer:
    wanted = " ".join(intent.target.mentions or intent.target.hints)
    phrase = replace(intent.target, mentions=(), hints=())
    signs = [match.of_sign(sign) for sign in scene.signs]
    best = match.choose(replace(intent, target=phrase), scene, signs).candidate
    if best is None:
        return unread(intent, scene)
    agree = [c for c in signs if match.same_text(wanted, c.text) >= 0.85]
    if agree and (phrase.vague or best.source in [c.source for c in agree]):
        return _said("Yes, it does.", agree[:1])
    return _said(f'No, it says "{best.text}".', [best])


def _alone(
    intent: Intent, phrase: Phrase, scene: Scene, *, everything: bool = False
) -> Candidate | None:
    """The target by itself, without its relation."""
    pool = pool_of(phrase, scene)
    plain = not (phrase.is_sign or phrase.label or phrase.shape or phrase.mentions)
    if everything and plain:
        pool = [match.of_sign(sign) for sign in scene.signs] + match.bare_blobs(scene)
    alone = replace(intent, target=phrase, relation="", anchor=None, kind=None)
    return match.choose(alone, scene, pool).candidate


def _anchor(intent: Intent, found: Candidate | None, scene: Scene) -> Candidate | None:
    if intent.anchor is None:
        return None
    weighed = [
        (candidate, weight)
        for candidate, weight in match.weighed_anchors(intent.anchor, scene)
        if found is None or candidate.source is not found.source
    ]
    return max(weighed, key=lambda pair: pair[1])[0] if weighed else None


def _relation(claim: str) -> str:
    return _RELATION_OF.get(claim, claim)


def _said(text: str, found: list[Candidate]) -> Answer:
    evidence = tuple(seen(one) for one in found)
    return Answer(text, evidence, "stop", certainty(found), from_objects(found))
