"""What an answer cost only grows while it comes."""

from __future__ import annotations

from articgw.backends.base import Usage
from articgw.backends.wire.heard import DONE, NOTHING, more_of


def test_the_larger_figures_count() -> None:
    assert more_of(Usage(9, 0, 3, 1), Usage(0, 5, 0, 7)) == Usage(9, 5, 3, 7)


def test_neither_sign_of_life_nor_end_is_part_of_an_answer() -> None:
    assert not NOTHING.is_part and not DONE.is_part and DONE.done
