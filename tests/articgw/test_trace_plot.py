"""A picture is drawn from any trace; how it looks is for eyes."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import pytest

from articgw.errors import ConfigError
from articgw.trace_plot import draw
from articgw.trace_read import Second, TraceLog
from articgw.trace_summary import summarise
from tests.articgw.test_trace_summary import SMALL, log_of

EMULATED = log_of(
    Second(t=101.0, who="link", what="second", capacity_bps=1e6, received_bps=5e5, asked=True),
    Second(t=102.0, who="link", what="second", capacity_bps=2e6, received_bps=9e5),
)


@pytest.mark.parametrize(
    "log", [SMALL, EMULATED, log_of()], ids=["a call", "an emulated link", "nothing"]
)
def test_a_picture_is_drawn(log: TraceLog, tmp_path: Path) -> None:
    out = tmp_path / "call.png"
    draw(log, summarise(log), out)
    drawn = cv2.imread(str(out))
    assert drawn is not None and drawn.shape[1] > 1000 and drawn.min() < 100


def test_without_matplotlib_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ConfigError, match=r"pip install 'articgw\[bench\]'"):
        draw(SMALL, summarise(SMALL), tmp_path / "call.png")


@pytest.mark.parametrize("name", ["no/such/folder.png", "call.movie"])
def test_where_it_cannot_write_it_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot write"):
        draw(SMALL, summarise(SMALL), tmp_path / name)
