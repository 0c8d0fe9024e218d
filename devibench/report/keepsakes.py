"""What a run keeps for its report besides the answers: the questions, and pictures that were shown.

    RUN/questions.jsonl          what was asked, in the order of the data set
    RUN/pictures/KEY.ARM.jpg     what a model was given (several moments on one sheet), small

A report of a run without them is a report without them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import cv2
import msgspec
import numpy as np

from devibench.samples import Pixels, Sample

QUESTIONS_FILE, PICTURES = "questions.jsonl", "pictures"
LONGEST_PX = 960
QUALITY = 80
LONGEST_NAME = 120


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question; a line of `QUESTIONS_FILE`."""

    key: str
    question: str
    answers: tuple[str, ...]
    options: tuple[str, ...] = ()
    task_type: str = ""
    group: str = ""


def write_questions(run: Path, samples: Iterable[Sample]) -> None:
    """Write them, whole or not at all."""
    lines = [
        msgspec.json.encode(
            Asked(one.key, one.question, one.answers, one.options, one.task_type, one.group)
        )
        for one in samples
    ]
    part = run / f"{QUESTIONS_FILE}.part"
    part.write_bytes(b"".join(line + b"\n" for line in lines))
    part.replace(run / QUESTIONS_FILE)


def read_questions(run: Path) -> dict[str, Asked]:
    """By key; empty where the run kept none, or none that can be read."""
    file = run / QUESTIONS_FILE
    try:
        found = [msgspec.json.decode(line, type=Asked) for line in file.read_bytes().splitlines()]
    except (OSError, msgspec.MsgspecError):
        return {}
    return {one.key: one for one in found}


def picture_file(run: Path, key: str, arm: str) -> Path:
    """Where a picture is, or would be. Signs that file systems dislike are told apart by a hash."""
    name = f"{key}.{arm}"
    plain = re.sub(r"[^\w.+=,-]+", "_", name)
    if plain != name or len(plain) > LONGEST_NAME:
        plain = f"{plain[:LONGEST_NAME]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return run / PICTURES / f"{plain}.jpg"


def keep_picture(run: Path, key: str, arm: str, yuv: Pixels) -> Path:
    """Keep an I420 picture, small. Raises ``OSError`` where the disk is full."""
    bgr = cv2.cvtColor(yuv, cv2.COLOR_YUV2BGR_I420)
    scale = min(1.0, LONGEST_PX / max(bgr.shape[:2]))
    if scale < 1:
        bgr = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    file = picture_file(run, key, arm)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(np.asarray(coded).tobytes())
    return file
