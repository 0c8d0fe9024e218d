"""From a question to what it wants: pure, no picture needed.

A question pins a target down by what people can see: its colour, its size, where it is, what stands
on it, and what it is next to. The sentence is cut once, at the word that relates the target to
something else ("above", "next to"); what follows is the anchor, what remains is the target. Words
that mean nothing here are kept as hints: they may stand on the sign itself ("the exit sign").
"""

from __future__ import annotations

import re

from articgw.backends.embedded import kinds, words
from articgw.backends.embedded.acts import act_of, asks_ink, claims_of
from articgw.backends.embedded.intent import Act, Intent, Phrase
from articgw.backends.embedded.mentions import lift_mentions

_OF_PICTURE = (
    r"(?:the |this )?(?:picture|image|frame|screen|scene|video|camera|view|photo|shot|street|road"
    r"|room|shelf|table|wall|track|counter|display|page)"
)
_SIDE_OF_PICTURE = re.compile(
    r"\b(left|right|top|bottom)((?:[- ]hand)? (?:side|half|part|corner|edge))?"
    rf" of {_OF_PICTURE}\b"
)
_RELATIONS = (
    ("left", r"(?:to |on |at )?(?:the |its )?(?:immediate )?left(?:[ -]hand)?(?: side)? of"),
    ("right", r"(?:to |on |at )?(?:the |its )?(?:immediate )?right(?:[ -]hand)?(?: side)? of"),
    ("above", r"above|over|on top of|atop|higher than"),
    ("below", r"below|beneath|underneath|under|lower than"),
    (
        "near",
        r"next to|beside|besides|close to|closest to|nearest to|nearest|near|adjacent to|alongside"
        r"|by(?= (?:the|a|an)\b)|in front of|behind|opposite(?: to)?|together with",
    ),
    ("inside", r"inside(?: of)?|within"),
)  # fmt: skip
_RELATION = re.compile(
    r"\b(?:(?:just|right|directly|immediately|placed|located|positioned|standing|mounted|hanging"
    r"|that is|which is|that's|situated|displayed)\s+)*(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _RELATIONS)
    + r")\s+"
)
_ANCHOR_END = re.compile(
    r"\s(?:say|says|read|reads|show|shows|display|displays|state|states|have|has|contain|contains"
    r"|is|are|was|do|does|written|printed|displayed|and what|in (?:the|this) (?:picture|image|frame"
    r"|scene|video|view|background))\b|[?!,;]|$"
)


def parse(question: str) -> Intent:
    """Understand a question. Never fails: `Act.UNKNOWN` says that it was not understood."""
    text, mentions = lift_mentions(question.strip())
    plain = re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip()
    plain = re.sub(r"\bwhat's\b", "what is", plain)
    plain = re.sub(r"\bwhere's\b", "where is", plain)
    plain = _SIDE_OF_PICTURE.sub(r"\1\2", plain)
    main, relation, anchor_text = _cut(plain)
    target = _phrase(main, mentions)
    anchor = _phrase(anchor_text, mentions) if anchor_text else None
    act = act_of(plain, main, target, relation)
    kind = kinds.asked(plain) if act in (Act.READ, Act.UNKNOWN) else None
    if anchor is not None and kind is not None and kinds.asked(main) is None:
        kind = None
    return Intent(
        act=act,
        target=target,
        kind=kind,
        relation=relation,
        anchor=anchor,
        of_ink=act is Act.COLOUR and asks_ink(main),
        line=_line(main),
        claims=claims_of(plain) if act in (Act.CHECK, Act.POSITION) else (),
    )


def _cut(plain: str) -> tuple[str, str, str]:
    """Main part, relation and anchor."""
    for found in _RELATION.finditer(plain):
        relation = found.lastgroup or ""
        rest = plain[found.end() :]
        end = _ANCHOR_END.search(rest)
        anchor = rest[: end.start()] if end else rest
        if not anchor.strip() or re.fullmatch(_OF_PICTURE, anchor.strip()):
            continue
        if re.fullmatch(r"(?:it|this|that|there|me|you)", anchor.strip()):
            continue
        remain = rest[end.start() :] if end else ""
        return f"{plain[: found.start()]} {remain}", relation, anchor
    return plain, "", ""


