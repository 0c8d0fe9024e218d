"""Frames are looked at before a decoder believes them: articgw/decoder_guard.py."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import aiortc.rtcrtpreceiver
import av
from aiortc.jitterbuffer import JitterFrame

from articgw.aiortc_seams.seam import Seam, missing, missing_in
from articgw.coded import note
from articgw.decoder_guard import MAX_PIXELS, DecoderGuard
from articgw.quantisers import DECODER_OPTIONS

log = logging.getLogger(__name__)


def _needs() -> list[str]:
    receiver: Any = aiortc.rtcrtpreceiver
    return missing(receiver, "get_decoder", "decoder_worker") or missing_in(
        receiver.decoder_worker, "get_decoder", "decode", "FFmpegError"
    )


class GuardedDecoder:
    """aiortc's decoder of one codec, behind `articgw.decoder_guard`; used by one thread at a time.

    Raises `av.FFmpegError`, nothing else, and only to ask for a key frame.
    """

    def __init__(self, codec: Any, get_decoder: Callable[[Any], Any]) -> None:
        self._codec = codec
        self._get_decoder = get_decoder
        self._guard = DecoderGuard(codec.name)
        self._decoder: Any = None
        self._told = False

    def decode(self, encoded_frame: Any) -> list[Any]:
        """As aiortc's thread calls it, with a frame that has just arrived."""
        now = time.monotonic()
        return self.decode_at(encoded_frame, now=now, with_notes=True)

    def decode_at(self, encoded_frame: Any, *, now: float, with_notes: bool) -> list[Any]:
        """The pictures of a frame that arrived at ``now``, in s; see `articgw.coded.note`."""
        refused = self._guard.on_frame(encoded_frame.data, now=now)
        if refused is not None:
            self._tell(refused.reason)
            if refused.ask_key_frame:
                raise av.error.InvalidDataError(0, refused.reason)
            return []
        try:
            self._decoder = self._decoder or _opened(self._get_decoder(self._codec))
            pictures: list[Any] = self._decoder.decode(encoded_frame)
        except av.FFmpegError:
            if self._guard.may_ask(now=now):
                raise
        except Exception as error:  # noqa: BLE001  the thread must go on
            self._tell(f"{type(error).__name__}: {error}")
        else:
            return [_noted(one, encoded_frame) for one in pictures] if with_notes else pictures
        return []

    def _tell(self, reason: str) -> None:
        if not self._told:
            log.warning("%s frame refused: %s", self._codec.name, reason)
        self._told = True


class DemandDecoder:
    """A decoder for articgw/decoding; guarded, where the seam is in force."""

    def __init__(self, codec: Any) -> None:
        receiver: Any = aiortc.rtcrtpreceiver
        self._decoder: Any = receiver.get_decoder(codec)

    def decode(self, data: bytes, pts: int, *, now: float, note: bool) -> list[av.VideoFrame]:
        """See `articgw.decoding.on_demand.Decoder`."""
        frame = JitterFrame(data, pts)
        if isinstance(self._decoder, GuardedDecoder):
            made = self._decoder.decode_at(frame, now=now, with_notes=note)
        else:
            made = self._decoder.decode(frame)
        return [picture for picture in made if isinstance(picture, av.VideoFrame)]


def _install() -> None:
    receiver: Any = aiortc.rtcrtpreceiver
    get_decoder = receiver.get_decoder
    receiver.get_decoder = lambda codec: GuardedDecoder(codec, get_decoder)


def _opened(decoder: Any) -> Any:
    """FFmpeg's own H.264 honours max_pixels, whatever else it makes of an SPS; libvpx does not."""
    context = getattr(decoder, "codec", None)
    if isinstance(context, av.VideoCodecContext):
        asked = {"max_pixels": str(MAX_PIXELS), **DECODER_OPTIONS}
        context.options = {**context.options, **asked}
    return decoder


def _noted(decoded: Any, encoded_frame: Any) -> Any:
    """The picture, which knows now how it was coded (articgw/coded.py)."""
    if isinstance(decoded, av.VideoFrame) and decoded.pts == encoded_frame.timestamp:
        note(decoded, encoded_frame.data)
    return decoded


DECODER_GUARD = Seam(
    "decoder guard",
    "Decoders believe the headers that they are sent: 67 bytes of VP8 cost 900 MiB, an empty frame "
    "is taken for the end and no later one is decoded, and any error that is not FFmpeg's ends the "
    "decoder's thread. decoder_guard.py looks first.",
    _needs,
    _install,
)
