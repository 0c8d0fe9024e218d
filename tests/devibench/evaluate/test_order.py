"""What is wanted, and what is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import ConfigError
from devibench.evaluate.order import Order, judging, making, opened


def test_the_text_alone_is_an_arm_unless_it_is_not_wanted() -> None:
    assert Order("d", Path("o"), ("original", "original")).arms == ("original", "text-only")
    assert Order("d", Path("o"), text_only=False).arms == ("original",)


@pytest.mark.parametrize("text", ["small", "table.csv", "table.csv@videos"])
def test_an_order_can_be_carried_out_from_any_folder(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    order = Order(text, Path("run"), traces=Path("traces")).absolute()
    assert order.out == tmp_path / "run"
    assert order.traces == tmp_path / "traces"
    assert order.dataset == "@".join(str(tmp_path / part) for part in text.split("@"))


def test_so_many_questions_of_each_film_are_asked(made_set: Path) -> None:
    _, samples, degradations = opened(Order(str(made_set), Path("o"), questions=2))
    films = {one.group for one in samples}
    assert len(samples) == 2 * len(films)
    _, everything, _ = opened(Order(str(made_set), Path("o"), questions=99))
    for film in films:
        some, whole = ([one for one in of if one.group == film] for of in (samples, everything))
        assert some == [whole[0], whole[len(whole) // 2]]
    assert [one.name for one in degradations] == ["original", "text-only"]


async def test_models_are_started_and_judges_too() -> None:
    order = Order("d", Path("o"), backend="scripted", second_judge="words", cached=False)
    async with making(order) as asking, judging(order) as (judge, second):
        assert asking.backend.model == "scripted"
        assert asking.judge is judge is second is asking.second


async def test_a_model_that_cannot_be_asked_is_named() -> None:
    order = Order("d", Path("o"), backend="openai:x@http://127.0.0.1:9/v1", cached=False)
    wrong = Order("d", Path("o"), backend="scripted", judge="oracle", cached=False)
    for one in (wrong, order):
        with pytest.raises(ConfigError, match=one.judge if one is wrong else "openai:x"):
            async with making(one) as asking:
                assert asking.backend.model == "x"
                raise ConfigError("openai:x is only asked later")
