"""What WHIP asks of an offer, and what it adds to an answer (RFC 9725, 4.2 and 4.4).

An offer is met whole or refused whole: an encoder that gets half of what it sends would never know.
So all that we would have to turn down (a second camera, another stream, a codec, a direction) is
looked for first, in the text.
"""

from __future__ import annotations

import re
from collections import Counter

from articgw.errors import OfferError
from articgw.offer import check_offer
from articgw.sdp_text import Section, bundled_mids, sections_of

MOST = {"video": 1, "audio": 1, "application": 1}
"""m-lines of each kind."""
_DIRECTIONS = ("sendonly", "sendrecv", "recvonly", "inactive")
_TRANSPORT = ("ice-ufrag", "ice-pwd", "fingerprint", "setup", "rtcp-mux")
TRICKLE = "a=ice-options:trickle"


def check_whip_offer(sdp: str) -> None:
    """Raises `OfferError`, 400, 413 or 422, where the offer cannot be met whole."""
    check_offer(sdp)
    session, media = sections_of(sdp)
    kinds = Counter(section.kind for section in media)
    for kind, count in kinds.items():
        if count > MOST.get(kind, 0):
            most = MOST.get(kind, 0)
            raise _unmet("too_many_tracks", f"{count} {kind} m-lines; at most {most} here")
    if not kinds["video"]:
        raise _unmet("no_video", "no video m-line: there would be nothing to see")
    for section in media:
        if section.kind in ("audio", "video"):
            _check_track(section, session)
    if len(streams := {stream for section in media for stream in _streams(section)}) > 1:
        raise _unmet("too_many_streams", f"{len(streams)} media streams; WHIP carries one")
    mids = [section.mid for section in media]
    bundled = {*bundled_mids(session)} if len(media) > 1 else set(mids)
    if None in mids or len(set(mids)) < len(mids) or not set(mids) <= bundled:
        raise _unmet("no_bundle", "not every m-line in one a=group:BUNDLE, by its a=mid")


def for_parsers(sdp: str) -> str:
    """``sdp`` with what parsers want to be told again, and without what misleads them.

    Sections that are bundle-only leave out their transport (RFC 9143, 7.1.3, and the example of RFC
    9725); FFmpeg names a sound in its BUNDLE that it does not send.
    """
    session, media = sections_of(sdp)
    if not media:
        return sdp
    carrier = next((section for section in media if not section.has("bundle-only")), media[0])
    mids = {section.mid for section in media}
    lines = [_without_others(line, mids) for line in session.lines]
    for section in media:
        lines += section.lines
        if section.has("bundle-only"):
            lines += [line for line in carrier.lines if _is_lacking(line, section)]
    return "\r\n".join(lines) + "\r\n"


def whip_answer(sdp: str) -> str:
    """``sdp``, an answer of aiortc's, with what WHIP wants said besides."""
    sdp = re.sub(r"(?m)^a=rtcp-mux\r?$", "a=rtcp-mux\r\na=rtcp-mux-only\r", sdp)
    return re.sub(r"(?m)^(t=[^\r\n]*)\r?$", rf"\1\r\n{TRICKLE}\r", sdp, count=1)


def _check_track(section: Section, session: Section) -> None:
    direction = _direction(section) or _direction(session) or "sendrecv"
    if direction not in ("sendonly", "sendrecv"):
        raise _unmet("nothing_sent", f"{section.kind} is {direction}; WHIP sends (sendonly)")
    if not section.has("rtcp-mux"):
        raise _unmet("no_rtcp_mux", f"{section.kind} without a=rtcp-mux")


def _direction(section: Section) -> str | None:
    return next((word for word in _DIRECTIONS if f"a={word}" in section.lines), None)


def _streams(section: Section) -> set[str]:
    return {value.split(" ", 1)[0] for value in section.values("msid")} - {"-", ""}


def _without_others(line: str, mids: set[str | None]) -> str:
    if not line.startswith("a=group:BUNDLE "):
        return line
    return " ".join(["a=group:BUNDLE", *(mid for mid in line.split()[1:] if mid in mids)])


def _is_lacking(line: str, section: Section) -> bool:
    name = line[2:].split(":", 1)[0]
    return line.startswith("a=") and name in _TRANSPORT and not section.has(name)


def _unmet(code: str, what: str) -> OfferError:
    return OfferError(code, f"the offer cannot be met whole, so not at all: {what}", 422)
