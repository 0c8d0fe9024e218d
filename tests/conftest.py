"""What every test may ask for."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("SAME_EXAMPLES")),
)
settings.load_profile("untimed")  # a busy machine fails no test


@pytest.fixture(scope="session")
def artic_data() -> Path:
    """The provided data, read in place; tests that need it are skipped where it is absent."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    data = Path(os.environ.get("ARTICGW_DATA", beside))
    if not data.is_dir():
        pytest.skip(f"no provided data at {data}; set ARTICGW_DATA")
    return data


@pytest.fixture(scope="module", autouse=True)
def _settled() -> None:
    """A gateway sets its start apart from what calls leave, so that collecting that takes no time
    (`articgw.memory`); here, what the modules before brought is such a start."""
    gc.collect()
    gc.freeze()
