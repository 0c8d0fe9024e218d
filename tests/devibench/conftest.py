"""One small set for all tests that need one, and a copy of it to spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from devibench.sample.make import Order, make_set

ORDER = Order(seed=5, clips=3, seconds=0.6, size_px=(640, 360), fps=10, frame_numbers=True)


@pytest.fixture(scope="session")
def made_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of three clips of six frames; not to be changed."""
    folder = tmp_path_factory.mktemp("sets") / "small"
    make_set(ORDER, folder)
    return folder


@pytest.fixture
def own_set(made_set: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(made_set, tmp_path / "set"))
