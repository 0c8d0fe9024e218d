"""What is to be done about a question: read, count, name a colour, and so on.

The tables are tried from top to bottom and the first hit wins, so the order is the rule: counting
before colour ("how many colours"), colour before place ("what colour is the sign on the left").
Patterns are matched against the question in lower case with its quoted text taken out.
"""

from __future__ import annotations

import re

from articgw.backends.embedded import kinds, words
from articgw.backends.embedded.intent import Act, Phrase

_PICTURE = r"(?:the|this|your) (?:picture|image|frame|scene|video|photo|view|camera|screen)"

_FIRST = (
    (Act.COUNT, r"\bhow many\b|\bcount (?:of|the|all|how)\b|\bcount\b.*\bin\b"),
    (Act.COLOUR, r"\b(?:what|which|tell me the|name the|the) colou?rs?\b"),
    (Act.COLOUR, r"\bcolou?r (?:of|is|are)\b|\b(?:what|how) is .* ?colou?red\b"),
    (Act.READ_ALL, r"\bread (?:me |out )?(?:all|everything|every)\b"),
    (Act.READ_ALL, r"\ball (?:of )?(?:the )?(?:text|signs|words)\b|\beverything .*\bwritten\b"),
    (Act.READ_ALL, r"\bwhat (?:signs|texts|words) (?:are|can)\b|\bwhich signs (?:are|do|can)\b"),
    (Act.POSITION, r"\bwhere\b|\b(?:locate|position of|location of)\b"),
    (Act.POSITION, r"\b(?:which|what) (?:side|part|corner|half|position|location|area)\b"),
)
_YES_OR_NO = r"(?:so |and |hey |please )*(?:is|are|does|do|did|can|could|has|have|am)\b"
_THEN = (
    (Act.DESCRIBE, r"\bdescribe\b|\bwhat (?:do|can) you see\b(?! (?:written|on))"),
    (Act.DESCRIBE, rf"\bwhat is (?:visible |shown |there )?(?:in|on) {_PICTURE}"),
    (Act.DESCRIBE, r"\bwhat am i looking at\b|\bwhat (?:objects|things) (?:are|do|can)\b"),
    (Act.DESCRIBE, r"\bwhat is (?:this|that|in front|there)\b\s*\??$"),
    (Act.READ, r"\bhow much (?:is|does|do|are)\b"),
)
_INNER_LIFE = re.compile(
    r"\b(?:happy|sad|angry|tired|feel\w*|doing|why|think\w*|wearing|holding|going to)\b"
)
_WRITTEN = re.compile(r"\b(?:written|text|says?|words?|number|printed|read|reads)\b")
_TEXTUAL = re.compile(
    r"\b(?:says?|reads?|written|writing|printed|texts?|words?|inscribed|inscription|letters?"
    r"|lettering|captions?|title|labell?ed|spelled|spell|message|signs?|label|tag|numbers?"
    r"|digits?|named?|brand|logo|price|cost|slogan|headline|heading)\b"
)
_WHAT_THING = re.compile(
    r"(?:what|which) (?:object|thing|item|animal|vehicle|shape|kind of|type of)\b"
)
_WHAT_IS = re.compile(r"what (?:is|are|stands|lies|sits|can be seen|can you see|appears)\b")
_WHAT_AT = re.compile(
    r"what is (?:on|at|in) the (?:\w+ )?(?:left|right|top|bottom|middle|center|centre)"
)
_DIRECTIONS = {"left", "right", "above", "below", "over", "under", "top", "bottom"}


def act_of(plain: str, main: str, target: Phrase, relation: str) -> Act:
    """``plain`` is the whole question, ``main`` the part that is not the anchor of a relation."""
    for act, pattern in _FIRST:
        if re.search(pattern, plain):
            return act
    if re.search(r"\b(?:the|total) (?:number|amount|quantity) of\b", plain) and not _WRITTEN.search(
        plain.replace("number of", "")
    ):
        return Act.COUNT
    if re.match(_YES_OR_NO, plain):
        return _yes_or_no(plain, target, relation)
    for act, pattern in _THEN:
        if re.search(pattern, plain):
            return act
    if _INNER_LIFE.search(main) and not _WRITTEN.search(main):
        return Act.UNKNOWN
    if _WHAT_THING.match(plain) and not _TEXTUAL.search(main):
        return Act.IDENTIFY
    if _TEXTUAL.search(main) or kinds.asked(main) or target.is_sign:
        return Act.READ
    if (relation and _WHAT_IS.match(plain)) or _WHAT_AT.match(plain):
        return Act.IDENTIFY
    if re.match(r"what (?:is|does|do|are)\b.*\b(?:display|show)\w*\b", plain):
        return Act.READ
    return Act.UNKNOWN


def asks_ink(main: str) -> bool:
    """True where a question for a colour is about the letters and not about the plate."""
    head = main.split(" sign")[0]
    if re.search(r"\b(?:background|behind)\b", main):
        return False
    return re.search(r"\b(?:letter(?:s|ing)?|text|words?|writing|font|characters?|digits?|numbers?)"
                     r"\b", head) is not None  # fmt: skip


def claims_of(plain: str) -> tuple[str, ...]:
    """What is offered for choice or confirmation: directions, or the colour at the end."""
    tokens = re.findall(r"[a-z]+", plain)
    if " or " not in plain and tokens and tokens[-1] in words.COLOURS:
        return (words.COLOURS[tokens[-1]],)
    return tuple(t for t in tokens if t in _DIRECTIONS)


def _yes_or_no(plain: str, target: Phrase, relation: str) -> Act:
    if re.match(r"(?:can|could) you (?:please )?(?:read|tell me|say)\b", plain):
        return Act.READ
    if re.search(r"\b(?:left|right|above|below|over|top|bottom|under|underneath) or\b", plain):
        return Act.POSITION
    if re.search(
        r"\b(?:is|are) (?:there|any)\b|\b(?:do|can|could) you (?:see|spot|find)\b|\bvisible\b"
        rf"|\bin {_PICTURE}|\bdoes .*\bappear\b",
        plain,
    ):
        return Act.PRESENCE
    if re.search(r"\b(?:does|do|did)\b.*\b(?:say|read|show|display|contain|have)\b", plain):
        return Act.CHECK if target.mentions or target.hints else Act.READ
    if re.match(r"(?:is|are) (?:the|it|this|that)\b", plain) and (relation or claims_of(plain)):
        return Act.CHECK
    return Act.UNKNOWN
