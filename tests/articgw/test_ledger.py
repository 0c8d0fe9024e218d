"""What answers cost adds up, and nothing is free because its price is unknown."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.base import Usage
from articgw.ledger import Entry, Ledger, Price, Prices, price_usd, prices_in

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


def test_a_call_adds_up() -> None:
    entry = Entry("m", SPENT, price_usd=0.5, sent_bytes=9, got_bytes=3, calls=2)
    ledger = Ledger().plus(entry).plus(Entry("m", SPENT))
    assert (ledger.answers, ledger.calls, ledger.unpriced) == (2, 3, 1)
    assert ledger.usage == Usage(2000, 600, 400, 100)
    assert (ledger.sent_bytes, ledger.got_bytes, ledger.price_usd) == (9, 3, 0.5)


def test_stages_add_up_to_the_first_word() -> None:
    stages = {"resize": 1.0, "encode": 2.0, "queue": 3.0, "first_token": 40.0}
    assert Entry("m", stages_ms=stages).first_token_ms == 46.0  # type: ignore[arg-type]
    assert Entry("m", stages_ms={"queue": 3.0}).first_token_ms is None


def test_attributes_have_the_names_that_others_know() -> None:
    found = Entry("m", SPENT, stages_ms={"queue": 3.0}).attributes("ollama")
    assert found["gen_ai.provider.name"] == "ollama" and found["articgw.queue_ms"] == 3.0
    assert found["gen_ai.usage.input_tokens"] == 1000 and "articgw.price_usd" not in found
