"""One short film, and a question about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from devibench.datasets.clips import ClipDataset
from devibench.datasets.held import HeldFilm
from devibench.samples import Film, Sample


@pytest.fixture(scope="session")
def asked(made_set: Path) -> tuple[Film, Sample]:
    """0.6 s of 640x360 at 10 frames a second, and its first question."""
    dataset = ClipDataset.open(made_set)
    sample = dataset.samples()[0]
    return HeldFilm.of(dataset.film(sample)), sample
