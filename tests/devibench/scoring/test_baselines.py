"""What is right without looking."""

from __future__ import annotations

from pathlib import Path

import pytest

from devibench.datasets.published import TableDataset
from devibench.report.keepsakes import Asked
from devibench.scoring.baselines import majority

OPTIONS = ("4", "6", "8", "9")


def test_the_commonest_letter_is_what_a_choice_is_guessed_by() -> None:
    questions = [Asked(f"s/{k}", "?", (letter, "4"), OPTIONS) for k, letter in enumerate("BABDB")]
    found = majority(questions)
    assert found is not None
    assert found.answer == "B"
    assert found.share == pytest.approx(3 / 5)
    assert [key for key, right in found.right.items() if right] == ["s/0", "s/2", "s/4"]


def test_any_accepted_answer_counts_and_case_does_not() -> None:
    questions = [
        Asked("s/1", "?", ("Two", "2")), Asked("s/2", "?", ("red",)), Asked("s/3", "?", ("2",)),
    ]  # fmt: skip
    found = majority(questions)
    assert found is not None
    assert found.answer == "2"
    assert found.share == pytest.approx(2 / 3)


def test_there_is_none_without_an_answer() -> None:
    assert majority([Asked("s/1", "?", ())]) is None


def test_in_the_first_published_table_it_is_b(artic_data: Path) -> None:
    table = next(artic_data.rglob("devibench_v1_mcq.csv"))
    found = majority(TableDataset.open(table, artic_data).samples())
    assert found is not None
    assert (found.answer, round(100 * found.share, 1)) == ("B", 41.5)
