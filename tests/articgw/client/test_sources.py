"""Films and drawings as cameras."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from articgw.client.sources import ClipSource, DrawnSource


def film(path: Path, frames: int, fps: int = 200) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width = stream.height = 64
        for number in range(frames):
            grey = np.full((64, 64, 3), 20 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode())
    return path


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


def test_a_film_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        ClipSource(tmp_path / "none.mp4")


async def test_a_drawing_ends_where_nothing_is_drawn() -> None:
    drawn = [av.VideoFrame(32, 32, "yuv420p"), None]
    source = DrawnSource(lambda number: drawn[number], fps=500)
    assert await source.next() is drawn[0]
    with pytest.raises(StopAsyncIteration):
        await source.next()
    source.close()
