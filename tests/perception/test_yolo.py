"""Files of detectors, good and bad, and pictures of odd sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from artic_perception import Detections
from artic_perception.yolo import MOST, Yolo
from tests.helpers.detector_files import Row, columns, corners

NAMES = ("cup", "dog")
CUP: Row = (32.0, 64.0, 96.0, 128.0, 0.9, 0)
DOG: Row = (32.0, 64.0, 96.0, 128.0, 0.8, 1)
NEARLY_CUP: Row = (33.0, 64.0, 97.0, 128.0, 0.7, 0)
FAINT: Row = (0.0, 0.0, 50.0, 50.0, 0.1, 0)
NONSENSE: Row = (math.nan, 0.0, 50.0, math.inf, 0.99, 1)
EMPTY: Row = (50.0, 50.0, 50.0, 90.0, 0.9, 1)


def _picture(width_px: int, height_px: int) -> NDArray[np.uint8]:
    return np.zeros((height_px, width_px, 3), np.uint8)


def _see(model: bytes, width_px: int = 320, height_px: int = 160) -> Detections:
    return Yolo(model).see(_picture(width_px, height_px), 320)


FORMS = {
    "corners": corners([CUP, DOG, FAINT, NONSENSE, EMPTY], names=NAMES),
    "columns": columns([NEARLY_CUP, CUP, DOG, FAINT, EMPTY], 2, names=NAMES),
}


@pytest.mark.parametrize("form", FORMS)
def test_both_forms_of_output_are_read(form: str) -> None:
    seen = _see(FORMS[form])
    assert seen.labels == NAMES
    np.testing.assert_allclose(seen.scores, [0.9, 0.8])
    np.testing.assert_allclose(seen.boxes, [[0.1, 0.4, 0.3, 0.8]] * 2, atol=1e-6)


def test_boxes_are_of_the_picture_and_not_of_what_is_beside_it() -> None:
    seen = _see(corners([(0.0, 0.0, 320.0, 192.0, 0.9, 0)]), 640, 330)
    np.testing.assert_allclose(seen.boxes, [[0.0, 0.0, 1.0, 1.0]])


def test_a_model_of_one_size_gets_that_size() -> None:
    detector = Yolo(corners([CUP], size=128))
    assert detector.fixed_px == (128, 128)
    np.testing.assert_allclose(
        detector.see(_picture(128, 128), 640).boxes, [[0.25, 0.5, 0.75, 1.0]]
    )


def test_kinds_without_names_are_numbered() -> None:
    assert _see(corners([CUP, DOG])).labels == ("kind 0", "kind 1")


def test_no_more_than_the_best_come_out() -> None:
    many: list[Row] = [(k, 0.0, k + 1.0, 9.0, 0.3 + k / 1000, 0) for k in range(300)]
    seen = _see(columns(many, 1))
    assert len(seen) == MOST
    assert seen.scores[0] == pytest.approx(0.599)


@pytest.mark.parametrize("size_px", [(1, 1), (1, 900), (900, 1), (7680, 4320), (33, 31)])
def test_pictures_of_any_size_are_taken(size_px: tuple[int, int]) -> None:
    seen = Yolo(FORMS["columns"]).see(_picture(*size_px), 160)
    assert ((seen.boxes >= 0) & (seen.boxes <= 1)).all()


BAD = [
    ("empty", b"", "can load"),
    ("not a model", b"not a model at all", "can load"),
    ("cut off", FORMS["corners"][:60], "can load|takes"),
    ("another count of kinds", columns([CUP], 3, names=NAMES), "3 kinds.*names 2"),
    ("a kind that has no name", corners([(0, 0, 9, 9, 0.9, 7)], names=NAMES), "kind 7.*2 kinds"),
    ("no room for kinds", columns([], 0), "0 kinds"),
]


@pytest.mark.parametrize(("sentence", "model", "says"), BAD, ids=[row[0] for row in BAD])
def test_a_file_that_is_no_such_detector_is_refused(sentence: str, model: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Yolo(model)
