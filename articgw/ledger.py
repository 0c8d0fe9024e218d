"""What each answer cost: tokens and money.

Prices are data (`prices.json`, or a file of your own in its form), because vendors change them; a
price that nobody has told us is unknown and never nought.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

import msgspec

from articgw.backends.base import Usage
from articgw.errors import ConfigError

PER_TOKEN = 1e-6
"""Prices are per million."""


class Price(msgspec.Struct, frozen=True):
    """Of the models whose names match; USD per million tokens, None where nobody has told us."""

    model: str
    """Pattern; the first that is found in the name counts."""
    input: float | None = None
    output: float | None = None
    visual: float | None = None
    """Of a picture's tokens, where they have a price of their own."""
    cached: float | None = None
    """Of tokens out of the cache, where they have one; else they cost as all others."""


class Prices(msgspec.Struct, frozen=True):
    """A price list."""

    as_of: str
    models: tuple[Price, ...]
    unit: str = "USD per million tokens"


def prices_in(data: bytes) -> Prices:
    """Raises `ValueError` where it is none, or a pattern is none."""
    prices = msgspec.json.decode(data, type=Prices)
    for price in prices.models:
        try:
            re.compile(price.model)
        except re.error as error:
            raise ValueError(f"{price.model!r} is no pattern: {error}") from error
    return prices


def read_prices(file: Path | None) -> Prices:
    """The list that ships where ``file`` is None. Raises `ConfigError` where it is none."""
    if file is None:
        return prices_in(files("articgw").joinpath("prices.json").read_bytes())
    try:
        return prices_in(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"price list {file} cannot be read: {error}") from error


NO_PRICES = Prices("", ())


def price_usd(usage: Usage, model: str, prices: Prices) -> float | None:
    """What an answer costs; None as soon as one of its parts has no known price."""
    price = next((one for one in prices.models if re.search(one.model, model)), None)
    if price is None:
        return None
    cached = min(usage.cached_tokens, usage.input_tokens) if price.cached is not None else 0
    visual = usage.visual_tokens if price.visual is not None else 0
    visual = min(visual, usage.input_tokens - cached)
    parts = (
        (usage.input_tokens - cached - visual, price.input),
        (cached, price.cached),
        (visual, price.visual),
        (usage.output_tokens, price.output),
    )
    known = [count * each for count, each in parts if count and each is not None]
    if len(known) < sum(count > 0 for count, _ in parts):
        return None
    return PER_TOKEN * sum(known)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was asked of models: for one answer, or for all of a call."""

    asked: int = 0
    """Requests that were answered: a still asks a second time."""
    usage: Usage = field(default_factory=Usage)
    known_usd: float = 0.0
    """Of those whose price is known."""
    unpriced: int = 0
    """Those whose price is not."""
    tool_calls: int = 0
    """Tools that were run for it, whatever came of that."""
    tools_s: float = 0.0
    """What they took, one after the other."""

    @property
    def price_usd(self) -> float | None:
        """Of everything; None where a part of it has no known price."""
        return None if self.unpriced else self.known_usd

    def plus(self, its: Usage, its_usd: float | None) -> Ledger:
        """With one more."""
        mine = self.usage
        return replace(
            self,
            asked=self.asked + 1,
            usage=Usage(
                input_tokens=mine.input_tokens + its.input_tokens,
                visual_tokens=mine.visual_tokens + its.visual_tokens,
                cached_tokens=mine.cached_tokens + its.cached_tokens,
                output_tokens=mine.output_tokens + its.output_tokens,
            ),
            known_usd=self.known_usd + (its_usd or 0.0),
            unpriced=self.unpriced + (its_usd is None),
        )

    def with_tool(self, took_s: float) -> Ledger:
        """With one more tool call."""
        return replace(self, tool_calls=self.tool_calls + 1, tools_s=self.tools_s + took_s)
