"""Frames are looked at before a decoder believes them: articgw/decoder_guard.py."""

from __future__ import annotations

import logging
import time
from typing import Any

import aiortc.rtcrtpreceiver
import av

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


def _install() -> None:
    receiver: Any = aiortc.rtcrtpreceiver
    get_decoder = receiver.get_decoder

    class GuardedDecoder:
        """Runs in aiortc's decoder thread; raises FFmpegError, and only to ask for a key frame."""

        def __init__(self, codec: Any) -> None:
            self._codec = codec
            self._guard = DecoderGuard(codec.name)
            self._decoder: Any = None
            self._told = False

        def decode(self, encoded_frame: Any) -> list[Any]:
            now = time.monotonic()
            refused = self._guard.on_frame(encoded_frame.data, now=now)
            if refused is not None:
                self._tell(refused.reason)
                if refused.ask_key_frame:
                    raise av.error.InvalidDataError(0, refused.reason)
                return []
            try:
                self._decoder = self._decoder or _opened(get_decoder(self._codec))
                return [_noted(one, encoded_frame) for one in self._decoder.decode(encoded_frame)]
            except av.FFmpegError:
                if self._guard.may_ask(now=now):
                    raise
            except Exception as error:  # noqa: BLE001  the thread must go on
                self._tell(f"{type(error).__name__}: {error}")
            return []

        def _tell(self, reason: str) -> None:
            if not self._told:
                log.warning("%s frame refused: %s", self._codec.name, reason)
            self._told = True

    receiver.get_decoder = GuardedDecoder


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
