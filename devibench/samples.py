"""What an evaluation is made of: samples, films, what a degradation leaves of one, answer lines.

    Dataset ─ samples ─▶ Sample ─┐
       └────── film ───▶ Film ───┴─▶ Degradation ─▶ Seen ─▶ back end ─▶ judge ─▶ Line

The key of a sample is its row: published tables repeat questions. Lines are one JSON object each in
RUN/answers.jsonl; RUN/run.json (`RunMeta`) says what they are the answers to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""I420: height * 3 / 2 rows of width bytes."""
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 as fractions of the frame."""
FramesNeeded = Literal["single", "multi"]
ANSWERS_FILE, RUN_FILE = "answers.jsonl", "run.json"


@dataclass(frozen=True, slots=True)
class Sample:
    """One question about one film."""

    key: str
    """The data set's name and the row's number; unique in a run."""
    question: str
    options: tuple[str, ...]
    """Texts of A, B, C, …; empty where the question is open."""
    answers: tuple[str, ...]
    """Accepted; of multiple choice the letter and the text."""
    task_type: str
    frames_needed: FramesNeeded
    group: str
    """The film: samples of one film are not independent."""
    video: Path | None
    """None where it is absent (`devibench fetch` says what to get)."""
    from_s: float
    to_s: float
    """The question is asked at ``to_s``; what it is about was in view from ``from_s``."""
    evidence: tuple[str, ...] = ()
    """Ids of the objects that the answer rests on, where a data set knows them."""


class Film(Protocol):
    """A sample's video as it was taken."""

    @property
    def size_px(self) -> tuple[int, int]:
        """Width, height."""

    @property
    def fps(self) -> float:
        """Constant."""

    @property
    def seconds(self) -> float:
        """How long it is."""

    def frames(self, from_s: float, to_s: float) -> Iterator[tuple[float, Pixels]]:
        """Time and picture of each frame, from_s to before to_s. Raises `DatasetError`."""

    def boxes(self, t_s: float) -> Mapping[str, Box]:
        """Where objects are then, by id; empty where nobody knows."""


class Dataset(Protocol):
    """Questions about films."""

    @property
    def name(self) -> str:
        """Short, without spaces."""

    @property
    def sha256(self) -> str:
        """Of all that may change an answer."""

    def samples(self) -> Sequence[Sample]:
        """All of them, in the order of their rows. Raises `DatasetError` with file:line."""

    def film(self, sample: Sample) -> Film:
        """Raises `DatasetError` where it is absent or cannot be read."""


class Picture(NamedTuple):
    """One frame that came through."""

    yuv: Pixels
    captured_s: float
    arrived_s: float
    bits: int
    """On the wire: IP, UDP, RTP and SRTP included."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is left of a film when the question is asked."""

    pictures: tuple[Picture, ...]
    """The newest last; those that the model is to be given. May be empty: nothing had come."""
    bits: int
    """Of the whole stretch, on the wire, those of lost frames too."""
    kbps: float
    frame_age_ms: float
    """Of the newest picture, when it was asked; infinite where there is none."""
    latency_p50_ms: float
    latency_p95_ms: float
    """Capture to arrival; a frame that never came is answered for by the next one that did."""
    late_share: float
    """Over 300 ms."""
    why: str = ""
    """What is to be known, e.g. the policy's last reason."""


class Degradation(Protocol):
    """A way to spoil a film."""

    @property
    def name(self) -> str:
        """As it is written on the command line, and in lines as `arm`."""

    def apply(self, film: Film, sample: Sample, seed: int) -> Seen:
        """The same for the same arguments. Raises `DatasetError` for a film it cannot read."""


class Usage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Tokens of one answer, as the server counted them."""

    input: int | None = None
    visual: int | None = None
    cached: int | None = None
    output: int | None = None


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer, or why there is none; a line of `ANSWERS_FILE`."""

    key: str
    arm: str
    answer: str | None
    """None: failed; `why` says of what."""
    correct: bool | None
    """None: not judged."""
    readability: float | None
    bits: int
    frame_age_ms: float | None
    """None: nothing had come."""
    latency_ms: float
    """P95 of the frames."""
    frames: int
    """Given to the model."""
    usage: Usage | None
    attempt: int
    task_type: str = ""
    frames_needed: FramesNeeded = "single"
    group: str = ""
    kbps: float = 0.0
    latency_p50_ms: float = 0.0
    late_share: float = 0.0
    answer_ms: float = 0.0
    why: str | None = None
    second: bool | None = None
    """Whether a second judge found it right."""
    judge_attempt: int = 0
    """Requests that both judges took; 0: none, or its verdicts were known."""
    judge_tokens: int = 0
    judge_usd: float = 0.0


class RunMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a run is about; `RUN_FILE`."""

    dataset: str
    dataset_sha256: str
    arms: tuple[str, ...]
    backend: str
    judge: str
    seed: int
    version: str
    samples: int = 0
    wording: str = ""
    """Of open questions, where it is not the question alone."""
    second_judge: str = ""
