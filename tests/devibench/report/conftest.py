"""One made run for all tests that read one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.devibench.report.made import make_run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve videos, six questions each, fourteen arms, pictures of four videos."""
    return make_run(tmp_path_factory.mktemp("runs") / "monday", pictures=True)
