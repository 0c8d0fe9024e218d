"""How things, places and objects are put in words."""

from __future__ import annotations

from artic_codecs import Box
from articgw.backends.embedded import boxes, colours, words
from articgw.backends.embedded.intent import Phrase
from articgw.backends.embedded.match import Candidate
from articgw.backends.embedded.scene import Sign

CANNOT = (
    "I cannot answer that. I read text, name colours, count coloured shapes{objects}; "
    "I do not reason about what I see."
)
NO_DETECTOR = (
    "I cannot spot objects here: the detector is not installed (run 'articgw models fetch'). "
    "I can read text, name colours and count coloured shapes."
)
NO_TEXT = "I can't read any text in the picture."


def a(name: str) -> str:
    """With the indefinite article."""
    return f"an {name}" if name[:1] in "aeiou" else f"a {name}"


def plural(name: str) -> str:
    """More than one of it."""
    irregular = {"person": "people", "mouse": "mice", "knife": "knives", "sheep": "sheep"}
    if name in irregular:
        return irregular[name]
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


def name_of(phrase: Phrase) -> str:
    """What a phrase means, without an article: "red price tag"."""
    noun = phrase.noun if phrase.noun not in words.INK_NOUNS else "sign"
    if phrase.is_sign and noun.endswith("s"):
        noun = noun[:-1]
    said = f" that says {phrase.mentions[0]}" if phrase.mentions else ""
    hint = f"{phrase.hints[0]} " if phrase.is_sign and len(phrase.hints) == 1 else ""
    return f"{phrase.colour} {hint}{noun or 'sign'}{said}".strip()


def named(phrase: Phrase) -> str:
    """The same with its article."""
    return f"the {name_of(phrase)}" if phrase.mentions else a(name_of(phrase))


def subject(phrase: Phrase, rivals: int) -> str:
    """Of a sentence that says what a sign says."""
    noun = phrase.noun if phrase.noun in words.SIGN_NOUNS - words.INK_NOUNS else "sign"
    noun = noun[:-1] if noun.endswith("s") else noun
    if phrase.vague and rivals and not phrase.hints:
        return "The most prominent sign"
    if phrase.colour:
        return f"The {phrase.colour} {noun}"
    return "It" if phrase.vague else f"The {noun}"


def described(found: Candidate) -> str:
    """A thing in view with its article."""
    if isinstance(found.source, Sign):
        return f'{a(colours.name(found.plate) + " sign")} that says "{found.text}"'
    return a(found.label or f"{colours.name(found.plate)} {shape_name(found.shape)}")


def shape_name(shape: str) -> str:
    """What a shape in a picture may be: a cone is seen as a triangle, and nobody calls it that."""
    return _SHAPE_NAMES.get(shape, shape)


def shapes_name(shape: str) -> str:
    """The same for several."""
    return " or ".join(plural(name) for name in shape_name(shape).split(" or "))


_SHAPE_NAMES = {
    "other": "shape",
    "triangle": "cone or triangle",
    "square": "box",
    "circle": "ball or circle",
}


def where(box: Box) -> str:
    """The place of a box in the picture."""
    x, y = boxes.centre(box)
    across = "left" if x < 0.38 else "right" if x > 0.62 else ""
    down = "top" if y < 0.36 else "bottom" if y > 0.64 else ""
    if across and down:
        return f"at the {down} {across}"
    if across:
        return f"on the {across}"
    return f"at the {down}" if down else "in the middle"
