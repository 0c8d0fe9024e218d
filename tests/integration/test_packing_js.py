"""The page packs by the same rules as Python, and Python reads what the page has packed."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
import pytest
from aiohttp import web
from numpy.typing import NDArray
from playwright.async_api import Page

from artic_codecs.layout import Layout
from artic_codecs.layout_mark import MarkWhy, Reading, read_mark
from artic_codecs.pack import pack, size_of, unpack
from tests.codecs import packing_vectors
from tests.codecs.coders import through
from tests.codecs.test_layout_mark import luma
from tests.helpers.browser import chromium, open_page

pytestmark = pytest.mark.integration

Pixels = NDArray[np.uint8]
RATES = [(25_000, 2.0), (50_000, 5.0), (100_000, 5.0)]
SIZE_PX = (1280, 720)
FRAMES = 8

VECTORS = """async ({ plans, marks }) => {
  const { plan } = await import("/page/packing.js");
  const { cellsOf } = await import("/page/layout-mark.js");
  const geometry = await import("/page/layout.js");
  const layoutOf = (row) => row && {
    cameraPx: row.slice(0, 2), windowStep: row[2], thumbnailStep: row[3],
    column: row[4], row: row[5] };
  const rowOf = (layout) => layout &&
    [...layout.cameraPx, layout.windowStep, layout.thumbnailStep, layout.column, layout.row];
  const sidesOf = ({ x, y, width, height }) => [x, y, x + width, y + height];
  return {
    plans: plans.map((known) => {
      const wishes = known.wishes.map(([box, priority]) => (
        { box: box.map(Number), priority: Number(priority) }));
      const [mostWindowStep, thumbnailStep, mostPart] = known.limits;
      const limits = { mostWindowStep, thumbnailStep, mostPart };
      const { layout, why, leftOut } = plan(known.camera_px, wishes, layoutOf(known.last), limits);
      return { layout: rowOf(layout), why, left_out: leftOut };
    }),
    marks: marks.map((known) => {
      const layout = layoutOf(known.layout);
      return {
        cells: cellsOf(layout).map(Number).join(""),
        window: sidesOf(geometry.windowOf(layout)),
        window_at: sidesOf(geometry.windowAt(layout)),
        thumbnail_at: sidesOf(geometry.thumbnailAt(layout)),
        packed_px: geometry.packedPx(layout),
      };
    }),
  };
}"""

PACK = """async ({ painter, format, cameraPx, frames, wishes }) => {
  const { plan } = await import("/page/packing.js");
  const { PackCanvas } = await import("/page/pack-canvas.js");
  const { PackPlanes } = await import("/page/pack-planes.js");
  const pack = painter === "canvas" ? new PackCanvas() : new PackPlanes();
  const colorSpace = {
    matrix: "smpte170m", primaries: "smpte170m", transfer: "smpte170m", fullRange: false };
  const asText = (data) => new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.readAsDataURL(new Blob([data]));
  });
  const packed = [];
  let last = null;
  for (const [number, text] of frames.entries()) {
    const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const [codedWidth, codedHeight] = cameraPx;
    const about = { format, codedWidth, codedHeight, colorSpace };
    const frame = new VideoFrame(data, { ...about, timestamp: number * 200_000 });
    const { layout } = plan(cameraPx, wishes[number], last);
    const picture = await pack.draw(frame, layout);
    const options = painter === "canvas" ? { format: "RGBA" } : {};
    const pixels = new Uint8Array(picture.allocationSize(options));
    await picture.copyTo(pixels, options);
    packed.push({
      takes: PackPlanes.takes(frame),
      size: [picture.codedWidth, picture.codedHeight],
      timestamp: picture.timestamp,
      layout: [...layout.cameraPx, layout.windowStep, layout.thumbnailStep,
        layout.column, layout.row],
      pixels: await asText(pixels),
    });
    frame.close();
    picture.close();
    last = layout;
  }
  return packed;
}"""

MISFIT = """async () => {
  const { PackCanvas } = await import("/page/pack-canvas.js");
  const { PackPlanes } = await import("/page/pack-planes.js");
  const layout = { cameraPx: [1280, 720], windowStep: 1, thumbnailStep: 1, column: 0, row: 0 };
  const frame = new VideoFrame(new Uint8Array(640 * 480 * 1.5),
    { format: "I420", codedWidth: 640, codedHeight: 480, timestamp: 0 });
  const names = [];
  for (const pack of [new PackCanvas(), new PackPlanes()]) {
    try {
      await pack.draw(frame, layout);
    } catch (error) {
      names.push(error.name);
    }
  }
  frame.close();
  return names;
}"""


@asynccontextmanager
async def blank_page() -> AsyncGenerator[tuple[Page, list[str]]]:
    """An empty page that can import the page's modules; no gateway."""

    async def blank(_request: web.Request) -> web.Response:
        return web.Response(
            text="<!doctype html><link rel=icon href=data:>", content_type="text/html"
        )

    app = web.Application()
    app.router.add_get("/", blank)
    app.router.add_static("/page", str(files("articgw") / "page"))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with chromium() as browser:
            yield await open_page(browser, f"http://127.0.0.1:{runner.addresses[0][1]}/")
    finally:
        await runner.cleanup()


