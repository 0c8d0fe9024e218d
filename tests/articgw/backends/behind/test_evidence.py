"""What a model writes about its evidence is taken as far as it makes sense."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.behind.boxes import FRACTIONS
from articgw.backends.behind.evidence import MAX_REGIONS, Evidence, evidence_in

SIZE_PX = (640, 360)
BOX = [0.1, 0.2, 0.3, 0.4]
SIGN = {"label": "EXIT", "box": BOX}


def _read(text: str) -> Evidence:
    return evidence_in(text, FRACTIONS, SIZE_PX)


def test_what_is_asked_for() -> None:
    evidence = _read(json.dumps({"readability": 85, "regions": [SIGN]}))
    assert evidence.readability == 0.85
    assert [(r.label, r.box) for r in evidence.regions] == [("EXIT", (0.1, 0.2, 0.3, 0.4))]


READABILITY: list[tuple[Any, float | None]] = [
    (0, 0.0), (100, 1.0), (1, 0.01), (1.0, 1.0), (0.5, 0.5), (62.5, 0.625),
    (101, None), (-1, None), ("85", None), (None, None), (True, None), (10**400, None),
]  # fmt: skip


@pytest.mark.parametrize(("said", "value"), READABILITY)
def test_readability(said: Any, value: float | None) -> None:
    assert _read(json.dumps({"readability": said})).readability == value


@pytest.mark.parametrize("name", ["box", "bbox", "box_2d", "bbox_2d"])
def test_the_names_that_models_have_for_a_box(name: str) -> None:
    assert len(_read(json.dumps({"regions": [{"label": "x", name: BOX}]})).regions) == 1


NONSENSE = [
    "", "no object", "{", '{"regions": 5}', '{"regions": [5, null, [], {}, {"box": "x"}]}',
    '{"regions": [{"box": [1, 2, 3]}, {"box": [1, 2, 3, "4"]}, {"box": [NaN, 0, 1, 1]}]}',
    '{"readability": NaN}', '{"a":' * 5000, "{}", '{"regions": {"box": [0, 0, 1, 1]}}',
]  # fmt: skip


@pytest.mark.parametrize("text", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_nothing(text: str) -> None:
    assert _read(text) == Evidence()


def test_what_stands_around_the_object_is_ignored() -> None:
    assert _read('```json\n: {"readability": 40}\n```\nBye {').readability == 0.4


def test_labels_are_one_short_printable_line() -> None:
    label = "a\n\tb\x00" + "c" * 500 + "\ud800"
    (region,) = _read(json.dumps({"regions": [{"label": label, "box": BOX}]})).regions
    assert region.label.startswith("a b ccc") and len(region.label) == 80
    region.label.encode()


def test_a_flood_of_regions_is_cut() -> None:
    assert len(_read(json.dumps({"regions": [SIGN] * 500})).regions) == MAX_REGIONS


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["readability", "regions", "label", "box", "x"]), inner),
))  # fmt: skip
def test_any_json_at_all_is_survived(said: Any) -> None:
    evidence = _read(json.dumps({"readability": said, "regions": said}))
    assert evidence.readability is None or 0.0 <= evidence.readability <= 1.0
