"""The same evaluation in this process and over a cluster of this machine."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest

from devibench.evaluate.command import perform
from devibench.evaluate.order import Order
from devibench.evaluate.store import read_lines
from devibench.sample import make
from devibench.samples import Line

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(find_spec("ray") is None, reason="the extra ray is not installed"),
]


def plain(run: Path) -> dict[tuple[str, str], Line]:
    """Without what time says."""
    return {
        (one.key, one.arm): msgspec.structs.replace(one, answer_ms=0.0) for one in read_lines(run)
    }


@pytest.mark.filterwarnings("default::ResourceWarning", "default::FutureWarning")
async def test_a_cluster_says_what_one_process_says(tmp_path: Path) -> None:
    film = make.Order(seed=201, clips=2, seconds=0.6, size_px=(640, 360), fps=10)
    make.make_set(film, tmp_path / "set")
    arms = ("original", "h264:100k", "h264:100k+loss:20")
    order = Order(
        str(tmp_path / "set"), tmp_path / "alone", arms, backend="scripted", cached=False,
        workers=2, questions=3,
    )  # fmt: skip
    assert await perform(order) == 0
    assert await perform(replace(order, out=tmp_path / "many", ray="local")) == 0
    alone, many = plain(tmp_path / "alone"), plain(tmp_path / "many")
    assert len(alone) == 2 * 3 * 4
    assert many == alone
