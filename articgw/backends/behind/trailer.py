"""A trailer: after the answer's text a line that begins with ``@@look`` and holds one JSON object.

It works with any server, because it is only text. The text is shown as it comes; held back is only
an ending that could be the beginning of the mark: white space, a fence of backticks, ``@``. Models
forget the line break and put the line into a fence; both are understood. Without a mark all is
text.
"""

from __future__ import annotations

import re

from articgw.backends.behind.instructions import MARK

MAX_EVIDENCE_CHARS = 8000
_HELD_CHARS = 64
"""White space beyond that is shown: looking for a beginning costs the square of it."""
_MARK = re.compile(re.escape(MARK), re.IGNORECASE)
_MARK_SO_FAR = "(?:" + "|".join(re.escape(MARK[:n]) for n in range(len(MARK) - 1, 0, -1)) + ")"
_BEGINNING = re.compile(
    rf"\s*(?:`{{1,2}}|```(?:j(?:s(?:on?)?)?)?\s*{_MARK_SO_FAR}?|{_MARK_SO_FAR})?\Z", re.IGNORECASE
)
_FENCES = ("```json", "```")


class Trailer:
    """One answer."""

    def __init__(self) -> None:
        self._held = ""
        self._behind: str | None = None

    @property
    def evidence(self) -> str:
        """What stood behind the mark."""
        return self._behind or ""

    def feed(self, text: str) -> str:
        """Everything before the mark, and before what could become one."""
        if self._behind is not None:
            room = MAX_EVIDENCE_CHARS - len(self._behind)
            self._behind += text[: max(0, room)]
            return ""
        text = self._held + text
        mark = _MARK.search(text)
        if mark is not None:
            self._held, self._behind = "", text[mark.end() :][:MAX_EVIDENCE_CHARS]
            return _without_fence(text[: mark.start()])
        beginning = _BEGINNING.search(text, max(0, len(text) - _HELD_CHARS))
        cut = beginning.start() if beginning else len(text)
        self._held = text[cut:]
        return text[:cut]

    def end(self) -> str:
        """What looked like the beginning of a mark and was none."""
        held, self._held = self._held, ""
        return held


def _without_fence(text: str) -> str:
    text = text.rstrip()
    for fence in _FENCES:
        if text.lower().endswith(fence):
            return text[: -len(fence)].rstrip()
    return text
