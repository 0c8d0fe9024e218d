"""Our own encoder in aiortc's sender, for the Python client."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)

_ENCODER = "_RTCRtpSender__encoder"


def use_encoder(sender: Any, encoder: Any) -> bool:
    """Let ``sender`` (an RTCRtpSender that has not sent yet) encode with ``encoder``.

    aiortc makes its own encoder at the first frame, where none is set: H.264 at 0.5 to 3 Mb/s and
    30 frames a second, whatever is asked. Forced keyframes (PLI, FIR) and REMB reach the set one as
    they reach aiortc's: ``encode(frame, force_keyframe)`` and ``target_bitrate``. Returns False,
    and leaves aiortc's own in place, where the private name is gone.
    """
    if not hasattr(sender, _ENCODER):
        log.warning("seam 'encoder' is off: RTCRtpSender.%s is gone; aiortc encodes", _ENCODER)
        return False
    setattr(sender, _ENCODER, encoder)
    return True
