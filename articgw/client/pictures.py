"""Opens whatever holds pictures, with errors for people; and turns them as they were taken."""

from __future__ import annotations

import errno
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

LISTS = frozenset({"concat", "concatf", "dash", "hls", "tty"})
"""What FFmpeg makes pictures of, too: lists of other files and addresses, and plain text."""


def open_pictures(address: str, **how: Any) -> tuple[InputContainer, VideoStream]:
    """A file, device or stream and the pictures in it; ``how`` is for ``av.open``.

    Raises ``OSError``. Its ``strerror`` names no address, for that may hold a password.
    """
    try:
        container = av.open(address, mode="r", **how)
    except av.FFmpegError as error:
        raise OSError(error.errno or 0, reason(error)) from error
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error)) from error
    if container.format.name in LISTS:
        container.close()
        raise OSError(errno.EINVAL, f"it is no film or picture, but {container.format.name!r}")
    if not container.streams.video:
        container.close()
        raise OSError(errno.EINVAL, "there are no pictures in it")
    return container, container.streams.video[0]


def is_still(container: InputContainer) -> bool:
    """Is this one picture, not a film?"""
    return container.format.name == "image2" or container.format.name.endswith("_pipe")


def reason(error: Exception) -> str:
    """Why FFmpeg, or the system, failed; without the address."""
    if isinstance(error, av.InvalidDataError):
        return "it is no film or picture that can be read"
    return str(getattr(error, "strerror", None) or type(error).__name__)


def upright(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame as it was seen: phones do not turn pictures, they note how they were held."""
    quarters = round(frame.rotation / 90) % 4
    if quarters == 0:
        return frame
    turned = np.rot90(frame.to_ndarray(format="rgb24"), quarters)
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(turned, np.uint8), format="rgb24")
