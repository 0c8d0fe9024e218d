"""A steer that no sender could obey cannot be made."""

import pytest

from artic_codecs import Steer, SteerWhy


@pytest.mark.parametrize(("cap_bps", "fps", "ttl_s"), [(0, 1.0, 1.0), (1, 0.0, 1.0), (1, 1.0, 0.0)])
def test_a_steer_that_cannot_be_obeyed_is_refused(cap_bps: int, fps: float, ttl_s: float) -> None:
    with pytest.raises(ValueError, match="cannot be obeyed"):
        Steer(1, cap_bps, fps, None, False, (), ttl_s, SteerWhy.IDLE)
