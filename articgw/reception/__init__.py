"""Received video: from packets to frames, and what the sender is told about them."""

from articgw.reception.frames import EncodedFrame, FrameBuffer
from articgw.reception.nacks import NackSchedule
from articgw.reception.payloads import starts_keyframe
from articgw.reception.reception import Feedback, Reception

__all__ = [
    "EncodedFrame",
    "Feedback",
    "FrameBuffer",
    "NackSchedule",
    "Reception",
    "starts_keyframe",
]
