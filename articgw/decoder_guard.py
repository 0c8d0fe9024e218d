"""What a picture must look like before a decoder sees it.

A VP8 frame of 67 bytes may claim 16383x16383 pixels: libvpx then takes 900 MiB, and ignores
FFmpeg's max_pixels. An empty frame is the end of the stream to FFmpeg, and no later frame of the
call is decoded. A key frame of 37 bytes costs 5 ms at 1920x1088, so a thousand a second build a
queue that aiortc empties on the event loop when the call ends. So headers are read here first,
sizes are limited as they are allocated (before cropping), and pictures are counted.

PyAV, the library at hand, reads a header only by opening a decoder on it, which is the attack; so
the few fields before the size are read by hand (RFC 6386, 9.1; H.264, 7.3.2.1).
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

MAX_SIDE_PX = 1920
MAX_PIXELS = 1920 * 1088
"""1080p in whole macroblocks, lying or standing."""
MAX_SIZE_CHANGES_PER_S = 4
"""A browser changes the size every few seconds; each change is new memory."""
MAX_PICTURES_PER_S = 75
"""A camera of 60 Hz and some jitter; after a pause, those of one second may come at once."""
ASK_EVERY_S = 0.5
"""A sender is asked for a key frame no more often."""

_VP8_START_CODE = b"\x9d\x01\x2a"
_SPS = re.compile(rb"\x00\x00\x01[\x07\x27\x47\x67\x87\xa7\xc7\xe7]")
_SPS_BYTES = 64
"""The size stands in the first 20 or so; it is never further behind in what encoders write."""
_MAX_SPS = 4
_HIGH_PROFILES = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})
_MAX_GOLOMB_ZEROS = 31


@dataclass(frozen=True, slots=True)
class Refused:
    """A frame that no decoder may see."""

    reason: str
    ask_key_frame: bool = False
    """Whether the sender should be asked for one now."""


class _Malformed(ValueError):
    pass


class _Bits:
    """Reads H.264's fixed-length and exp-Golomb codes (9.1)."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def fixed(self, count: int) -> int:
        if count > self._left:
            raise _Malformed("the SPS is cut short")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def golomb(self) -> int:
        zeros = 0
        while not self.fixed(1):
            zeros += 1
            if zeros > _MAX_GOLOMB_ZEROS:
                raise _Malformed("the SPS has a number of more than 32 bits")
        return (1 << zeros) - 1 + self.fixed(zeros)


