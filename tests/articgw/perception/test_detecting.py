"""What needs no process; integration/test_perception.py has the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.frame import Frame, yuv_to_rgb
from articgw.perception.detecting import (
    LONG_PX,
    NoDetecting,
    SharedDetecting,
    detecting_for,
    small_yuv,
)
from articgw.perception.weights import NO_WEIGHTS
from articgw.slot import FrameSlot
from articgw.testing import picture
from tests.helpers.detector_files import corners


@pytest.mark.parametrize("size_px", [(1280, 720), (720, 1280), (7680, 4320), (640, 360)])
def test_pictures_are_made_to_fit(size_px: tuple[int, int]) -> None:
    rgb = yuv_to_rgb(small_yuv(Frame(picture(*size_px), 0.0)))
    assert max(rgb.shape) == min(LONG_PX, max(size_px))
    assert rgb.shape[1] / rgb.shape[0] == pytest.approx(size_px[0] / size_px[1], rel=0.01)
    np.testing.assert_allclose(rgb[0, 0], 128, atol=2)


@given(st.integers(1, 70), st.integers(1, 70))
def test_pictures_of_any_size_are_pictures(width_px: int, height_px: int) -> None:
    rgb = yuv_to_rgb(small_yuv(Frame(picture(width_px, height_px), 0.0)))
    assert min(rgb.shape[:2]) >= 2


async def test_nobody_asked() -> None:
    detecting = detecting_for(None, Path("not looked at"), None)
    assert isinstance(detecting, NoDetecting)
    assert await detecting.see(detecting.join(), FrameSlot().current, slo_ms=1.0) is None
    assert detecting.off
    await detecting.close()


def test_no_weights_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert detecting_for(100.0, None, tmp_path).off == NO_WEIGHTS
    assert "articgw models fetch" in caplog.text


async def test_each_call_has_its_number_and_nothing_starts_unasked(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(corners([]))
    detecting = detecting_for(100.0, tmp_path / "a.onnx", None)
    assert isinstance(detecting, SharedDetecting)
    assert detecting.join() != detecting.join()
    assert detecting.pid is None and not detecting.is_ready and not detecting.off
    await detecting.close()
