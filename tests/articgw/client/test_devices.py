"""Cameras that do not wait: the newest frame, their end, and how they are opened."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import av
import cv2
import numpy as np
import pytest
from aiohttp import web
from av.container import InputContainer
from av.video.stream import VideoStream
from yarl import URL

from articgw.client.devices import LiveSource, open_camera, open_stream
from articgw.client.pictures import open_pictures
from tests.helpers.certificate import server_context
from tests.helpers.films import film

TIMEOUT_S = 20.0


class Device:
    """A container that gives frames when it is told to."""

    def __init__(self, *events: int | Exception) -> None:
        self.closed = threading.Event()
        self.read = threading.Event()
        self._events = events
        self._go = threading.Semaphore(0)

    def go(self, count: int = 1) -> None:
        self._go.release(count)

    def decode(self, stream: object) -> Iterator[av.VideoFrame]:
        for event in self._events:
            self._go.acquire()
            if isinstance(event, Exception):
                raise event
            yield av.VideoFrame(event, 32, "yuv420p")
        self.read.set()
        self._go.acquire()

    def close(self) -> None:
        self.closed.set()


def live(device: Device) -> LiveSource:
    return LiveSource(cast(InputContainer, device), cast(VideoStream, None))


async def width_of_next(source: LiveSource) -> int:
    return (await asyncio.wait_for(source.next(), TIMEOUT_S)).width


async def test_frames_come_as_they_are_read() -> None:
    device = Device(32, 64)
    source = live(device)
    for width in (32, 64):
        device.go()
        assert await width_of_next(source) == width


async def test_who_is_late_gets_the_newest_frame() -> None:
    device = Device(32, 64, 96)
    source = live(device)
    device.go(3)
    assert await asyncio.to_thread(device.read.wait, TIMEOUT_S)
    assert await width_of_next(source) == 96


async def test_a_wait_that_is_given_up_takes_no_frame() -> None:
    device = Device(32)
    source = live(device)
    waiting = asyncio.create_task(source.next())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    device.go()
    assert await width_of_next(source) == 32


async def test_the_end_is_told_again_and_again() -> None:
    device = Device()
    source = live(device)
    device.go()
    for _ in range(2):
        with pytest.raises(StopAsyncIteration):
            await source.next()
    assert device.closed.is_set()


async def test_a_camera_that_breaks_says_why_without_its_address() -> None:
    device = Device(OSError(5, "Input/output error", "rtsp://user:pass@cam"))
    source = live(device)
    device.go()
    with pytest.raises(OSError, match="^Input/output error$"):
        await source.next()


async def test_closing_does_not_wait_for_a_device_that_hangs() -> None:
    device = Device(32, 64)
    source = live(device)
    source.close()
    source.close()
    assert not device.closed.is_set()
    device.go()
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(source.next(), TIMEOUT_S)
    assert device.closed.is_set()


async def test_a_device_of_libavdevice_is_a_camera() -> None:
    container, stream = open_pictures("testsrc=size=64x48:rate=50,realtime", format="lavfi")
    source = LiveSource(container, stream)
    assert await width_of_next(source) == 64
    assert await width_of_next(source) == 64
    source.close()


def test_a_camera_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no such camera"):
        open_camera(str(tmp_path / "video9"))
    not_a_device = tmp_path / "video8"
    not_a_device.write_bytes(b"")
    with pytest.raises(OSError):
        open_camera(str(not_a_device))


def test_this_build_of_ffmpeg_knows_v4l2() -> None:
    assert "video4linux2,v4l2" in av.formats_available or "v4l2" in av.formats_available


async def _mjpeg(request: web.Request) -> web.StreamResponse:
    """As network cameras serve it, without an end."""
    kind = "multipart/x-mixed-replace; boundary=frame"
    response = web.StreamResponse(headers={"Content-Type": kind})
    await response.prepare(request)
    ok, jpeg = cv2.imencode(".jpg", np.full((48, 64, 3), 128, np.uint8))
    assert ok
    part = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n"
    while True:
        await response.write(part % (len(jpeg), jpeg.tobytes()))
        await asyncio.sleep(0)


@asynccontextmanager
async def camera_server(film_path: Path, **tls: Any) -> AsyncGenerator[str]:
    async def a_film(_: web.Request) -> web.FileResponse:
        return web.FileResponse(film_path)

    app = web.Application()
    app.router.add_get("/mjpeg", _mjpeg)
    app.router.add_get("/film.mp4", a_film)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, **tls).start()
        scheme = "https" if tls else "http"
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.integration
async def test_a_camera_of_the_network_is_read_and_a_film_is_not(tmp_path: Path) -> None:
    async with camera_server(film(tmp_path / "a.mp4", 5)) as url:
        source = await asyncio.to_thread(open_stream, f"{url}/mjpeg")
        assert await width_of_next(source) == 64
        source.close()
        with pytest.raises(OSError, match="it has an end"):
            await asyncio.to_thread(open_stream, f"{url}/film.mp4")
        with pytest.raises(OSError, match="404|not found"):
            await asyncio.to_thread(open_stream, f"{url}/none")


@pytest.mark.integration
async def test_a_certificate_must_be_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with camera_server(film(tmp_path / "a.mp4", 5), ssl_context=server_context()) as url:
        with pytest.raises(OSError):
            await asyncio.to_thread(open_stream, f"{url}/mjpeg")
        here = URL(url)
        assert here.host is not None and here.port is not None
        certificate = tmp_path / "cert.pem"
        address = (here.host, here.port)
        certificate.write_text(await asyncio.to_thread(ssl.get_server_certificate, address))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        source = await asyncio.to_thread(open_stream, f"{url}/mjpeg")
        assert await width_of_next(source) == 64
        source.close()
