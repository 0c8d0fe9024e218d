"""Fields of detections belong together."""

from __future__ import annotations

import numpy as np
import pytest

from artic_perception import Detections


def test_none_is_empty() -> None:
    assert len(Detections.none()) == 0


def test_fields_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="belong together"):
        Detections(np.zeros((2, 4), np.float32), ("cat",), np.zeros(1, np.float32))
    with pytest.raises(ValueError, match="belong together"):
        Detections(np.zeros((1, 4), np.float32), ("cat",), np.zeros(2, np.float32))
