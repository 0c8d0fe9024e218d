"""Offers for WHIP, written line by line: nobody is at their other end."""

from __future__ import annotations

import re
from collections.abc import Iterable

UFRAG, PASSWORD = "EsAw", "P2uYro0UCOQ4zxjKXaWCBui1"
NEW_UFRAG, NEW_PASSWORD = "ysXw", "vw5LmwG4y/e6dPP/zAP9Gp5k"
CANDIDATE = "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0"
TCP_CANDIDATE = "a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active"
FINGERPRINT = "a=fingerprint:sha-256 " + ":".join(["AB"] * 32)
TRANSPORT = (
    f"a=ice-ufrag:{UFRAG}",
    f"a=ice-pwd:{PASSWORD}",
    FINGERPRINT,
    "a=setup:actpass",
    "a=rtcp-mux",
)
CODECS = {
    "VP8": ("96", "a=rtpmap:96 VP8/90000"),
    "AV1": ("45", "a=rtpmap:45 AV1/90000"),
    "opus": ("111", "a=rtpmap:111 opus/48000/2"),
}

Lines = tuple[str, ...]


def track(
    kind: str,
    mid: str,
    *,
    codec: str | None = None,
    direction: str = "sendonly",
    stream: str = "camera",
    transport: Lines = TRANSPORT,
) -> Lines:
    """One audio or video section."""
    payload_type, rtpmap = CODECS[codec or ("VP8" if kind == "video" else "opus")]
    return (
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {payload_type}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{mid}",
        f"a={direction}",
        f"a=msid:{stream} {kind}{mid}",
        rtpmap,
        *transport,
    )


def data_channel(mid: str) -> Lines:
    """An application section."""
    return (
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{mid}",
        "a=sctp-port:5000",
        *TRANSPORT[:4],
    )


def offer(*sections: Lines, bundle: bool = True) -> str:
    """The sections as an offer, in one bundle."""
    mids = [line[6:] for section in sections for line in section if line.startswith("a=mid:")]
    head = ["v=0", "o=- 5228595038118931041 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    group = [f"a=group:BUNDLE {' '.join(mids)}"] if bundle else []
    return _text([*head, *group, *(line for section in sections for line in section)])


def bundling(sdp: str, mids: str) -> str:
    """The offer with other names in its bundle."""
    return re.sub("a=group:BUNDLE.*", f"a=group:BUNDLE {mids}\r", sdp)


def bundle_only(kind: str, mid: str) -> Lines:
    """A section as in RFC 9725's example: port 0, its transport said elsewhere."""
    first, *rest = track(kind, mid, transport=("a=bundle-only",))
    return (first.replace(" 9 ", " 0 "), *rest)


def fragment(*lines: str, mid: str = "0", ufrag: str = UFRAG, password: str = PASSWORD) -> str:
    """A trickle fragment as in RFC 9725's example."""
    head = ("a=group:BUNDLE 0 1", "m=video 9 UDP/TLS/RTP/SAVPF 96", f"a=mid:{mid}")
    return _text([*head, f"a=ice-ufrag:{ufrag}", f"a=ice-pwd:{password}", *lines])


def _text(lines: Iterable[str]) -> str:
    return "\r\n".join(lines) + "\r\n"


GOOD = offer(track("video", "0"), track("audio", "1"))
AUDIO_FIRST = offer(track("audio", "0"), track("video", "1"))
SENDRECV = offer(track("video", "0", direction="sendrecv"))
BUNDLE_ONLY = offer(track("audio", "0"), bundle_only("video", "1"))
WITH_DATA = offer(track("video", "0"), data_channel("1"))

MET = [
    ("video and audio", GOOD),
    ("audio first", AUDIO_FIRST),
    ("video alone, both ways", SENDRECV),
    ("RFC 9725's example, bundle-only", BUNDLE_ONLY),
    ("a data channel besides", WITH_DATA),
    ("FFmpeg without sound", bundling(offer(track("video", "1")), "0 1")),
]
"""What is taken: name, offer."""

UNMET = [
    ("two cameras", offer(track("video", "0"), track("video", "1")), 422),
    ("two sounds", offer(track("video", "0"), track("audio", "1"), track("audio", "2")), 422),
    ("two streams", offer(track("video", "0"), track("audio", "1", stream="other")), 422),
    ("sound only", offer(track("audio", "0")), 422),
    ("data only", offer(data_channel("0")), 422),
    ("recvonly", offer(track("video", "0", direction="recvonly")), 422),
    ("inactive sound", offer(track("video", "0"), track("audio", "1", direction="inactive")), 422),
    ("no codec of ours", offer(track("video", "0", codec="AV1")), 422),
    ("no BUNDLE", offer(track("video", "0"), track("audio", "1"), bundle=False), 422),
    ("no rtcp-mux", offer(track("video", "0", transport=TRANSPORT[:4])), 422),
    ("no fingerprint", GOOD.replace("a=fingerprint", "a=x-fingerprint"), 422),
    ("keys in the SDP", GOOD + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n", 422),
    ("nothing", "", 400),
    ("no SDP", "hello", 400),
    ("no m-line", offer(), 400),
    ("no ICE", GOOD.replace("a=ice-", "a=x-ice-"), 400),
    ("too large", GOOD + "a=x:y\r\n" * 12_000, 413),
]
"""What is refused whole: name, offer, status."""
