"""Answers that say what is written: pure.

The sentence holds the text of the sign that is meant and of no other. Where that sign is in view
and cannot be read, or is not found, the answer says so with a low readability, so that the call
gets better pictures before anyone has to repeat the question.
"""

from __future__ import annotations

from dataclasses import replace

from articgw.backends.embedded import kinds, match, readability, wording
from articgw.backends.embedded.intent import Intent
from articgw.backends.embedded.match import Choice
from articgw.backends.embedded.scene import Answer, Evidence, Scene, Sign

_GUESS_SCORE = 0.5
"""Below this score the recogniser's text is not worth saying."""

_PART_NAMES = {
    "price": "price", "time": "time", "year": "year", "phone": "number", "percent": "percentage",
    "web": "address", "number": "number", "score": "score",
}  # fmt: skip


def meant_sign(intent: Intent, scene: Scene) -> Choice:
    """The sign, or the line of a sign, that a question to read means."""
    pool = [match.of_sign(sign) for sign in scene.signs]
    mentions = intent.anchor.mentions if intent.anchor is not None else ()
    for sign in scene.signs:
        for mention in mentions:
            if match.same_text(mention, sign.text) >= 0.8:
                pool += match.lines_as_signs(sign, mention)
    return match.choose(intent, scene, pool)


def read(intent: Intent, scene: Scene) -> Answer:
    """Say what stands on the sign that is meant."""
    choice = meant_sign(intent, scene)
    if choice.candidate is None or not isinstance(choice.candidate.source, Sign):
        return unread(intent, scene)
    return say(intent, choice.candidate.source, choice.rivals)


def say(intent: Intent, sign: Sign, rivals: int) -> Answer:
    """The text of one sign as an answer."""
    if intent.line and abs(intent.line) <= len(sign.lines):
        line = sign.lines[intent.line - 1 if intent.line > 0 else intent.line]
        sign = replace(sign, lines=(line,))
    clear = readability.of_text(sign.score, sign.height_px)
    evidence = (shown(sign),)
    if sign.score < _GUESS_SCORE:
        named, place = wording.named(intent.target), wording.where(sign.box)
        text = f"I can see {named} {place}, but I can't read it."
    elif clear < readability.CLEAR:
        text = f'I can\'t read it clearly; it looks like "{sign.text}".'
    else:
        text = f'{wording.subject(intent.target, rivals)} says "{sign.text}".'
        part = kinds.part(sign.text, intent.kind) if intent.kind else None
        if part and intent.kind in _PART_NAMES and part != sign.text:
            text = f"The {_PART_NAMES[intent.kind]} is {part}. {text}"
    return Answer(text, evidence, readability=clear)


def unread(intent: Intent, scene: Scene) -> Answer:
    """There is no text that fits: perhaps a plate of that colour, too poor to read."""
    plates = [c for c in match.bare_blobs(scene) if c.shape in ("square", "rectangle", "other")]
    if intent.target.colour and plates:
        target = replace(intent.target, shape="", hints=(), mentions=())
        found = match.choose(replace(intent, target=target, kind=None), scene, plates).candidate
        if found is not None:
            named, place = wording.named(intent.target), wording.where(found.box)
            return Answer(
                f"I can see {named} {place}, but I can't read it.",
                (Evidence(found.box, wording.name_of(intent.target)),),
                readability=readability.UNREAD,
            )
    if not scene.signs:
        return Answer(wording.NO_TEXT, readability=0.0)
    named = wording.named(intent.target)
    return Answer(f"I can't find {named} that I can read.", readability=0.0)


def read_all(intent: Intent, scene: Scene) -> Answer:
    """Everything that is written, or all that a phrase allows."""
    readable = [match.of_sign(s) for s in scene.signs if s.score >= _GUESS_SCORE]
    kept = match.matching(intent.target, scene, readable)
    signs = [c.source for c in kept if isinstance(c.source, Sign)]
    if not signs:
        return Answer(wording.NO_TEXT, readability=0.0)
    texts = "; ".join(f'"{sign.text}"' for sign in signs)
    worst = min(readability.of_text(s.score, s.height_px) for s in signs)
    return Answer(f"I read: {texts}.", tuple(map(shown, signs)), readability=worst)


def shown(sign: Sign) -> Evidence:
    """A sign as evidence."""
    return Evidence(sign.box, sign.text, sign.height_px, sign.score)
