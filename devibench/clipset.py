"""A clip set on disk: films with questions, what they show, and where it is in every frame.

    SET/set.json     one per set: format, seed, licence, who made it
    SET/NAME.mkv     yuv420p, constant rate, nearly lossless; frame n is shown at n / fps
    SET/NAME.json    size, split, tags, objects, questions
    SET/NAME.csv     frame,object,x0,y0,x1,y1,visible

Every bench that takes ``DATA=`` reads sets through this file. Reading stops at the first thing
that cannot be used; ``devibench check`` lists all of them. A question may be asked from
``from_frame`` to ``to_frame``, both included; boxes are px, half-open.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from articgw.errors import DatasetError

Pixels = NDArray[np.uint8]
_T = TypeVar("_T")

FORMAT: Literal["articgw-clips/1"] = "articgw-clips/1"
SET_FILE = "set.json"
CSV_HEADER = ("frame", "object", "x0", "y0", "x1", "y1", "visible")


@dataclass(frozen=True, slots=True)
class SetMeta:
    """What set.json says."""

    format: Literal["articgw-clips/1"]
    seed: int | None
    licence: str
    made_by: str


@dataclass(frozen=True, slots=True)
class ClipObject:
    """Something a question can be about."""

    id: str
    kind: Literal["text", "object", "event"]
    label: str
    colour: str | None = None
    text: str | None = None
    height_px: float | None = None
    """Height of a capital letter at camera scale 1; None where there is no text."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its accepted answers and the evidence for them."""

    id: str
    text: str
    answers: tuple[str, ...]
    task_type: str
    objects: tuple[str, ...]
    """Ids of the evidence."""
    from_frame: int
    to_frame: int
    """The last frame at which it may be asked."""
    frames_needed: Literal["single", "multi"] = "single"
    """multi: the newest picture alone cannot answer it."""


@dataclass(frozen=True, slots=True)
class ClipMeta:
    """What NAME.json says."""

    fps: float
    size_px: tuple[int, int]
    """Width, height."""
    frames: int
    split: Literal["fit", "score"]
    tags: tuple[str, ...] = ()
    objects: tuple[ClipObject, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """Where an object is in one frame, px, half-open, and how much of its area is in view."""

    x0: float
    y0: float
    x1: float
    y1: float
    visible: float

    def fractions(self, size_px: tuple[int, int]) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 as fractions of a frame of that size."""
        width, height = size_px
        return self.x0 / width, self.y0 / height, self.x1 / width, self.y1 / height


@dataclass(frozen=True, slots=True)
class Clip:
    """One film of a set."""

    name: str
    video: Path
    meta: ClipMeta
    boxes: Mapping[tuple[str, int], Box] = field(repr=False)
    """By object id and frame number."""

    def box(self, object_id: str, frame: int) -> Box | None:
        """Where the object is in that frame; None if it is out of view."""
        return self.boxes.get((object_id, frame))

    def object(self, object_id: str) -> ClipObject:
        """The object of that id; KeyError if there is none."""
        for found in self.meta.objects:
            if found.id == object_id:
                return found
        raise KeyError(object_id)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Pixels]]:
        """Frame numbers and I420 arrays of shape (height * 3 / 2, width), start to before stop."""
        import av

        stop = self.meta.frames if stop is None else min(stop, self.meta.frames)
        try:
            with av.open(str(self.video)) as container:
                stream = container.streams.video[0]
                if start > 0 and stream.time_base:
                    container.seek(int(start / self.meta.fps / stream.time_base), stream=stream)
                for frame in container.decode(stream):
                    number = round((frame.time or 0.0) * self.meta.fps)
                    if number >= stop:
                        return
                    if number >= start:
                        yield number, cast(Pixels, frame.to_ndarray(format="yuv420p"))
        except (OSError, av.FFmpegError) as error:
            raise DatasetError(f"{self.video}:1", f"cannot be decoded ({error})") from error


@dataclass(frozen=True, slots=True)
class ClipSet:
    """A folder of clips."""

    path: Path
    meta: SetMeta
    clips: tuple[Clip, ...]
    """In order of their names."""

    @classmethod
    def load(cls, path: Path | str) -> ClipSet:
        """Read all but the films; DatasetError names the file and line that cannot be read."""
        path = Path(path)
        meta = _read_json(path / SET_FILE, SetMeta)
        names = sorted(file.stem for file in path.glob("*.json") if file.name != SET_FILE)
        if not names:
            raise DatasetError(f"{path / SET_FILE}:1", "the set has no clips")
        return cls(path, meta, tuple(_read_clip(path, name) for name in names))

    def clip(self, name: str) -> Clip:
        """The clip of that name; KeyError if there is none."""
        for found in self.clips:
            if found.name == name:
                return found
        raise KeyError(name)

    def split(self, split: Literal["fit", "score"]) -> tuple[Clip, ...]:
        """The clips to fit on, or those to score on."""
        return tuple(clip for clip in self.clips if clip.meta.split == split)


def _read_clip(path: Path, name: str) -> Clip:
    video = path / f"{name}.mkv"
    if not video.is_file():
        raise DatasetError(f"{path / name}.json:1", f"has no film beside it: {video.name}")
    meta = _read_json(path / f"{name}.json", ClipMeta)
    return Clip(name, video, meta, _read_boxes(path / f"{name}.csv"))


def _read_json(file: Path, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except OSError as error:
        raise DatasetError(f"{file}:1", f"cannot be read ({error.strerror})") from error
    except msgspec.MsgspecError as error:
        advice = f"`devibench check {file.parent}` lists all problems"
        raise DatasetError(f"{file}:1", f"{error}; {advice}") from error


def _read_boxes(file: Path) -> dict[tuple[str, int], Box]:
    boxes = {}
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            rows = csv.reader(lines)
            if tuple(next(rows, ())) != CSV_HEADER:
                raise DatasetError(f"{file}:1", f"the header must be {','.join(CSV_HEADER)}")
            for row in rows:
                try:
                    frame, object_id, x0, y0, x1, y1, visible = row
                    box = Box(float(x0), float(y0), float(x1), float(y1), float(visible))
                    boxes[object_id, int(frame)] = box
                except ValueError as error:
                    raise DatasetError(f"{file}:{rows.line_num}", f"bad row ({error})") from error
    except OSError as error:
        raise DatasetError(f"{file}:1", f"cannot be read ({error.strerror})") from error
    return boxes