def _tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9][a-z0-9'-]*", text)


def _phrase(text: str, mentions: tuple[str, ...]) -> Phrase:
    tokens = _tokens(text)
    said = tuple(mentions[int(t[7:])] for t in tokens if re.fullmatch(r"mention\d+", t))
    noun, label, shape, is_sign = _noun(tokens)
    colour, ink = _colours(tokens, text)
    places = tuple(dict.fromkeys(words.PLACES[t] for t in tokens if t in words.PLACES))
    ordinal, from_side = _ordinal(text)
    size = ""
    for name, group in (
        ("smallest", words.SMALLEST),
        ("largest", words.LARGEST),
        ("small", words.SMALL),
        ("large", words.LARGE),
    ):
        if not size and any(t in group for t in tokens):
            size = name
    known = (
        words.DULL | words.COLOURS.keys() | words.PLACES.keys() | words.SIGN_NOUNS | words.SMALL
        | words.LARGE | words.SMALLEST | words.LARGEST | words.ORDINALS.keys() | words.ANYTHING
    )  # fmt: skip
    hints = tuple(
        dict.fromkeys(
            t
            for t in tokens
            if t not in known
            and not t.startswith("mention")
            and len(t) > 1
            and not re.fullmatch(r"colou?r(s|ed)?", t)
        )
    )
    return Phrase(
        noun, label, shape, is_sign, colour, ink, () if from_side else places,
        any(t in words.FAR for t in tokens) or "furthest" in tokens or "far" in tokens,
        size, ordinal, from_side, said, hints,
    )  # fmt: skip


def _noun(tokens: list[str]) -> tuple[str, str, str, bool]:
    """The head noun: the last known noun of the first run of known nouns, signs before others."""
    signs = [t for t in tokens if t in words.SIGN_NOUNS]
    hard = [t for t in signs if t not in words.INK_NOUNS]
    others = [t for t in tokens if t in words.OBJECTS or t in words.SHAPES]
    if hard:
        return hard[0], "", "", True
    if others:
        noun = others[0]
        label, shape = words.OBJECTS.get(noun, ""), words.SHAPES.get(noun, "")
        return noun, label, shape, bool(signs)
    if signs:
        return signs[0], "", "", True
    anything = [t for t in tokens if t in words.ANYTHING]
    return (anything[0], "", "", False) if anything else ("", "", "", False)


def _colours(tokens: list[str], text: str) -> tuple[str, str]:
    """Colour of the thing and of its letters."""
    colour = ink = ""
    written = re.search(r"\b(?:written|printed|painted|drawn|text|letters|words?) in (\w+)", text)
    if written and written.group(1) in words.COLOURS:
        ink = words.COLOURS[written.group(1)]
    for k, token in enumerate(tokens):
        if token not in words.COLOURS:
            continue
        name = words.COLOURS[token]
        follows = next((t for t in tokens[k + 1 : k + 4] if t not in words.COLOURS), "")
        on_white = tokens[k + 1 : k + 3] and tokens[k + 1] in ("on", "and", "-") or False
        if follows in words.INK_NOUNS and not on_white:
            ink = ink or name
        elif name != ink and not colour:
            colour = name
    return colour, ink


def _ordinal(text: str) -> tuple[int, str]:
    found = re.search(
        r"\b(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)\b[\w\s]*?\bfrom the "
        r"(left|right|top|bottom)",
        text,
    )
    if found:
        return words.ORDINALS[found.group(1)], found.group(2)
    return 0, ""


def _line(main: str) -> int:
    found = re.search(
        r"\b(first|second|third|fourth|fifth|last|top|upper|bottom|lower|1st|2nd|3rd)\s+"
        r"(?:line|row of text|row)\b",
        main,
    )
    if not found:
        return 0
    return {"top": 1, "upper": 1, "bottom": -1, "lower": -1}.get(
        found.group(1), words.ORDINALS.get(found.group(1), 0)
    )
