from __future__ import annotations

import os
from pathlib import Path

import pytest

from articgw.backends.embedded import likeness, minilm
from articgw.backends.embedded.likeness import MODEL, VOCABULARY, Likeness
from articgw.models import default_models_dir
from tests.articgw.backends.embedded import tiny_minilm as tiny

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "exit", "bus", "red", "sign", "##s", "?"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model = minilm.build(tiny.weights(), layers=tiny.LAYERS, heads=tiny.HEADS)
    (tmp_path / MODEL).write_bytes(model)
    (tmp_path / VOCABULARY).write_text("\n".join(PIECES))
    return tmp_path


def test_cosines_with_the_question(folder: Path) -> None:
    assert Likeness.is_there(folder)
    alike = Likeness.load(folder)
    assert alike is not None
    same, other = alike("red sign?", ["red sign?", "bus"])
    assert same == pytest.approx(1.0, abs=1e-5)
    assert -1.0 <= other < same
    assert alike("red sign?", []) == ()


def test_what_was_embedded_before_is_the_same_in_other_company(folder: Path) -> None:
    one, other = Likeness.load(folder), Likeness.load(folder)
    assert one is not None and other is not None
    one("exit signs?", ["bus", "red"])
    assert one("red sign?", ["bus", "exit"]) == pytest.approx(
        other("red sign?", ["bus", "exit"]), abs=0.05
    )


def test_no_more_is_kept_than_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "KEPT", 2)
    alike = Likeness.load(folder)
    assert alike is not None
    before = alike("red?", ["bus", "exit", "sign"])
    assert alike("red?", ["bus", "exit", "sign"]) == pytest.approx(before, abs=0.05)


def test_without_its_files_there_is_none(tmp_path: Path) -> None:
    assert not Likeness.is_there(tmp_path)
    assert Likeness.load(tmp_path) is None


@pytest.mark.parametrize("name", [MODEL, VOCABULARY])
def test_damaged_files_are_as_none(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"damaged")
    assert Likeness.load(folder) is None


def test_the_published_model_knows_what_is_alike() -> None:
    folder = Path(os.environ.get("ARTICGW_MODELS_DIR", default_models_dir()))
    alike = Likeness.load(folder)
    if alike is None:
        pytest.skip("the sentence embedding is not there: articgw models fetch")
    found = alike("What does the exit sign say?", ["EXIT", "EXIT 12", "a red bus", "person", "dog"])
    assert found == pytest.approx((0.705, 0.573, 0.167, 0.123, 0.145), abs=0.02)
