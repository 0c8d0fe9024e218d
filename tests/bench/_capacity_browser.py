"""What a stock browser's key frames cost, and what they save a question.

Chromium with a film of 720 lines as its camera and nothing of ours in the page sends to a gateway
that asks it for a key frame so often, at one ceiling for the rate: what key frames take, the other
frames lack. Now and then somebody looks: how long until the picture is there?
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from math import inf
from pathlib import Path
from typing import Any

from aiohttp import web
from rich.console import Console

from articgw.backends.scripted import ScriptedBackend, echo
from articgw.config import Config
from articgw.decoding import OnDemand
from articgw.server import Gateway
from tests.bench._capacity_recorder import quantile
from tests.bench._doors_film import views
from tests.helpers.browser import chromium, open_page, write_y4m

Row = dict[str, Any]

SIZE_PX, FPS, LOOP_S = (1280, 720), 30, 2
BPS = 1_000_000
CODECS = ("VP8", "H264")
EVERY_S = (None, 5.0, 2.0, 1.0)
"""None: where more than 5 s pile up, as the gateway does by itself."""
SETTLE_S, WINDOW_S, QUICK_WINDOW_S = 8.0, 40.0, 8.0
LOOK_EVERY_S = 3.7
CALL = """async (codec) => {
  const camera = await navigator.mediaDevices.getUserMedia({
    video: { width: 1280, height: 720, frameRate: 30 },
  });
  const known = RTCRtpSender.getCapabilities("video").codecs;
  const wanted = known.filter(({ mimeType }) => mimeType === `video/${codec}`);
  if (!wanted.length) return false;
  const peer = (window.peer = new RTCPeerConnection());
  const sending = peer.addTransceiver(camera.getVideoTracks()[0], { direction: "sendonly" });
  sending.setCodecPreferences(wanted);
  await peer.setLocalDescription();
  await new Promise((resolve) => {
    const look = () => peer.iceGatheringState === "complete" && resolve();
    peer.onicegatheringstatechange = look;
    look();
  });
  const { sdp, type } = peer.localDescription;
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ sdp, type });
  const answer = await (await fetch("/offer", { method: "POST", headers, body })).json();
  await peer.setRemoteDescription({ type: answer.type, sdp: answer.sdp });
  return true;
}"""


async def browser(console: Console, *, quick: bool) -> list[Row]:
    """A row for each codec and each interval."""
    rows = list[Row]()
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "camera.y4m"
        write_y4m(film, SIZE_PX, FPS, views(SIZE_PX, FPS * LOOP_S))
        for codec in CODECS[: 1 if quick else None]:
            for every_s in EVERY_S[:: 3 if quick else 1]:
                row = {"part": "browser", "codec": codec, "key_frame_every_s": every_s}
                window_s = QUICK_WINDOW_S if quick else WINDOW_S
                try:
                    row |= await _measured(film, codec, every_s, window_s)
                except Exception as error:  # noqa: BLE001  a row that breaks is not the end
                    row["error"] = f"{type(error).__name__}: {error}"
                console.print(row, highlight=False)
                rows.append(row)
    return rows


async def _measured(film: Path, codec: str, every_s: float | None, window_s: float) -> Row:
    came: list[tuple[int, bool]] = []
    with _noted(came):
        async with _gateway() as (url, gateway), chromium(film) as running:
            page, _ = await open_page(running, url)
            if not await page.evaluate(CALL, codec):
                return {"error": f"this Chromium sends no {codec}"}
            (call,) = gateway._calls._calls.values()
            asking = asyncio.create_task(_ask(call.peer, every_s))
            await asyncio.sleep(SETTLE_S)
            came.clear()
            before, began_t = call.peer.frames_decoded, time.monotonic()
            took_ms, qps = list[float](), list[float]()
            while time.monotonic() - began_t < window_s:
                await asyncio.sleep(LOOK_EVERY_S)
                asked_t = time.monotonic()
                frame = await call.peer.slot.current()
                took_ms.append(1000 * (time.monotonic() - asked_t))
                if frame and frame.coded and frame.coded.own.qps is not None:
                    qps.append(float(frame.coded.own.qps.mean()))
            asking.cancel()
            lasted_s = time.monotonic() - began_t
            decoded = call.peer.frames_decoded - before
    keys = [size for size, key in came if key]
    others = [size for size, key in came if not key]
    return {
        "kbps": 8 * sum(size for size, _ in came) / lasted_s / 1000,
        "key_frames_kbps": 8 * sum(keys) / lasted_s / 1000,
        "key_frames_per_min": 60 * len(keys) / lasted_s,
        "key_frame_kbit": 8 * statistics.fmean(keys) / 1000 if keys else None,
        "other_frame_kbit": 8 * statistics.fmean(others) / 1000 if others else None,
        "fps": len(came) / lasted_s,
        "qp": statistics.fmean(qps) if qps else None,
        "looks": len(took_ms),
        "look_p50_ms": quantile(took_ms, 0.5),
        "look_p95_ms": quantile(took_ms, 0.95),
        "decoded_per_look": decoded / max(1, len(took_ms)),
    }


async def _ask(peer: Any, every_s: float | None) -> None:
    while every_s is not None:
        await asyncio.sleep(every_s)
        peer._reception.want_keyframe()


@contextmanager
def _noted(came: list[tuple[int, bool]]) -> Iterator[None]:
    """Each whole frame's bytes, and whether it is a key frame."""
    on_frame = OnDemand.on_frame

    def noted(self: Any, data: bytes, *args: Any, key: bool, now: float) -> None:
        came.append((len(data), key))
        on_frame(self, data, *args, key=key, now=now)

    setattr(OnDemand, "on_frame", noted)  # noqa: B010  mypy
    try:
        yield
    finally:
        setattr(OnDemand, "on_frame", on_frame)  # noqa: B010  mypy


@asynccontextmanager
async def _gateway() -> AsyncGenerator[tuple[str, Gateway]]:
    config = Config(max_bps=BPS, start_bps=BPS, idle=False, max_load=inf, backend="scripted")
    backend = ScriptedBackend(echo)
    backend.reads_ahead = False
    gateway = Gateway(config, backend)
    runner = web.AppRunner(gateway.app(), access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", gateway
    finally:
        await runner.cleanup()
