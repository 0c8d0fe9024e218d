"""What our answer tells the sender beyond what aiortc writes, and otherwise.

``a=max-message-size`` (RFC 8841) is lowered: browsers then refuse to send what would only be
refused here.

Chromium and libwebrtc start at 300 kb/s and grow 8 % a second, so the first pictures are small and
coarse for 20 s, unless the answer names a rate to start with: ``x-google-start-bitrate``, kb/s, per
payload type (libwebrtc, media/base/media_constants.cc). Others ignore what they do not know.
"""

from __future__ import annotations

import re

_CODECS = ("VP8", "VP9", "H264", "AV1")
_RTPMAP = re.compile(r"a=rtpmap:(\d+) ([A-Za-z0-9-]+)/")


MAX_MESSAGE_BYTES = 64 * 1024
"""RFC 8841's default; ours are 16 KiB at most, and what is between the two gets a typed error."""


def with_message_limit(sdp: str) -> str:
    """``sdp`` with the size of the largest message that is worth sending."""
    return re.sub(r"a=max-message-size:\d+", f"a=max-message-size:{MAX_MESSAGE_BYTES}", sdp)


def with_start_bitrate(sdp: str, start_bps: int) -> str:
    """``sdp`` with the rate to start with on every video codec of it."""
    lines = sdp.splitlines()
    setting = f"x-google-start-bitrate={start_bps // 1000}"
    has_fmtp = {line[7:].split(" ")[0] for line in lines if line.startswith("a=fmtp:")}
    out: list[str] = []
    types: set[str] = set()
    for line in lines:
        found = _RTPMAP.match(line)
        if found and found[2].upper() in _CODECS:
            types.add(found[1])
        payload_type = line[7:].split(" ")[0] if line.startswith("a=fmtp:") else None
        out.append(f"{line};{setting}" if payload_type in types else line)
        if found and found[1] in types and found[1] not in has_fmtp:
            out.append(f"a=fmtp:{found[1]} {setting}")
    return "\r\n".join(out) + "\r\n"
