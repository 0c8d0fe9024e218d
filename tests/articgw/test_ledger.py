"""What answers cost adds up, and nothing is free because its price is unknown."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.base import Usage
from articgw.errors import ConfigError
from articgw.ledger import Ledger, Price, Prices, price_usd, prices_in, read_prices

PRICES = Prices(
    "2026-11-23",
    (
        Price("plain", input=2.0, output=10.0),
        Price("fine", input=2.0, output=10.0, visual=4.0, cached=0.5),
        Price("half", input=2.0),
    ),
)
SPENT = Usage(input_tokens=1000, visual_tokens=300, cached_tokens=200, output_tokens=50)

CASES = [
    ("plain-1", SPENT, 1000 * 2.0 + 50 * 10.0),
    ("fine-1", SPENT, 500 * 2.0 + 200 * 0.5 + 300 * 4.0 + 50 * 10.0),
    ("half-1", SPENT, None),
    ("half-1", Usage(input_tokens=1000), 2000.0),
    ("other", SPENT, None),
    ("fine-1", Usage(), 0.0),
]


@pytest.mark.parametrize(("model", "usage", "millionths"), CASES)
def test_prices(model: str, usage: Usage, millionths: float | None) -> None:
    found = price_usd(usage, model, PRICES)
    assert found == (None if millionths is None else pytest.approx(millionths / 1e6))


@given(st.builds(Usage, *[st.integers(0, 10**6)] * 4), st.sampled_from(["plain", "fine"]))
def test_no_answer_earns_money(usage: Usage, model: str) -> None:
    found = price_usd(usage, model, PRICES)
    assert found is not None and found >= 0.0


def test_the_list_that_ships_can_be_read_and_knows_what_is_free() -> None:
    prices = prices_in(files("articgw").joinpath("prices.json").read_bytes())
    assert price_usd(SPENT, "embedded", prices) == 0.0
    assert price_usd(SPENT, "gpt-realtime-2.1-mini", prices) is None


@pytest.mark.parametrize("data", [b"", b"[]", b'{"as_of": "x", "models": [{"model": "("}]}'])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        prices_in(data)


def test_a_list_of_ones_own_is_read_and_what_cannot_be_is_named(tmp_path: Path) -> None:
    mine = tmp_path / "mine.json"
    mine.write_text('{"as_of": "today", "models": [{"model": "m", "input": 3.0}]}')
    assert price_usd(Usage(input_tokens=10**6), "m", read_prices(mine)) == 3.0
    assert read_prices(None).models
    for data in ("[]", '{"as_of": "x", "models": [{"model": "("}]}'):
        mine.write_text(data)
        with pytest.raises(ConfigError, match=r"mine.json cannot be read"):
            read_prices(mine)
    with pytest.raises(ConfigError, match=r"absent.json"):
        read_prices(tmp_path / "absent.json")


def test_it_adds_up() -> None:
    one = Ledger().plus(SPENT, 0.5)
    assert (one.asked, one.usage, one.price_usd) == (1, SPENT, 0.5)
    two = one.plus(SPENT, None)
    assert (two.asked, two.unpriced, two.known_usd, two.price_usd) == (2, 1, 0.5, None)
    assert two.usage == Usage(2000, 600, 400, 100)
    assert Ledger().price_usd == 0.0


def test_tools_are_counted_beside_what_models_cost() -> None:
    one = Ledger().plus(SPENT, 0.5).with_tool(0.25).with_tool(0.5)
    assert (one.tool_calls, one.tools_s, one.asked, one.price_usd) == (2, 0.75, 1, 0.5)
    assert one.plus(SPENT, 0.5).tool_calls == 2
