"""Clip sets as data sets: where everything is in view is known, so any moment can be asked about.

A question is asked at the last moment at which it may be, and is known `OPEN_S` before that, or
since its evidence is in view: questions about one clip are thus asked at one moment where they can.
What needs several pictures is asked when its first one is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from devibench.clipset import Clip, ClipSet, Question
from devibench.samples import Box, FramesNeeded, Pixels, Sample

OPEN_S = 2.5
"""From a question to the look that answers it: a model's answer, and time to aim."""
MULTI = frozenset({"Action Perception"})
"""DeViBench's type that one frame cannot answer; questions of other types say so themselves."""


@dataclass(frozen=True, slots=True)
class ClipFilm:
    """A clip, or some first seconds of it."""

    clip: Clip

    @property
    def size_px(self) -> tuple[int, int]:
        """Width, height."""
        return self.clip.meta.size_px

    @property
    def fps(self) -> float:
        """Constant."""
        return self.clip.meta.fps

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.clip.meta.frames / self.fps

    def frames(self, from_s: float, to_s: float) -> Iterator[tuple[float, Pixels]]:
        """Time and picture of each frame, from_s to before to_s. Raises `DatasetError`."""
        first, stop = (max(0, _frame_from(t_s, self.fps)) for t_s in (from_s, to_s))
        for number, yuv in self.clip.frames(first, stop):
            yield number / self.fps, yuv

    def boxes(self, t_s: float) -> Mapping[str, Box]:
        """Where objects are then, by id."""
        number = round(t_s * self.fps)
        places = ((one.id, self.clip.box(one.id, number)) for one in self.clip.meta.objects)
        return {name: box.fractions(self.size_px) for name, box in places if box is not None}


@dataclass(frozen=True)
class ClipDataset:
    """A folder of clips, one row per question in the order of the clips' names."""

    clips: ClipSet

    @classmethod
    def open(cls, path: Path) -> ClipDataset:
        """Raises `DatasetError` with the file and line that cannot be read."""
        return cls(ClipSet.load(path))

    @property
    def name(self) -> str:
        """The folder's."""
        return "-".join(self.clips.path.resolve().name.split())

    @cached_property
    def sha256(self) -> str:
        """Over the names and contents of its files."""
        digest = hashlib.sha256()
        for file in sorted(one for one in self.clips.path.iterdir() if one.is_file()):
            digest.update(f"{file.name}\0".encode())
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        return digest.hexdigest()

    def samples(self) -> Sequence[Sample]:
        """All of them."""
        rows = [(clip, one) for clip in self.clips.clips for one in clip.meta.questions]
        return [self._sample(number, *row) for number, row in enumerate(rows, 1)]

    def film(self, sample: Sample) -> ClipFilm:
        """The clip of that sample. Raises ``KeyError`` for another set's."""
        return ClipFilm(self.clips.clip(sample.group))

    def _sample(self, row: int, clip: Clip, question: Question) -> Sample:
        fps = clip.meta.fps
        from_s, to_s = question.from_frame / fps, question.to_frame / fps
        multi = question.task_type in MULTI or question.frames_needed == "multi"
        needed: FramesNeeded = "multi" if multi else "single"
        return Sample(
            key=f"{self.name}/{row}",
            question=question.text,
            options=(),
            answers=question.answers,
            task_type=question.task_type,
            frames_needed=needed,
            group=clip.name,
            video=clip.video,
            from_s=from_s if multi else max(from_s, to_s - OPEN_S),
            to_s=to_s,
            evidence=question.objects,
        )


def _frame_from(t_s: float, fps: float) -> int:
    return -int(-(t_s * fps - 1e-6) // 1)
