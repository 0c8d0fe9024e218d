"""Correlations to QP: the reported equation by hand, and a map for whatever comes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.grid import CTU_PX, MACROBLOCK_PX, Grid
from artic_codecs.patches import PatchMap
from artic_codecs.qp_map import MOST_QP

GRIDS = st.lists(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=3, max_size=3),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize(
    ("rho", "gamma", "qp"),
    [(1.0, 3.0, 0.0), (-1.0, 3.0, 51.0), (0.0, 3.0, 44.625), (0.6, 3.0, 24.888), (0.0, 1.0, 25.5)],
)
def test_the_reported_equation_by_hand(rho: float, gamma: float, qp: float) -> None:
    assert PatchMap(gamma).qp([[rho]]).item() == pytest.approx(qp)


@given(GRIDS)
def test_any_grid_gives_a_qp_that_encoders_know(rho: list[list[float]]) -> None:
    qp = PatchMap().qp(rho)
    assert qp.shape == np.shape(rho)
    assert (qp >= 0).all() and (qp <= MOST_QP).all()


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_more_correlation_is_never_worse(a: float, b: float) -> None:
    low, high = sorted((a, b))
    qp = PatchMap().qp([[low, high]])
    assert qp[0, 0] >= qp[0, 1]


def test_what_is_not_a_number_does_not_matter() -> None:
    qp = PatchMap().qp([[np.nan, np.inf, -np.inf, 0.5]])
    assert qp[0, :3].tolist() == [MOST_QP, 0.0, MOST_QP]


def test_each_block_takes_the_patch_that_its_middle_lies_in() -> None:
    """128 px in three patches of 42.7 px: middles at 8, 24, 40 | 56, 72 | 88, 104, 120."""
    found = PatchMap().offsets([[1.0, 0.0, -1.0]], Grid((128, 16), MACROBLOCK_PX))
    assert found.tolist() == [[0.0] * 3 + [44.625] * 2 + [51.0] * 3]


def test_a_block_that_hangs_over_the_edge_belongs_to_the_last_patch() -> None:
    grid = Grid((1280, 720), CTU_PX)
    found = PatchMap().offsets(np.eye(4), grid)
    assert found.shape == grid.shape
    assert found[-1, -1] == 0.0 and found[-1, 0] > 0.0


@given(st.floats(-1, 1))
def test_where_all_is_alike_nothing_is_steered(rho: float) -> None:
    assert not PatchMap().offsets(np.full((4, 4), rho), Grid((320, 192), CTU_PX)).any()


@pytest.mark.parametrize("gamma", [0.0, -1.0, np.nan, np.inf])
def test_a_gamma_that_fades_nothing_is_refused(gamma: float) -> None:
    with pytest.raises(ValueError, match="gamma"):
        PatchMap(gamma)


@pytest.mark.parametrize("rho", [[], [[]], [1.0], np.zeros((2, 2, 2))])
def test_what_is_no_grid_is_refused(rho: object) -> None:
    with pytest.raises(ValueError, match="no grid"):
        PatchMap().qp(rho)  # type: ignore[arg-type]