async def test_the_page_decides_as_python_does() -> None:
    known = json.loads(packing_vectors.FILE.read_text("utf-8"))
    async with blank_page() as (page, errors):
        found: dict[str, list[dict[str, Any]]] = await page.evaluate(VECTORS, known)
        assert errors == []
    for kind in ("plans", "marks"):
        assert len(found[kind]) == len(known[kind]) > 10
        for mine, theirs in zip(known[kind], found[kind], strict=True):
            assert {key: mine[key] for key in theirs} == theirs, mine.get("name")


def scene(frames: int) -> list[Pixels]:
    """Signs on a textured wall, filmed by a hand."""
    rng = np.random.default_rng(4)
    fine = cv2.GaussianBlur(rng.integers(40, 216, (900, 1500, 3), dtype=np.uint8), (0, 0), 3)
    wall = np.asarray(fine, np.uint8)
    for x, y, text in ((300, 300, "ROOM 17"), (800, 500, "EXIT 4B"), (1000, 250, "PUSH")):
        cv2.rectangle(wall, (x, y), (x + 160, y + 50), (230, 230, 225), -1)
        cv2.putText(wall, text, (x + 12, y + 36), cv2.FONT_HERSHEY_SIMPLEX, 1, (20, 20, 60), 2)
    views = (wall[8 * n : 8 * n + 720, 12 * n : 12 * n + 1280] for n in range(frames))
    return [np.asarray(cv2.cvtColor(view, cv2.COLOR_RGB2YUV_I420), np.uint8) for view in views]


def wishes(frames: int) -> list[list[dict[str, Any]]]:
    """The sign asked for; another one from the middle on."""
    found = []
    for n in range(frames):
        x, y = (300, 300) if n < frames // 2 else (800, 500)
        left, top = (x - 12 * n) / 1280, (y - 8 * n) / 720
        found.append([{"box": [left, top, left + 160 / 1280, top + 50 / 720], "priority": 1}])
    return found


def given(format: str) -> dict[str, Any]:
    """What the page is to pack."""
    frames = [yuv if format == "I420" else nv12(yuv) for yuv in scene(FRAMES)]
    texts = [base64.b64encode(yuv.tobytes()).decode() for yuv in frames]
    return {
        "format": format,
        "cameraPx": list(SIZE_PX),
        "frames": texts,
        "wishes": wishes(FRAMES),
    }


def nv12(yuv: Pixels) -> Pixels:
    """The same picture with its chroma interleaved, as many cameras give it."""
    width, height = size_of(yuv)
    chroma = yuv[height:].reshape(2, -1).T.reshape(height // 2, width)
    return np.concatenate([yuv[:height], chroma])


def i420(picture: dict[str, Any]) -> Pixels:
    """What the page drew, as its encoder takes it (BT.601, limited range)."""
    width, height = picture["size"]
    pixels = np.frombuffer(base64.b64decode(picture["pixels"]), np.uint8)
    if pixels.size == width * height * 3 // 2:
        return pixels.reshape(-1, width)
    rgba = pixels.reshape(height, width, 4)
    return np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2YUV_I420), np.uint8)


def layout_of(picture: dict[str, Any]) -> Layout:
    row = picture["layout"]
    return Layout((row[0], row[1]), *row[2:])


async def test_what_the_page_draws_is_unpacked_after_real_codecs() -> None:
    async with blank_page() as (page, errors):
        packed: list[dict[str, Any]] = await page.evaluate(
            PACK, {"painter": "canvas", **given("I420")}
        )
        assert await page.evaluate(MISFIT) == ["RangeError", "RangeError"]
        assert errors == []
    layouts, pictures = [layout_of(each) for each in packed], [i420(each) for each in packed]
    assert len(set(layouts)) > 1
    assert [each["timestamp"] for each in packed] == [200_000 * n for n in range(FRAMES)]
    for yuv, picture, layout in zip(scene(FRAMES), pictures, layouts, strict=True):
        assert size_of(picture) == layout.packed_px
        window, detail = layout.window, luma(unpack(picture, layout).detail).astype(float)
        own = yuv[window.y0 : window.y1, window.x0 : window.x1].astype(float)
        assert np.abs(detail - own).mean() < 2
    for codec in ("libx264", "libvpx"):
        for rate_bps, fps in RATES:
            came = through(codec, pictures, fps=fps, rate_bps=rate_bps)
            for layout, (decoded, _) in zip(layouts, came, strict=True):
                assert decoded is not None
                assert read_mark(luma(decoded)) == Reading(MarkWhy.READ, layout, 1.0)


@pytest.mark.parametrize("format", ["I420", "NV12"])
async def test_packed_planes_are_those_that_python_packs(format: str) -> None:
    async with blank_page() as (page, errors):
        packed: list[dict[str, Any]] = await page.evaluate(
            PACK, {"painter": "planes", **given(format)}
        )
        assert errors == []
    for yuv, each in zip(scene(FRAMES), packed, strict=True):
        assert each["takes"]
        own = pack(yuv, layout_of(each)).astype(int)
        assert np.abs(i420(each).astype(int) - own).max() <= 1