def frame_size_px(codec_name: str, data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels that a decoder would allocate for this frame and those after it.

    None where the frame does not say (most frames: only key frames do), where its header cannot be
    read, and for other codecs than VP8 and H.264. H.264 counts whole macroblocks, before cropping.
    """
    try:
        return _size_px(codec_name, data)
    except _Malformed:
        return None


def check(codec_name: str, data: bytes) -> Refused | None:
    """Why a decoder must not see this frame, as far as the frame alone can tell."""
    if not data:
        return Refused("an empty frame, which a decoder takes for the end")
    try:
        size_px = _size_px(codec_name, data)
    except _Malformed as error:
        return Refused(str(error))
    if size_px is None:
        return None
    width_px, height_px = size_px
    if max(size_px) > MAX_SIDE_PX or width_px * height_px > MAX_PIXELS:
        return Refused(f"a picture of {width_px}x{height_px}; at most 1920x1088 fit")
    return None


class DecoderGuard:
    """Checks the frames of one stream, in the order in which a decoder would see them."""

    def __init__(self, codec_name: str) -> None:
        self._codec_name = codec_name
        self._is_video = codec_name.upper() in ("VP8", "H264")
        self._size_px: tuple[int, int] | None = None
        self._changed_ts: deque[float] = deque()
        self._paid_until_t = float("-inf")
        self._needs_key_frame = False
        self._asked_t = float("-inf")

    def on_frame(self, data: bytes, *, now: float) -> Refused | None:
        """Why a decoder must not see this frame; ``now`` in seconds.

        After a refused picture nothing is let through until the next good key frame: what lies
        between is drawn on a picture that was never decoded.
        """
        if not data or not self._is_video:
            return check(self._codec_name, data)
        size_px = frame_size_px(self._codec_name, data)
        refused = check(self._codec_name, data) or self._too_much(size_px, now=now)
        if refused is None and size_px is None and self._needs_key_frame:
            refused = Refused("it builds on a frame that was refused")
        self._needs_key_frame = refused is not None
        if refused is None:
            return None
        return Refused(refused.reason, ask_key_frame=self.may_ask(now=now))

    def may_ask(self, *, now: float) -> bool:
        """Whether a key frame may be asked for now; if so, it counts as asked."""
        if now - self._asked_t < ASK_EVERY_S:
            return False
        self._asked_t = now
        return True

    def _too_much(self, size_px: tuple[int, int] | None, *, now: float) -> Refused | None:
        paid_until_t = max(self._paid_until_t, now) + 1 / MAX_PICTURES_PER_S
        if paid_until_t > now + 1.0 + 1e-9:
            return Refused(f"more than {MAX_PICTURES_PER_S} pictures a second")
        if size_px is not None and size_px != self._size_px:
            while self._changed_ts and now - self._changed_ts[0] >= 1.0:
                self._changed_ts.popleft()
            if len(self._changed_ts) >= MAX_SIZE_CHANGES_PER_S:
                return Refused(f"more than {MAX_SIZE_CHANGES_PER_S} sizes a second")
            self._changed_ts.append(now)
            self._size_px = size_px
        self._paid_until_t = paid_until_t
        return None


def _size_px(codec_name: str, data: bytes) -> tuple[int, int] | None:
    match codec_name.upper():
        case "VP8":
            return _vp8_size_px(data)
        case "H264":
            return _h264_size_px(data)
        case _:
            return None


def _vp8_size_px(data: bytes) -> tuple[int, int] | None:
    if not data or data[0] & 1:
        return None
    if len(data) < 10 or data[3:6] != _VP8_START_CODE:
        raise _Malformed("a VP8 key frame without its start code")
    width_px = int.from_bytes(data[6:8], "little") & 0x3FFF
    height_px = int.from_bytes(data[8:10], "little") & 0x3FFF
    if not width_px or not height_px:
        raise _Malformed(f"a VP8 key frame of {width_px}x{height_px}")
    return width_px, height_px


def _h264_size_px(data: bytes) -> tuple[int, int] | None:
    starts = [found.end() for found in _SPS.finditer(data)]
    if len(starts) > _MAX_SPS:
        raise _Malformed(f"an H.264 frame with {len(starts)} SPS")
    sizes = [_sps_size_px(data[start : start + _SPS_BYTES]) for start in starts]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _sps_size_px(sps: bytes) -> tuple[int, int]:
    """``sps`` without its NAL header; it may be followed by other NAL units."""
    nal = sps.partition(b"\0\0\1")[0]
    bits = _Bits(nal.replace(b"\0\0\3", b"\0\0"))
    profile = bits.fixed(8)
    bits.fixed(16)
    bits.golomb()
    if profile in _HIGH_PROFILES:
        colours, luma_bits, chroma_bits = bits.golomb(), bits.golomb(), bits.golomb()
        if (colours, luma_bits, chroma_bits) != (1, 0, 0) or bits.fixed(2):
            raise _Malformed("H.264 with more than 8-bit 4:2:0, which no call negotiates")
    bits.golomb()
    order_type = bits.golomb()
    if order_type == 0:
        bits.golomb()
    elif order_type != 2:
        raise _Malformed(f"H.264 with picture order {order_type}, which no live encoder writes")
    bits.golomb()
    bits.fixed(1)
    width_px = 16 * (bits.golomb() + 1)
    height_px = 16 * (bits.golomb() + 1) * (2 - bits.fixed(1))
    return width_px, height_px
