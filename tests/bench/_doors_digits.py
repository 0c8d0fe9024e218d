"""Digits through the whole way: drawn, filmed, sent by our client, decoded, handed to a real model
server with a tiny model that reads one digit, and its answer back on the data channel.

    picture.png ──────────────────────────────────────────▶ reader ─▶ what it reads on the original
         └─▶ camera ─H.264─▶ gateway ─JPEG, 84 px─▶ reader ─▶ answer on the data channel

What the reader cannot read on the original says nothing about the way: those are left out, and
listed.
"""

from __future__ import annotations

import asyncio
import random
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from articgw.client import Call, DrawnSource, QuestionFailed
from tests.helpers.reader import MODEL, QUESTION, SIDE_PX, draw_digit

Row = dict[str, Any]
Pixels = NDArray[np.uint8]

CAMERA_PX = 336
FPS = 15
SHOWN_S = 0.7
"""A picture is in front of the camera for so long before it is asked about."""
ROLE = "You watch a camera and answer questions about it."


@dataclass(frozen=True, slots=True)
class Digit:
    """One picture and what is on it."""

    name: str
    digit: str
    rgb: Pixels
    """Square."""


def drawn(count: int, seed: int, folder: Path) -> None:
    """Write ``count`` pictures NNN_D.png: one digit, any colour, place and size."""
    folder.mkdir(parents=True, exist_ok=True)
    draws = random.Random(seed)
    for number in range(count):
        digit, rgb = draw_digit(draws)
        Image.fromarray(rgb).save(folder / f"{number:03}_{digit}.png")


def read_folder(folder: Path) -> list[Digit]:
    """Every ``*_D.png`` of a folder, by name, D the digit; not square ones are cut to their middle.

    Raises `ValueError` where there is none.
    """
    digits = []
    for file in sorted(folder.glob("*_[0-9].png")):
        image = Image.open(file).convert("RGB")
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        square = np.asarray(image.crop((left, top, left + side, top + side)), np.uint8)
        digits.append(Digit(file.name, file.stem[-1], square))
    if not digits:
        raise ValueError(f"no picture in {folder.name} is called *_D.png, D a digit")
    return digits


async def measure(digits: Sequence[Digit], reader_url: str, gateway_url: str) -> list[Row]:
    """A row per picture: what was read on the original, and what was answered in a call."""
    originals = [await _read_original(digit, reader_url) for digit in digits]
    showing = 0

    def draw(_number: int) -> av.VideoFrame:
        return av.VideoFrame.from_ndarray(frames[showing], format="yuv420p")

    frames = [filmed(digit.rgb) for digit in digits]
    rows = []
    async with Call(gateway_url, DrawnSource(draw, FPS)) as call:
        for number, (digit, original) in enumerate(zip(digits, originals, strict=True)):
            showing = number
            await asyncio.sleep(SHOWN_S)
            row: Row = {"part": "digits", "picture": digit.name, "digit": digit.digit}
            try:
                answer = await call.ask(QUESTION)
                done = answer.done
                row |= {"answer": answer.text.strip(), "readability": done.readability.value}
                row |= {"frame_age_ms": done.frame_age_ms, "ms": 1000 * answer.done_s}
            except QuestionFailed as error:
                row |= {"answer": f"[{error.code}] {error}"}
            rows.append(row | {"original": original, **_right(digit, original, row["answer"])})
    return rows


def _right(digit: Digit, original: str, answer: str) -> dict[str, bool]:
    return {
        "right": said(answer) == digit.digit,
        "right_on_original": said(original) == digit.digit,
    }


def said(answer: str) -> str:
    """The digit that an answer is; an answer that is more than a digit is none."""
    bare = answer.strip().rstrip(".")
    return bare if bare.isdigit() and len(bare) == 1 else ""


def filmed(rgb: Pixels) -> Pixels:
    """What a camera that looks at the picture gives, as I420."""
    size = (CAMERA_PX, CAMERA_PX)
    smaller = rgb.shape[0] > CAMERA_PX
    large = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_RGB2YUV_I420), np.uint8)


async def _read_original(digit: Digit, reader_url: str) -> str:
    size = (SIDE_PX, SIDE_PX)
    small = cv2.resize(digit.rgb, size, interpolation=cv2.INTER_AREA)
    done, png = cv2.imencode(".png", cv2.cvtColor(np.asarray(small), cv2.COLOR_RGB2BGR))
    assert done
    url = f"data:image/png;base64,{b64encode(png.tobytes()).decode()}"
    body = {
        "model": MODEL,
        "max_tokens": 3,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": ROLE},
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": {"url": url}},
                    {"type": "text", "text": QUESTION},
                ],
            },
        ],
    }
    address = f"{reader_url}/chat/completions"
    async with aiohttp.ClientSession() as http, http.post(address, json=body) as response:
        response.raise_for_status()
        answered = await response.json()
    return str(answered["choices"][0]["message"]["content"]).strip()
