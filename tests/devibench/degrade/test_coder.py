from __future__ import annotations

import av
import numpy as np
import pytest

from artic_codecs.regions import Region
from artic_codecs.steer import Treatment
from devibench.degrade.coder import (
    OVERHEAD_BYTES,
    Coder,
    Order,
    PlainCoder,
    SteeredCoder,
    payload_bps,
    resized,
    wire_packets,
)
from devibench.samples import Film, Pixels, Sample


def coders() -> list[Coder]:
    return [SteeredCoder(), SteeredCoder(published=True), PlainCoder("hevc"), PlainCoder("vp8")]


def frames_of(film: Film) -> list[tuple[float, Pixels]]:
    return list(film.frames(0.0, film.seconds))


@pytest.mark.parametrize("which", range(4))
def test_what_is_coded_can_be_decoded_and_is_counted(
    asked: tuple[Film, Sample], which: int
) -> None:
    coder = coders()[which]
    decoder = av.CodecContext.create(coder.decoder, "r")
    decoder.thread_count = 1
    decoded = 0
    for t_s, yuv in frames_of(asked[0]):
        coded = coder.encode(yuv, t_s, Order(300e3, 10))
        if coded is None:
            continue
        assert coded.bits == 8 * sum(coded.packets) > 8 * OVERHEAD_BYTES
        assert coded.keyframe == (t_s == 0)
        decoded += len(list(decoder.decode(av.Packet(coded.data))))  # type: ignore[attr-defined]
    assert decoded >= 4


def test_the_rate_may_change_with_every_frame(asked: tuple[Film, Sample]) -> None:
    coder, sizes = SteeredCoder(), []
    for number, (_, yuv) in enumerate(frames_of(asked[0]) * 4):
        coded = coder.encode(yuv, number / 10, Order(1e6 if number < 12 else 60e3, 10))
        sizes.append(0 if coded is None else coded.bits)
    assert sum(sizes[6:12]) > 3 * sum(sizes[18:])


def test_the_published_map_spends_on_the_region(asked: tuple[Film, Sample]) -> None:
    film = asked[0]
    box = (0.0, 0.0, 0.25, 0.25)
    region = Region(box, 0.0, 1.0, 9.0)
    errors = []
    for published in (False, True):
        coder = SteeredCoder(published=published)
        decoder = av.CodecContext.create("h264", "r")
        how = Treatment.QP if published else Treatment.WHOLE
        regions = (region,) if published else ()
        last: Pixels | None = None
        for t_s, yuv in frames_of(film):
            coded = coder.encode(yuv, t_s, Order(150e3, 10, how=how, regions=regions))
            for frame in decoder.decode(av.Packet(coded.data)) if coded else ():
                last = np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)
                shown = yuv
        assert last is not None
        apart = np.abs(last[:90, :160].astype(float) - shown[:90, :160])
        errors.append(float(apart.mean()))
    assert errors[1] < errors[0]


def test_a_keyframe_comes_when_it_is_owed(asked: tuple[Film, Sample]) -> None:
    frames = frames_of(asked[0])
    for coder in (SteeredCoder(), PlainCoder("vp8")):
        coder.encode(frames[0][1], 0.0, Order(500e3, 10))
        coded = coder.encode(frames[1][1], 0.1, Order(500e3, 10, keyframe=True))
        assert coded is not None and coded.keyframe


@pytest.mark.parametrize(
    ("payload", "packets"), [(0, ()), (1, (63,)), (1200, (1262,)), (1201, (1262, 63))]
)
def test_packets_have_their_headers(payload: int, packets: tuple[int, ...]) -> None:
    assert wire_packets(payload) == packets


def test_what_headers_leave() -> None:
    assert payload_bps(1e6, 30) < 1e6 - 8 * OVERHEAD_BYTES * 30
    assert payload_bps(5_000, 30) == 4_000


def test_a_picture_of_its_size_is_itself(asked: tuple[Film, Sample]) -> None:
    yuv = frames_of(asked[0])[0][1]
    assert resized(yuv, (640, 360)) is yuv
    assert resized(yuv, (320, 180)).shape == (270, 320)
    assert resized(resized(yuv, (320, 180)), (640, 360)).shape == yuv.shape
