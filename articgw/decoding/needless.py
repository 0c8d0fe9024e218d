"""Coded frames that no other frame rests on: a decoder that catches up may leave them out.

H.264: no NAL unit of a picture is a reference (nal_ref_idc 0; 7.4.1), as in the upper layer of
temporal scalability and in B-frames. A VP8 frame says so behind its entropy-coded header (RFC 6386,
9.7), which is not worth reading here: all of its frames count as needed.
"""

from __future__ import annotations

import re

_SLICE = re.compile(rb"\x00\x00\x01([\x01\x21\x41\x61\x05\x25\x45\x65])")


def rests_nothing_on(codec_name: str, data: bytes) -> bool:
    """``data`` is an H.264 access unit with start codes; False for what cannot be told."""
    if codec_name.upper() != "H264":
        return False
    first = _SLICE.search(data)
    return first is not None and not first.group(1)[0] & 0x60
