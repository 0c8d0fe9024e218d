"""Two short films of a drawn number, and a folder of them."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest


def write_film(file: Path, word: str, seconds: float = 1.0, fps: int = 10) -> None:
    """A sign with small letters before noise that costs bits."""
    chance = np.random.default_rng(len(word))
    noise = chance.integers(0, 255, (90, 160, 3), np.uint8)
    scene = np.asarray(cv2.resize(noise, (640, 360), interpolation=cv2.INTER_CUBIC), np.uint8)
    cv2.rectangle(scene, (250, 160), (390, 200), (240, 240, 240), -1)
    cv2.putText(scene, word, (262, 186), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (10, 10, 10), 1)
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.options = {"crf": "10", "preset": "ultrafast"}
        for number in range(int(seconds * fps)):
            moved = np.roll(scene, 3 * number, axis=1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="rgb24")))
        container.mux(stream.encode(None))


@pytest.fixture(scope="session")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two that can be used, one too short and one that is no film; not to be changed."""
    folder = tmp_path_factory.mktemp("videos")
    (folder / "more").mkdir()
    write_film(folder / "gate.mp4", "GATE 7", seconds=2.0)
    write_film(folder / "more" / "exit.mkv", "EXIT 12")
    write_film(folder / "short.mp4", "X", seconds=0.5)
    (folder / "torn.mp4").write_bytes(b"this is no film")
    (folder / "notes.txt").write_text("nor is this")
    return folder
