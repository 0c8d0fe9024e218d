"""Options that cannot work are refused by name."""

from __future__ import annotations

import pytest

from devibench.cli import main


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--workers", "0"], "--workers"),
        (["--attempts", "0"], "--attempts"),
        (["--wording", "Please answer."], "{question}"),
        ([], "is no data set"),
    ],
)
def test_a_setting_that_cannot_work_is_named(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "nowhere", "run", *options]) == 2
    assert said in capsys.readouterr().err
