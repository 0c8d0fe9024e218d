"""Cameras that do not wait: a device of this machine (V4L2), or a stream of the network.

A thread reads all the while, so that nothing queues up in the driver; only the newest frame is
kept. It is a daemon, and `LiveSource.close` does not wait for it: a device that hangs must not hold
up the end of a call.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from concurrent.futures import Future
from errno import ENOENT
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from articgw.client.pictures import open_pictures, reason, upright

OPEN_S, READ_S = 10.0, 10.0
"""A device or stream that is silent for so long is given up."""
_WANTED = {"video_size": "1280x720", "framerate": "30"}
_WAYS: tuple[dict[str, str], ...] = ({"input_format": "mjpeg", **_WANTED}, _WANTED, {})
"""Over USB 2, 720 lines come at 30 frames a second only as JPEG. Drivers pick the nearest size."""
STREAMS = ("rtsp", "rtsps", "http", "https")


class LiveSource:
    """Whatever PyAV reads at its own speed, as a camera. Raises ``OSError`` where it breaks."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._container, self._stream = container, stream
        self._lock = threading.Lock()
        self._coming = _promised()
        self._closed = threading.Event()
        threading.Thread(target=self._read, name="articgw camera", daemon=True).start()

    async def next(self) -> av.VideoFrame:
        """The newest frame that was not taken yet."""
        coming = self._coming
        frame = await asyncio.wrap_future(coming)
        if frame is None:
            raise StopAsyncIteration
        with self._lock:
            if self._coming is coming:
                self._coming = _promised()
        return frame

    def close(self) -> None:
        """The device is let go after the frame that is being read."""
        self._closed.set()

    def _read(self) -> None:
        end: OSError | None = None
        try:
            for frame in self._container.decode(self._stream):
                if self._closed.is_set():
                    break
                self._put(upright(frame))
        except (OSError, av.FFmpegError) as error:
            end = OSError(reason(error))
        finally:
            self._container.close()
            self._put(end)

    def _put(self, item: av.VideoFrame | OSError | None) -> None:
        with self._lock:
            if self._coming.done():
                self._coming = _promised()
            coming = self._coming
        if isinstance(item, OSError):
            coming.set_exception(item)
        else:
            coming.set_result(item)


def _promised() -> Future[av.VideoFrame | None]:
    """A frame to come; None is the end. It runs already, so nobody who waits can cancel it."""
    future: Future[av.VideoFrame | None] = Future()
    future.set_running_or_notify_cancel()
    return future


def open_camera(device: str) -> LiveSource:
    """A camera of this machine, such as /dev/video0. Raises ``OSError``."""
    if not Path(device).exists():
        raise OSError(ENOENT, "there is no such camera; is it plugged in?")
    for options in _WAYS[:-1]:
        try:
            return _live(device, format="v4l2", options=options)
        except OSError:
            continue
    return _live(device, format="v4l2", options=_WAYS[-1])


def open_stream(url: str) -> LiveSource:
    """A camera of the network: RTSP, or HTTP that never ends (MJPEG, MPEG-TS). Raises ``OSError``.

    FFmpeg would take any certificate; here it takes those of the system, or of SSL_CERT_FILE.
    """
    options = {"rtsp_transport": "tcp", "fflags": "nobuffer", "tls_verify": "1"}
    if ca_file := ssl.get_default_verify_paths().cafile:
        options["ca_file"] = ca_file
    return _live(url, options=options)


def _live(address: str, **how: object) -> LiveSource:
    container, stream = open_pictures(address, timeout=(OPEN_S, READ_S), **how)
    if container.duration is not None:
        container.close()
        raise OSError("it has an end: get the file first, and name that")
    return LiveSource(container, stream)
