"""Does a key frame begin with this RTP payload?

VP8: RFC 7741, 4.2 (S bit, partition 0) and RFC 6386, 9.1 (the inverse key-frame bit).
H.264: RFC 6184, 5.2: a sequence parameter set, or the first fragment of an IDR picture.
"""

from __future__ import annotations

_NAL_IDR, _NAL_SPS, _NAL_STAP_A, _NAL_FU_A = 5, 7, 24, 28


def starts_keyframe(codec_name: str, payload: bytes) -> bool:
    """``codec_name`` as in SDP, in any case. False for codecs that we do not know."""
    match codec_name.upper():
        case "VP8":
            return _vp8(payload)
        case "H264":
            return _h264(payload)
        case _:
            return False


def _vp8(payload: bytes) -> bool:
    if not payload or not payload[0] & 0x10 or payload[0] & 0x07:
        return False
    position = 1
    if payload[0] & 0x80:
        extensions = payload[1] if len(payload) > 1 else 0
        position += 1
        if extensions & 0x80:
            long = len(payload) > position and payload[position] & 0x80
            position += 2 if long else 1
        position += bool(extensions & 0x40)
        position += bool(extensions & 0x30)
    return len(payload) > position and not payload[position] & 0x01


def _h264(payload: bytes) -> bool:
    if len(payload) < 2:
        return False
    kind = payload[0] & 0x1F
    if kind == _NAL_FU_A:
        return bool(payload[1] & 0x80) and payload[1] & 0x1F in (_NAL_IDR, _NAL_SPS)
    if kind == _NAL_STAP_A:
        return len(payload) > 3 and payload[3] & 0x1F in (_NAL_IDR, _NAL_SPS)
    return kind in (_NAL_IDR, _NAL_SPS)
