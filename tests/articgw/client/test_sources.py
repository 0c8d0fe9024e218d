"""Films, pictures and drawings as cameras."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from articgw.client.sources import ClipSource, DrawnSource, StillSource
from tests.helpers.films import film, picture


def brightness(frame: av.VideoFrame) -> float:
    return float(frame.to_ndarray(format="gray").mean())


async def test_a_film_begins_again_at_its_end(tmp_path: Path) -> None:
    source = ClipSource(film(tmp_path / "film.mp4", 4))
    assert source.fps == pytest.approx(200)
    seen = [brightness(await source.next()) for _ in range(9)]
    assert seen[:4] == sorted(seen[:4]) and seen[4:8] == pytest.approx(seen[:4])
    source.close()
    source.close()
    with pytest.raises(StopAsyncIteration):
        await source.next()


async def test_a_film_that_does_not_loop_ends(tmp_path: Path) -> None:
    source = ClipSource(film(tmp_path / "film.mp4", 3), loop=False)
    for _ in range(3):
        await source.next()
    with pytest.raises(StopAsyncIteration):
        await source.next()
    source.close()


@pytest.mark.parametrize("kind", [ClipSource, StillSource])
def test_a_film_that_is_not_there_is_an_os_error(
    tmp_path: Path, kind: type[ClipSource | StillSource]
) -> None:
    with pytest.raises(OSError):
        kind(tmp_path / "none.mp4")


async def test_a_drawing_ends_where_nothing_is_drawn() -> None:
    drawn = [av.VideoFrame(32, 32, "yuv420p"), None]
    source = DrawnSource(lambda number: drawn[number], fps=500)
    assert await source.next() is drawn[0]
    with pytest.raises(StopAsyncIteration):
        await source.next()
    source.close()


async def test_a_picture_holds_still_and_each_frame_has_a_time_of_its_own(tmp_path: Path) -> None:
    source = StillSource(picture(tmp_path / "a.png"), fps=500)
    one, two = await source.next(), await source.next()
    assert one is not two
    one.pts, two.pts = 1, 2
    assert one.pts == 1 and (one.width, one.height, one.format.name) == (64, 48, "yuv420p")
    assert brightness(one) == brightness(two)
    source.close()


@pytest.mark.parametrize(
    ("size_px", "shown_px"),
    [
        ((4032, 3024), (1440, 1080)),
        ((1500, 3000), (960, 1920)),
        ((1281, 721), (1280, 720)),
        ((1, 1), (2, 2)),
    ],
)
async def test_a_picture_is_shrunk_to_what_gateways_decode(
    tmp_path: Path, size_px: tuple[int, int], shown_px: tuple[int, int]
) -> None:
    source = StillSource(picture(tmp_path / "a.png", size_px), fps=500)
    frame = await source.next()
    assert (frame.width, frame.height) == shown_px


def test_a_picture_that_breaks_off_is_an_os_error(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", (640, 480))
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(OSError):
        StillSource(path)
