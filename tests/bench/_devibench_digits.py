"""Films for the tiny digit reader: one digit fills the picture, trembles, and changes each second.

    ── 3 ──┬── 8 ──┬── 0 ──┬── 5 ──      a question is asked at a look some time after a change:
           ▲       ▲   look ▲            who shows the past, or too little of the present, is wrong

The reader knows upright digits on a dark ground, nearly as large as the picture. The ground has
grain that moves, so that a change costs bits. Written as a clip set.
"""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from devibench.clipset import FORMAT, SET_FILE, ClipMeta, ClipObject, Question, SetMeta
from devibench.sample.render import write_json
from tests.helpers.reader import QUESTION, draw_digit

Pixels = NDArray[np.uint8]
SIDE_PX, FPS, SECONDS = 540, 30, 5.0
CHANGES_S = (0.8, 1.2)
AFTER_S = (0.2, 0.7)
"""From a change to a look."""
GRAIN, GRAIN_PX = 14.0, 3
"""Standard deviation, and size of a grain."""
TREMBLE_PX = 6
KNOWN_S = 2.5
"""A question is known so long before its look, when another digit is shown."""
LICENCE = "Drawings: Apache-2.0, as articgw."


def draw_digits(folder: Path, seed: int, clips: int) -> None:
    """Write the set into a new folder."""
    folder.mkdir(parents=True)
    for number in range(clips):
        _clip(folder, f"{number:03d}-digits", random.Random(f"{seed} {number}"), number)
    meta = SetMeta(FORMAT, seed, LICENCE, "tests.bench._devibench_digits")
    (folder / SET_FILE).write_bytes(msgspec.json.encode(meta))


def _clip(folder: Path, name: str, draws: random.Random, number: int) -> None:
    shown: list[tuple[int, str, Pixels]] = []
    frame, frames = 0, round(SECONDS * FPS)
    while frame < frames:
        digit, rgb = draw_digit(draws)
        if not shown or digit != shown[-1][1]:
            shown.append((frame, digit, _enlarged(rgb)))
            frame += round(draws.uniform(*CHANGES_S) * FPS)
    _film(folder / f"{name}.mkv", shown, frames, draws)
    stops = [start for start, _, _ in shown[1:]] + [frames]
    rows = ["frame,object,x0,y0,x1,y1,visible"]
    questions = []
    for place, ((start, _, _), stop) in enumerate(zip(shown, stops, strict=True)):
        rows += [f"{k},d{place},0,0,{SIDE_PX},{SIDE_PX},1.0" for k in range(start, stop)]
        look = start + round(draws.uniform(*AFTER_S) * FPS)
        if KNOWN_S * FPS <= look < stop:
            questions.append(_question(place, shown[place][1], look))
    objects = tuple(
        ClipObject(f"d{place}", "text", "digit", None, digit, float(SIDE_PX) * 0.6)
        for place, (_, digit, _) in enumerate(shown)
    )
    meta = ClipMeta(
        FPS, (SIDE_PX, SIDE_PX), frames, "score" if number % 2 else "fit", ("digits",), objects,
        tuple(questions),
    )  # fmt: skip
    (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
    write_json(folder / f"{name}.json", meta)


def _question(place: int, digit: str, look: int) -> Question:
    known = look - round(KNOWN_S * FPS)
    return Question(
        f"q{place}", QUESTION, (digit,), "Text-Rich Understanding", (f"d{place}",), known, look
    )


def _enlarged(rgb: Pixels) -> Pixels:
    room = SIDE_PX + 2 * TREMBLE_PX
    return np.asarray(cv2.resize(rgb, (room, room), interpolation=cv2.INTER_CUBIC), np.uint8)


def _film(file: Path, shown: list[tuple[int, str, Pixels]], frames: int, draws: Any) -> None:
    chance = np.random.default_rng(draws.randrange(1 << 30))
    small = SIDE_PX // GRAIN_PX
    with av.open(str(file), "w", format="matroska", options={"fflags": "+bitexact"}) as container:
        options = {"crf": "6", "preset": "veryfast", "bf": "0", "threads": "1"}
        stream = container.add_stream("libx264", rate=FPS, options=options)
        stream.width = stream.height = SIDE_PX
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = FPS
        for number in range(frames):
            card = next(rgb for start, _, rgb in reversed(shown) if start <= number)
            x, y = (TREMBLE_PX + chance.integers(-TREMBLE_PX, TREMBLE_PX + 1, 2)).tolist()
            grain = chance.normal(0, GRAIN, (small, small)).astype(np.float32)
            noise = cv2.resize(grain, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_NEAREST)
            view = card[y : y + SIDE_PX, x : x + SIDE_PX].astype(np.float32) + noise[..., None]
            rgb = np.clip(np.rint(view), 0, 255).astype(np.uint8)
            yuv = cast(Pixels, cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420))
            frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
