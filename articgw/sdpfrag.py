"""application/trickle-ice-sdpfrag (RFC 8840, 9): what WHIP's PATCH says and hears about ICE.

    a=ice-options:trickle           ┐ of the session
    a=group:BUNDLE 0 1              ┘
    m=video 9 UDP/TLS/RTP/SAVPF 96  ┐
    a=mid:0                         │ of the section that carries all
    a=ice-ufrag:… a=ice-pwd:…       │ new ones: the ICE session begins anew
    a=candidate:…                   ┘ as many as there are

Read leniently where nothing can go wrong (credentials before the m-line, no m-line at all), because
senders differ, and strictly where two readings are possible.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from articgw.errors import OfferError
from articgw.sdp_text import Section, carrier_of, sections_of

CONTENT_TYPE = "application/trickle-ice-sdpfrag"
MAX_FRAGMENT_BYTES = 16 * 1024
_LINE = re.compile(r"[am]=\S")
_CANDIDATE = re.compile(
    r"[A-Za-z0-9+/]{1,32} \d{1,5} [!-~]{1,16} \d{1,10} [!-~]{1,255} \d{1,5} typ [!-~]{1,16}( .*)?"
)
_UFRAG = re.compile(r"[!-~]{4,256}")
_PASSWORD = re.compile(r"[!-~]{22,256}")
_REPEATED = ("ice-options", "ice-lite", "ice-pacing", "group")
"""Of the session: RFC 9725, 4.3.3 wants them in every fragment as they were in the SDP."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """One side's name and password in an ICE session (RFC 8839, 5.4)."""

    ufrag: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One address of the far end, as written after ``a=candidate:``."""

    text: str
    mid: str | None
    """Its m-section; None where that is not said: the one that carries all is meant."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a text says about ICE."""

    credentials: Credentials | None
    """None where it names none: those of the running session are meant."""
    candidates: tuple[Candidate, ...]
    session: tuple[str, ...] = ()
    """Lines that every fragment of this side repeats."""
    media: tuple[str, ...] = ()
    """The m-line that carries all, and its mid."""


def read_fragment(text: str) -> Fragment:
    """What a PATCH says. Raises `OfferError` with 400 or 413."""
    if len(text.encode("utf-8", "replace")) > MAX_FRAGMENT_BYTES:
        most = f"a fragment is at most {MAX_FRAGMENT_BYTES} bytes"
        raise OfferError("fragment_too_large", most, 413)
    lines = text.splitlines()
    if not lines or "\0" in text:
        raise _malformed("it is empty, or no text")
    for line in lines:
        if not _LINE.match(line):
            raise _malformed(f"{line!r:.60} is neither an attribute nor an m-line")
    session, media = sections_of(text)
    for section in (session, *media):
        _check_credentials(section)
        for candidate in section.values("candidate"):
            if not _CANDIDATE.fullmatch(candidate):
                raise _malformed(f"a=candidate:{candidate!r:.60} is not one (RFC 8839, 5.1)")
    named = [found for section in (session, *media) if (found := _credentials(section))]
    if any(found != named[0] for found in named):
        raise _malformed("it names two ICE sessions at once")
    return Fragment(named[0] if named else None, _candidates(session, *media))


def ice_of(sdp: str) -> Fragment:
    """What a whole offer or answer says about ICE, in the section that carries all."""
    session, carrier = carrier_of(sdp)
    repeated = tuple(line for line in session.lines if _is_repeated(line))
    if carrier is None:
        return Fragment(None, (), repeated)
    credentials = _credentials(carrier) or _credentials(session)
    media = (carrier.lines[0], *(f"a=mid:{mid}" for mid in carrier.values("mid")))
    return Fragment(credentials, _candidates(carrier), repeated, media)


def write_fragment(ice: Fragment) -> str:
    """The fragment that tells the far end so."""
    lines = [*ice.session, *ice.media]
    if ice.credentials is not None:
        lines.append(f"a=ice-ufrag:{ice.credentials.ufrag}")
        lines.append(f"a=ice-pwd:{ice.credentials.password}")
    lines += [f"a=candidate:{candidate.text}" for candidate in ice.candidates]
    return "\r\n".join([*lines, "a=end-of-candidates"]) + "\r\n"


def _is_repeated(line: str) -> bool:
    return line[2:].split(":", 1)[0] in _REPEATED


def _candidates(*sections: Section) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(text, section.mid) for section in sections for text in section.values("candidate")
    )


def _credentials(section: Section) -> Credentials | None:
    ufrag, password = section.value("ice-ufrag"), section.value("ice-pwd")
    return None if ufrag is None or password is None else Credentials(ufrag, password)


def _check_credentials(section: Section) -> None:
    ufrag, password = section.value("ice-ufrag"), section.value("ice-pwd")
    if ufrag is None and password is None:
        return
    if not _UFRAG.fullmatch(ufrag or "") or not _PASSWORD.fullmatch(password or ""):
        raise _malformed("a=ice-ufrag and a=ice-pwd go together (RFC 8839, 5.4)")


def _malformed(why: str) -> OfferError:
    return OfferError("fragment_malformed", f"the fragment cannot be understood: {why}", 400)
