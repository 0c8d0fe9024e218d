"""Packed or whole, what comes out is the camera's picture, or nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import cast

import av
import cv2
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from artic_codecs.grid import fractions_of
from artic_codecs.layout import ALL_PACKED_PX, MARK_PX, WINDOWS_PX, Layout, Size, places
from artic_codecs.layout_mark import GREY, Reading
from artic_codecs.overview import SMALL_PX
from artic_codecs.pack import Packer, pack, size_of
from artic_codecs.regions import Box
from articgw.client.sizes import fitted
from articgw.decoder_guard import MAX_PIXELS, MAX_SIDE_PX
from articgw.frame import Frame, samples
from articgw.slot import FrameSlot
from articgw.unpacking import Seen, Unpacking, put_together, unpack_frames
from tests.codecs.coders import coarsest, options, through

Pixels = NDArray[np.uint8]
LIES = Layout((1280, 720), 1, 1, column=20, row=10)
STANDS = Layout((718, 1278), 1, 1, column=3, row=63)
SMALL = Layout((640, 480), 0, 0, column=20, row=19)
LARGE = Layout((1920, 1080), 4, 2, column=60, row=34)
LAYOUTS = [LIES, STANDS, SMALL, LARGE]
SIGN: Box = (0.4, 0.4, 0.52, 0.47)
WHOLE: list[Size] = [(1280, 720), (641, 361), (717, 1279), (16, 16), (2, 2), (320, 336)]


def scene(size_px: Size = (1280, 720)) -> Pixels:
    """A wall with words, small and large, and shades of every size; I420."""
    width, height = size_px
    rng = np.random.default_rng(5)
    coarse = rng.integers(60, 180, (height // 40 + 1, width // 40 + 1, 3), np.uint8)
    wall = cv2.resize(coarse, size_px, interpolation=cv2.INTER_CUBIC)
    for line, y in enumerate(range(24, height, 36)):
        scale, at = 0.5 + 0.2 * (line % 3), (10 + 7 * line, y)
        cv2.putText(wall, "EXIT 42 GATE B7 " * 8, at, 0, scale, (250, 250, 250), 2)
    return np.asarray(cv2.cvtColor(wall, cv2.COLOR_BGR2YUV_I420), np.uint8)


def decoded(yuv: Pixels) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(yuv), format="yuv420p")


def planes(yuv: Pixels) -> list[Pixels]:
    width, height = size_of(yuv)
    chroma = yuv[height:].reshape(2, height // 2, width // 2)
    return [yuv[:height], chroma[0], chroma[1]]


def scaled(yuv: Pixels, scale: float) -> Pixels:
    """As a browser that is short of something scales."""
    width, height = (round(side * scale / 2) * 2 for side in size_of(yuv))
    parts = [
        cv2.resize(plane, (width // step, height // step), interpolation=cv2.INTER_AREA)
        for plane, step in zip(planes(yuv), (1, 2, 2), strict=True)
    ]
    joined = np.concatenate([part.ravel() for part in parts])
    return np.asarray(joined.reshape(-1, width), np.uint8)


def seen_in(unpacking: Unpacking, yuv: Pixels) -> Seen:
    seen = unpacking.on_picture(decoded(yuv))
    assert seen is not None
    return seen


def window_psnr_db(seen: Seen, source: Pixels, layout: Layout) -> float:
    x0, y0, x1, y1 = layout.window
    apart = samples(seen[0].planes[0])[y0:y1, x0:x1].astype(float) - source[y0:y1, x0:x1]
    return float(10 * np.log10(255**2 / max(float(np.mean(apart**2)), 1e-9)))


@pytest.mark.parametrize("size_px", WHOLE)
def test_a_whole_frame_is_handed_back_as_it_came(size_px: Size) -> None:
    picture = av.VideoFrame(*size_px, "yuv420p")
    for plane in picture.planes:
        samples(plane)[:] = 90
    seen = Unpacking().on_picture(picture)
    assert seen is not None and seen[0] is picture and seen[1] is None


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_window_keeps_its_pixels_and_the_rest_is_the_scene(layout: Layout) -> None:
    source = scene(layout.camera_px)
    whole, box = seen_in(Unpacking(), pack(source, layout))
    assert (whole.width, whole.height) == layout.camera_px
    assert box == fractions_of(layout.window, layout.camera_px)
    for step, plane, sent in zip((1, 2, 2), whole.planes, planes(source), strict=True):
        x0, y0, x1, y1 = (side // step for side in layout.window)
        shown = samples(plane)
        assert (shown[y0:y1, x0:x1] == sent[y0:y1, x0:x1]).all()
        smooth = cv2.GaussianBlur(sent, (0, 0), 4)
        assert np.abs(cv2.GaussianBlur(shown, (0, 0), 4).astype(int) - smooth).mean() < 2


@pytest.mark.parametrize("scale", [1.0, 0.75, 0.5])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_thing_is_found_where_it_was(layout: Layout, scale: float) -> None:
    width, height = layout.camera_px
    there = [(20, 30), (layout.window.x0 + 100, layout.window.y0 + 60)]
    for x, y in there:
        yuv = np.full((height * 3 // 2, width), 60, np.uint8)
        yuv[y : y + 96, x : x + 128] = 220
        whole, _ = seen_in(Unpacking(), scaled(pack(yuv, layout), scale))
        ys, xs = np.nonzero(samples(whole.planes[0]) > 140)
        found = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
        blur_px = 1.5 * width / (layout.thumbnail_at.x1 - layout.thumbnail_at.x0) / scale
        assert found == pytest.approx((x, y, x + 128, y + 96), abs=blur_px)


def test_its_time_and_its_colours_stay() -> None:
    picture = decoded(pack(scene(), LIES))
    picture.pts, picture.time_base = 123_456, Fraction(1, 90_000)
    picture.colorspace, picture.color_range = Colorspace.ITU601, ColorRange.MPEG
    seen = Unpacking().on_picture(picture)
    assert seen is not None
    assert (seen[0].pts, seen[0].time_base) == (123_456, Fraction(1, 90_000))
    assert (seen[0].colorspace, seen[0].color_range) == (Colorspace.ITU601, ColorRange.MPEG)
    assert seen[0].format.name == "yuv420p"


def test_a_full_range_stream_becomes_a_limited_one() -> None:
    packed = decoded(pack(scene(), LIES))
    seen = Unpacking().on_picture(packed.reformat(format="yuvj420p"))
    assert seen is not None and seen[0].format.name == "yuv420p"
    assert window_psnr_db(seen, scene(), LIES) > 45


@pytest.mark.parametrize("camera_px", [(4096, 2160), (2160, 4096), (3000, 2000), (4096, 4096)])
def test_a_camera_too_large_to_be_decoded_is_made_to_fit(camera_px: Size) -> None:
    layout = Layout(camera_px, 2, 1, column=9, row=7)
    whole, box = seen_in(Unpacking(), pack(scene(camera_px), layout))
    assert (
        whole.width * whole.height <= MAX_PIXELS and max(whole.width, whole.height) <= MAX_SIDE_PX
    )
    assert whole.width / whole.height == pytest.approx(camera_px[0] / camera_px[1], rel=0.01)
    assert box == fractions_of(layout.window, camera_px)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_every_layout_at_every_scale_gives_the_cameras_size(data: st.DataObject) -> None:
    step = data.draw(st.integers(0, len(WINDOWS_PX) - 1))
    width, height = WINDOWS_PX[step]
    camera_px = (
        2 * data.draw(st.integers(width // 2, 960)),
        2 * data.draw(st.integers(height // 2, 540)),
    )
    columns, rows = places(camera_px, step)
    column, row = data.draw(st.integers(0, columns - 1)), data.draw(st.integers(0, rows - 1))
    layout = Layout(camera_px, step, data.draw(st.integers(0, 2)), column, row)
    scale = data.draw(st.floats(0.5, 1.0))
    yuv = np.full((camera_px[1] * 3 // 2, camera_px[0]), 100, np.uint8)
    seen = Unpacking().on_picture(decoded(scaled(pack(yuv, layout), scale)))
    if seen is not None and seen[1] is not None:
        assert (seen[0].width, seen[0].height) == camera_px
        assert seen[1] == fractions_of(layout.window, camera_px)
        off = np.abs(samples(seen[0].planes[0]).astype(int) - 100) > 20
        assert off.mean() < 0.1, "more than what the neighbours' edges bleed into a scaled picture"


@given(
    st.integers(1, 700), st.integers(1, 700), st.integers(0, 255), st.sampled_from([0, 3, 60, 255])
)
@settings(max_examples=60, deadline=None)
def test_no_picture_breaks_it(width: int, height: int, level: int, noise: int) -> None:
    picture = av.VideoFrame(width, height, "yuv420p")
    rng = np.random.default_rng(noise)
    for plane in picture.planes:
        shown = samples(plane)
        shown[:] = np.clip(level + rng.integers(-noise, noise + 1, shown.shape), 0, 255)
    seen = Unpacking().on_picture(picture)
    assert seen is None or seen == (picture, None)


def test_a_damaged_mark_is_no_scene() -> None:
    packed = pack(scene(), LIES)
    packed[:16, 200:240] = GREY
    unpacking = Unpacking()
    assert unpacking.on_picture(decoded(packed)) is None
    assert unpacking.refused == 1


@pytest.mark.parametrize("size_px", [LIES.packed_px, SMALL.packed_px])
def test_a_lost_mark_is_no_scene_while_the_sender_packs(size_px: Size) -> None:
    lost = decoded(np.full((size_px[1] * 3 // 2, size_px[0]), GREY, np.uint8))
    unpacking = Unpacking()
    assert unpacking.on_picture(lost) == (lost, None)
    seen_in(unpacking, pack(scene(), LIES))
    assert unpacking.on_picture(lost) is None
    whole = decoded(scene())
    assert unpacking.on_picture(whole) == (whole, None)


def test_a_lost_mark_in_a_scaled_picture_is_no_scene_either() -> None:
    unpacking, packed = Unpacking(), pack(scene(), LIES)
    half = scaled(packed, 0.5)
    assert size_of(half) not in ALL_PACKED_PX
    seen_in(unpacking, half)
    packed[:MARK_PX] = GREY
    assert unpacking.on_picture(decoded(scaled(packed, 0.5))) is None


@pytest.mark.parametrize("codec", ["libx264", "libvpx"])
def test_whole_packed_and_whole_again_through_a_coder_at_a_low_rate(codec: str) -> None:
    source = scene()
    packer, unpacking = Packer(), Unpacking()
    wishes: list[list[tuple[object, float]]] = [
        [],
        [(SIGN, 1.0)],
        [((0.7, 0.2, 0.8, 0.26), 1.0)],
        [],
    ]
    sent = [packer.pack(source, wishes[number // 4]) for number in range(16)]
    shown = through(codec, (yuv for yuv, _ in sent), fps=5, rate_bps=150_000)
    quality_db: list[float] = []
    for (_, plan), (yuv, _) in zip(sent, shown, strict=True):
        if yuv is None:
            continue
        seen = seen_in(unpacking, yuv)
        assert (seen[0].width, seen[0].height) == (1280, 720)
        assert (seen[1] is None) == (plan.layout is None)
        if plan.layout is not None:
            quality_db.append(window_psnr_db(seen, source, plan.layout))
    assert len(quality_db) == 8 and min(quality_db[3], quality_db[7]) > 30
    assert unpacking.refused == 0


@pytest.mark.parametrize("codec", ["libx264", "libvpx"])
def test_the_coarsest_quantiser_costs_the_picture_but_not_its_place(codec: str) -> None:
    sent = [pack(scene(), LIES)] * 3
    for yuv, _ in through(codec, sent, fps=5, rate_bps=10_000, **coarsest(codec)):
        assert yuv is not None
        whole, box = seen_in(Unpacking(), yuv)
        assert (whole.width, whole.height) == (1280, 720)
        assert box == fractions_of(LIES.window, LIES.camera_px)


@pytest.mark.parametrize("codec", ["libx264", "libvpx"])
def test_a_phone_that_is_turned_stays_the_right_way_up(codec: str) -> None:
    packer, unpacking = Packer(), Unpacking()
    sizes: list[Size] = [(1280, 720)] * 3 + [(720, 1280)] * 3 + [(640, 480)] * 3
    sent = (packer.pack(scene(size_px), [(SIGN, 1.0)])[0] for size_px in sizes)
    shown = through(codec, sent, fps=5, rate_bps=150_000)
    for size_px, (yuv, _) in zip(sizes, shown, strict=True):
        if yuv is not None:
            whole, box = seen_in(unpacking, yuv)
            assert (whole.width, whole.height) == size_px
            assert box is not None and box[0] <= 0.4 and box[3] >= 0.47


def torn(codec: str, sent: Iterable[Pixels], seed: int) -> Iterator[Pixels]:
    """What a decoder makes of a stream of which every third frame is lost or broken."""
    rng = np.random.default_rng(seed)
    encoder = av.CodecContext.create(codec, "w")
    decoder = av.CodecContext.create("h264" if codec == "libx264" else "vp8", "r")
    assert isinstance(encoder, av.VideoCodecContext) and isinstance(decoder, av.VideoCodecContext)
    encoder.width, encoder.height = size_of(pack(scene(), LIES))
    encoder.pix_fmt, encoder.time_base, encoder.bit_rate = "yuv420p", Fraction(1, 5), 100_000
    encoder.gop_size, encoder.options = 8, options(codec, 100_000)
    for number, yuv in enumerate(sent):
        picture = decoded(yuv)
        picture.pts = number
        for packet in encoder.encode(picture):
            data = bytearray(bytes(packet))
            if number % 3 == 2:
                at = rng.integers(len(data) // 4, len(data), 12)
                data[:] = b"" if rng.random() < 0.3 else data
                for byte in at[at < len(data)]:
                    data[byte] ^= int(rng.integers(1, 256))
            try:
                shown = decoder.decode(av.Packet(bytes(data))) if data else []
            except av.FFmpegError:
                continue
            yield from (cast(Pixels, one.to_ndarray(format="yuv420p")) for one in shown)


@pytest.mark.parametrize("codec", ["libx264", "libvpx"])
@pytest.mark.parametrize("seed", range(4))
def test_torn_pictures_are_of_the_camera_or_nothing(codec: str, seed: int) -> None:
    source, unpacking = scene(), Unpacking()
    layouts = [LIES, Layout((1280, 720), 1, 1, column=30, row=20)]
    sent = [pack(source, layouts[number // 6 % 2]) for number in range(24)]
    windows = [fractions_of(layout.window, (1280, 720)) for layout in layouts]
    came = 0
    for yuv in torn(codec, sent, seed):
        seen = unpacking.on_picture(decoded(yuv))
        if seen is not None:
            came += 1
            assert (seen[0].width, seen[0].height) == (1280, 720)
            assert seen[1] in windows
    assert came >= 8


def test_a_whole_frame_that_comes_smaller_is_as_large_as_the_cameras_was() -> None:
    unpacking, large = Unpacking(), decoded(scene())
    large.pts, large.time_base = 1, Fraction(1, 90_000)
    assert unpacking.on_picture(large) == (large, None)
    small = decoded(scaled(scene(), 0.5))
    small.pts, small.time_base = 123_456, Fraction(1, 90_000)
    seen = unpacking.on_picture(small)
    assert seen is not None and seen[1] is None
    assert (seen[0].width, seen[0].height, seen[0].pts) == (1280, 720, 123_456)
    apart = samples(seen[0].planes[0]).astype(float) - scene()[:720]
    assert 10 * np.log10(255**2 / np.mean(apart**2)) > 25


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ([(640, 360), (1280, 720), (640, 360)], [(640, 360), (1280, 720), (1280, 720)]),
        ([(1280, 720), (360, 640), (1280, 720)], [(1280, 720), (360, 640), (1280, 720)]),
        ([(1280, 720), (320, 240), (640, 480)], [(1280, 720), (320, 240), (640, 480)]),
        ([(853, 480), (426, 240)], [(853, 480), (853, 480)]),
    ],
    ids=["small first", "a phone is turned", "another camera", "odd sides"],
)
def test_a_camera_is_as_large_as_its_largest_picture(sizes: list[Size], shown: list[Size]) -> None:
    unpacking = Unpacking()
    seen = [unpacking.on_picture(av.VideoFrame(*size, "yuv420p")) for size in sizes]
    assert [(one[0].width, one[0].height) for one in seen if one is not None] == shown


def test_small_frames_never_look_packed() -> None:
    cameras = ((1280, 720), (1920, 1080), (640, 480), (1600, 1200), (720, 1280), (1080, 1920))
    assert not {fitted(size_px, SMALL_PX) for size_px in cameras} & ALL_PACKED_PX


class Recorded(FrameSlot):
    """A slot that remembers what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Frame] = []

    def put(self, frame: Frame) -> None:
        self.given.append(frame)
        super().put(frame)


