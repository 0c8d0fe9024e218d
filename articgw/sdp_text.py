"""SDP as sections of lines, for questions that need no parser.

Offers come from strangers: what is asked of them here is asked of the text, before a parser that
blocks or asserts sees it. Only what WHIP and trickle ICE ask is here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """The lines before the first m-line, or an m-line and what belongs to it."""

    lines: tuple[str, ...]

    @property
    def kind(self) -> str:
        """audio, video, application, …; empty for the part before the first m-line."""
        first = self.lines[0] if self.lines else ""
        return first[2:].split(" ", 1)[0] if first.startswith("m=") else ""

    @property
    def mid(self) -> str | None:
        """Its name (RFC 5888)."""
        return self.value("mid")

    def has(self, name: str) -> bool:
        """True where there is such an attribute, with a value or without."""
        return f"a={name}" in self.lines or bool(self.values(name))

    def value(self, name: str) -> str | None:
        """What the first ``a=name:`` says."""
        return next(iter(self.values(name)), None)

    def values(self, name: str) -> tuple[str, ...]:
        """What each ``a=name:`` says."""
        start = f"a={name}:"
        return tuple(line[len(start) :].strip() for line in self.lines if line.startswith(start))


def sections_of(sdp: str) -> tuple[Section, tuple[Section, ...]]:
    """The session's lines, and each m-section."""
    groups: list[list[str]] = [[]]
    for line in sdp.splitlines():
        if line.startswith("m="):
            groups.append([])
        groups[-1].append(line)
    session, *media = (Section(tuple(group)) for group in groups)
    return session, tuple(media)


def bundled_mids(session: Section) -> tuple[str, ...]:
    """The mids of the first BUNDLE group; the first of them carries all (RFC 9143)."""
    for group in session.values("group"):
        words = group.split()
        if words[:1] == ["BUNDLE"]:
            return tuple(words[1:])
    return ()


def carrier_of(sdp: str) -> tuple[Section, Section | None]:
    """The session's lines, and the section whose ICE carries the whole BUNDLE group."""
    session, media = sections_of(sdp)
    mids = bundled_mids(session)
    named = (section for section in media if mids and section.mid == mids[0])
    return session, next(named, next(iter(media), None))
