"""A JSON object whose first string is the answer, shown while the rest is not written yet.

For servers that force the model's output into a schema (`instructions.RESPONSE_FORMAT`). A server
that takes the schema and ignores it lets the model write prose: then all is as with a trailer.

jiter's partial mode was rejected: one more compiled dependency, and it reads the whole answer again
for each token. The string is cut at escapes by one pattern and unescaped by the json module.
"""

from __future__ import annotations

import json
import re

from articgw.backends.behind.trailer import Trailer

MAX_CHARS = 64_000
_OPENING_CHARS = 64
_OPENING = re.compile(r'"answer"\s*:\s*"')
_WHOLE_PART = re.compile(
    r'(?:[^"\\]|\\["\\/bfnrt]|\\u(?![dD][89abAB])[0-9a-fA-F]{4}'
    r"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})*"
)
"""As much of a string as can be unescaped: no half escape, no half of a surrogate pair."""
_OBJECT_SO_FAR = re.compile(r"\s{0,64}(?:`{1,3}|```(?:j|js|jso|json)\s{0,64})?\Z")
_OBJECT = re.compile(r"\s*(?:```(?:json)?\s*)?\{")


class Schema:
    """One answer."""

    def __init__(self) -> None:
        self._written = ""
        self._read_to: int | None = None
        self._closed = False
        self._prose: Trailer | None = None

    @property
    def evidence(self) -> str:
        """The whole object."""
        return self._written if self._prose is None else self._prose.evidence

    def feed(self, text: str) -> str:
        """The next part of the answer's string."""
        if self._prose is not None:
            return self._prose.feed(text)
        known = len(self._written)
        self._written += text[: max(0, MAX_CHARS - known)]
        if self._read_to is None:
            if not _OBJECT.match(self._written):
                return self._begin_prose() if not _OBJECT_SO_FAR.match(self._written) else ""
            opening = _OPENING.search(self._written, max(0, known - _OPENING_CHARS))
            if opening is None:
                return ""
            self._read_to = opening.end()
        return "" if self._closed else self._more(self._read_to)

    def end(self) -> str:
        """What was held back as the beginning of an object."""
        if self._prose is None and not _OBJECT.match(self._written):
            return self._begin_prose() + (self._prose.end() if self._prose else "")
        return "" if self._prose is None else self._prose.end()

    def _more(self, start: int) -> str:
        part = _WHOLE_PART.match(self._written, start)
        assert part is not None
        self._read_to = part.end()
        self._closed = self._written[part.end() : part.end() + 1] == '"'
        text: str = json.loads(f'"{part[0]}"', strict=False)
        return text.encode("utf-8", "replace").decode()

    def _begin_prose(self) -> str:
        self._prose = Trailer()
        return self._prose.feed(self._written)
