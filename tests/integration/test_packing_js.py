"""The page packs by the same rules as Python, and Python reads what the page has packed."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import files
from itertools import product
from typing import Any

import cv2
import numpy as np
import pytest
from aiohttp import web
from numpy.typing import NDArray
from playwright.async_api import Page

from artic_codecs.layout import Layout, Size
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


BECOMES = """async ({ frames, regions, intervalMs, drawn, practised, broken }) => {
  const { Packer } = await import("/page/packer.js");
  const { PackPlanes } = await import("/page/pack-planes.js");
  const { draw } = PackPlanes.prototype;
  if (broken) PackPlanes.prototype.draw = async () => { throw new Error("broken"); };
  const packer = new Packer();
  const canvas = new OffscreenCanvas(1280, 720);
  canvas.getContext("2d").fillRect(0, 0, 640, 720);
  const planes = new Uint8Array(1280 * 720 * 1.5);
  const about = { format: "I420", codedWidth: 1280, codedHeight: 720 };
  const sizes = [];
  for (let number = 0; number < frames; number += 1) {
    const timestamp = number * 66_000;
    const frame = new VideoFrame(drawn ? canvas : planes, { ...(drawn ? {} : about), timestamp });
    if (practised) await packer.practise(frame);
    if (number === 1) packer.aim(regions);
    const picture = await packer.picture(frame, intervalMs);
    const { codedWidth, codedHeight } = picture;
    const same = picture === frame;
    sizes.push([codedWidth, codedHeight, same, packer.packs]);
    picture.close();
    frame.close();
  }
  PackPlanes.prototype.draw = draw;
  return sizes;
}"""

STRAIN = """async (steps) => {
  const { Strain } = await import("/page/strain.js");
  const strain = new Strain();
  return steps.map(([times, tookMs, now]) => {
    for (let time = 0; time < times; time += 1) strain.note(tookMs, 66, now);
    return strain.rests(now);
  });
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


def scene(frames: int, size_px: Size = SIZE_PX) -> list[Pixels]:
    """Signs on a textured wall, filmed by a hand."""
    rng = np.random.default_rng(4)
    fine = cv2.GaussianBlur(rng.integers(40, 216, (1460, 1500, 3), dtype=np.uint8), (0, 0), 3)
    wall, (width, height) = np.asarray(fine, np.uint8), size_px
    for x, y, text in ((300, 300, "ROOM 17"), (800, 500, "EXIT 4B"), (1000, 250, "PUSH")):
        cv2.rectangle(wall, (x, y), (x + 160, y + 50), (230, 230, 225), -1)
        cv2.putText(wall, text, (x + 12, y + 36), cv2.FONT_HERSHEY_SIMPLEX, 1, (20, 20, 60), 2)
    views = (wall[8 * n : 8 * n + height, 12 * n : 12 * n + width] for n in range(frames))
    return [np.asarray(cv2.cvtColor(view, cv2.COLOR_RGB2YUV_I420), np.uint8) for view in views]


def wishes(frames: int) -> list[list[dict[str, Any]]]:
    """The sign asked for; another one from the middle on."""
    found = []
    for n in range(frames):
        x, y = (300, 300) if n < frames // 2 else (800, 500)
        left, top = (x - 12 * n) / 1280, (y - 8 * n) / 720
        found.append([{"box": [left, top, left + 160 / 1280, top + 50 / 720], "priority": 1}])
    return found


def given(
    format: str, size_px: Size = SIZE_PX, *, frames: int = FRAMES, odd: bool = False
) -> dict[str, Any]:
    """What the page is to pack; ``odd``: with a column and a row more."""
    views = [planes_of(yuv, format, odd=odd) for yuv in scene(frames, size_px)]
    return {
        "format": format,
        "cameraPx": [side + odd for side in size_px],
        "frames": [base64.b64encode(view).decode() for view in views],
        "wishes": wishes(frames),
    }


def planes_of(yuv: Pixels, format: str, *, odd: bool) -> bytes:
    """A picture as the browser takes it: tightly packed."""
    width, height = size_of(yuv)
    luma, chroma = yuv[:height], yuv[height:].reshape(2, height // 2, width // 2)
    if odd:
        luma = np.pad(luma, ((0, 1), (0, 1)))
        chroma = np.pad(chroma, ((0, 0), (0, 1), (0, 1)))
    if format == "NV12":
        chroma = chroma.transpose(1, 2, 0)
    return luma.tobytes() + chroma.tobytes()


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


CAMERAS = [SIZE_PX, (720, 1280), (854, 480)]
"""854 px do not become 320 px by whole parts: there OpenCV weighs, and the page does not."""


@pytest.mark.parametrize("format", ["I420", "NV12"])
async def test_packed_planes_are_those_that_python_packs(format: str) -> None:
    async with blank_page() as (page, errors):
        for size_px, odd in product(CAMERAS, (False, True)):
            packed: list[dict[str, Any]] = await page.evaluate(
                PACK, {"painter": "planes", **given(format, size_px, frames=2, odd=odd)}
            )
            for yuv, each in zip(scene(2, size_px), packed, strict=True):
                assert each["takes"]
                layout, picture = layout_of(each), i420(each)
                own = pack(yuv, layout)
                away = np.abs(picture.astype(int) - own)
                assert (unpack(picture, layout).detail == unpack(own, layout).detail).all()
                if size_px[0] % 320 and size_px[1] % 320:
                    assert away.mean() < 0.5, (format, size_px)
                else:
                    assert away.max() <= 1, (format, size_px)
        assert errors == []


SIGN = {"box": [0.4, 0.4, 0.52, 0.47], "priority": 1, "ttl_s": 60}
BECOMING: list[tuple[str, dict[str, Any], int]] = [
    ("nothing is wanted", {"regions": []}, 0),
    ("a region", {"regions": [SIGN]}, 39),
    ("after practice", {"regions": [SIGN], "practised": True}, 39),
    ("a drawn frame", {"regions": [SIGN], "drawn": True}, 39),
    ("a dead region", {"regions": [{**SIGN, "ttl_s": 0}]}, 0),
    ("no box", {"regions": [{**SIGN, "box": [0.5, 0.5]}, {**SIGN, "box": [2, 2, 3, 3]}]}, 0),
    ("it fails", {"regions": [SIGN], "broken": True, "practised": True}, 0),
    ("too slow", {"regions": [SIGN], "intervalMs": 0}, 30),
]
"""What it is, what is given, and how many of 40 frames are packed; the first one has no regions."""


async def test_a_frame_is_packed_while_a_region_lives_and_the_machine_keeps_up() -> None:
    async with blank_page() as (page, errors):
        for name, about, count in BECOMING:
            usual = {"frames": 40, "intervalMs": 1e6}
            found: list[Any] = await page.evaluate(BECOMES, {**usual, **about})
            sizes = [(width, height) for width, height, *_ in found]
            assert sizes == [SIZE_PX] + [(320, 372)] * count + [SIZE_PX] * (39 - count), name
            for width, _, same, packs in found:
                assert same is not packs and same is (width == SIZE_PX[0]), name
        assert errors == []


STRAINED = [
    ((29, 500, 0), False),
    ((1, 500, 0), True),
    ((0, 0, 9_999), True),
    ((28, 1, 10_000), False),
    ((1, 500, 10_000), False),
    ((1, 500, 10_000), True),
    ((29, 66, 30_000), False),
    ((1, 500, 30_000), False),
    ((300, 66, 30_000), False),
]
"""So many frames took so long at that time, ms; 66 ms are allowed. Does it rest then?"""


async def test_slow_work_rests_for_ten_seconds() -> None:
    async with blank_page() as (page, errors):
        rests = await page.evaluate(STRAIN, [step for step, _ in STRAINED])
        assert rests == [expected for _, expected in STRAINED]
        assert errors == []