async def test_frames_come_in_order_and_the_newest_wins() -> None:
    arrived, slot = FrameSlot(), Recorded()
    began, go_on = threading.Event(), threading.Event()

    def slow(picture: av.VideoFrame, reading: Reading) -> Seen:
        began.set()
        assert go_on.wait(10)
        return put_together(picture, reading)

    packed, whole = decoded(pack(scene(), LIES)), decoded(scene())
    running = asyncio.create_task(unpack_frames(arrived, slot, slow))
    arrived.put(Frame(packed, 1.0))
    assert await asyncio.to_thread(began.wait, 10)
    for captured_t, picture in ((2.0, packed), (3.0, packed), (4.0, whole)):
        arrived.put(Frame(picture, captured_t))
        await asyncio.sleep(0)
    assert slot.newest is None
    go_on.set()
    await slot.captured_since(4.0, within_s=10)
    assert [frame.captured_t for frame in slot.given] == [1.0, 4.0]
    assert slot.given[0].size_px == (1280, 720) and slot.given[0].window is not None
    assert slot.given[1].picture is whole and slot.given[1].window is None
    arrived.end()
    await running


async def test_what_is_refused_does_not_come_to_the_slot() -> None:
    arrived, slot = FrameSlot(), FrameSlot()
    damaged = pack(scene(), LIES)
    damaged[:16, 200:240] = GREY
    running = asyncio.create_task(unpack_frames(arrived, slot))
    for captured_t, yuv in ((1.0, damaged), (2.0, pack(scene(), LIES)), (3.0, damaged)):
        arrived.put(Frame(decoded(yuv), captured_t))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    newest = await slot.captured_since(2.0, within_s=10)
    assert newest is not None and newest.captured_t == 2.0 and newest.size_px == (1280, 720)
    arrived.end()
    await running
    assert slot.received == 1
