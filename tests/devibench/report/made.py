"""A run that nobody ran: three policies at four rates, with what a reader would do to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import msgspec
import numpy as np

from devibench.report.keepsakes import keep_picture, write_questions
from devibench.samples import ANSWERS_FILE, RUN_FILE, Line, Pixels, RunMeta, Sample

RATES_KBPS = (50, 100, 200, 400)
POLICIES = {"plain": 0.0, "published": 0.35, "ours": 0.9}
"""What each is worth, in doublings of the rate."""
TYPES = (
    "Text-Rich Understanding", "Text-Rich Understanding", "Counting", "Attribute Perception",
    "Object Perception", "Spatial Understanding",
)  # fmt: skip
WORDS = ("OPEN", "EXIT 4", "Gate B7", "No entry", "Platform 9", "Sale -30 %")


def arms(policies: Sequence[str] = tuple(POLICIES)) -> list[str]:
    """As evaluate would name them."""
    ladder = [f"x264:{kbps}k+{policy}" for policy in policies for kbps in RATES_KBPS]
    return ["original", *ladder, "text-only"]


def make_run(
    folder: Path, *, videos: int = 12, per_video: int = 6, seed: int = 1, pictures: bool = False,
    policies: Sequence[str] = tuple(POLICIES), sha256: str = "5e7" * 21 + "0",
) -> Path:  # fmt: skip
    """Write it; the folder."""
    chance = np.random.default_rng(seed)
    needs = chance.normal(6.6, 0.9, videos)[:, None] + chance.normal(0, 0.7, (videos, per_video))
    samples, lines = [], []
    for video in range(videos):
        for number in range(per_video):
            key = f"made/{video * per_video + number + 1}"
            word = WORDS[(video + number) % len(WORDS)]
            film = f"clip-{video:02}"
            samples.append(
                Sample(
                    key,
                    f"What does the sign of shop {number + 1} say?",
                    (),
                    (word,),
                    TYPES[number % len(TYPES)],
                    "multi" if number == 5 else "single",
                    film,
                    None,
                    0.0,
                    5.0,
                )  # fmt: skip
            )
            for arm in arms(policies):
                line = _line(samples[-1], arm, float(needs[video, number]), chance)
                lines.append(line)
                if pictures and video < 4:
                    keep_picture(folder, key, arm, _picture(word, arm, video))
    folder.mkdir(parents=True, exist_ok=True)
    meta = RunMeta(
        "made", sha256, tuple(arms(policies)), "embedded", "normalised", seed, "0.1.0",
        len(samples),
    )  # fmt: skip
    (folder / RUN_FILE).write_bytes(msgspec.json.encode(meta))
    (folder / ANSWERS_FILE).write_bytes(b"".join(msgspec.json.encode(x) + b"\n" for x in lines))
    write_questions(folder, samples)
    return folder


def _line(sample: Sample, arm: str, need: float, chance: np.random.Generator) -> Line:
    kbps, worth, delay = 2500.0, 9.0, 40.0
    if arm == "text-only":
        kbps, worth = 0.0, -9.0
    elif arm != "original":
        rate, policy = arm.removeprefix("x264:").split("k+")
        kbps = float(rate) * chance.normal(1.0, 0.03)
        worth = float(np.log2(kbps)) + POLICIES[policy] - need
        delay = 60 + 0.6 * float(rate) * (0.35 if policy == "ours" else 1.0)
    sure = 1 / (1 + np.exp(-2.2 * worth))
    correct = bool(chance.random() < 0.04 + 0.95 * sure)
    said = sample.answers[0] if correct else WORDS[int(chance.integers(len(WORDS)))].lower()
    readability = float(np.clip(sure**0.5 + chance.normal(0, 0.08), 0, 1))
    return Line(
        key=sample.key, arm=arm, answer=said, correct=correct,
        readability=round(readability, 2) if kbps else None, bits=int(5e3 * kbps),
        frame_age_ms=delay, latency_ms=delay * float(chance.gamma(9, 0.17)), frames=int(kbps > 0),
        usage=None, attempt=1, task_type=sample.task_type, frames_needed=sample.frames_needed,
        group=sample.group, kbps=kbps, latency_p50_ms=delay, late_share=0.01, answer_ms=180.0,
    )  # fmt: skip


def _picture(word: str, arm: str, video: int) -> Pixels:
    picture = np.full((360, 640, 3), (70 + 20 * video, 110, 120), np.uint8)
    cv2.rectangle(picture, (170, 120), (470, 240), (235, 235, 225), -1)
    cv2.putText(picture, word, (190, 195), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (20, 20, 60), 4)
    if arm != "original":
        small = cv2.resize(picture, (48, 28), interpolation=cv2.INTER_AREA)
        picture[:] = cv2.resize(small, (640, 360), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), np.uint8)
