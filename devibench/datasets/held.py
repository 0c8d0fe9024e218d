"""A film kept in memory: many degradations of one film decode it once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from devibench.samples import Box, Film, Pixels


@dataclass(frozen=True)
class HeldFilm:
    """All frames of a film from 0 on; 1.4 MB each at 720p."""

    film: Film
    held: tuple[tuple[float, Pixels], ...]

    @classmethod
    def of(cls, film: Film) -> HeldFilm:
        """Raises `DatasetError` where it cannot be decoded."""
        return cls(film, tuple(film.frames(0.0, film.seconds)))

    @property
    def size_px(self) -> tuple[int, int]:
        """Width, height."""
        return self.film.size_px

    @property
    def fps(self) -> float:
        """Constant."""
        return self.film.fps

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.film.seconds

    def frames(self, from_s: float, to_s: float) -> Iterator[tuple[float, Pixels]]:
        """Time and picture of each frame, from_s to before to_s."""
        return (one for one in self.held if from_s - 1e-6 <= one[0] < to_s - 1e-6)

    def boxes(self, t_s: float) -> Mapping[str, Box]:
        """Where objects are then, by id."""
        return self.film.boxes(t_s)
