"""What each answer cost: tokens, bytes, time by stage, money. Pure.

Prices are data (`prices.json`, or a file of your own in its form), because vendors change them; a
price that nobody has told us is unknown and never nought. Names are OpenTelemetry's for generative
AI (semantic conventions, gen_ai.*, status Development in November 2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from articgw.backends.base import Usage

Stage = Literal["decode", "resize", "encode", "queue", "first_token", "last_token"]
"""In the order in which they happen; each is over when the next begins."""
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
class Entry:
    """One answer, or one that failed."""

    model: str
    usage: Usage = field(default_factory=Usage)
    price_usd: float | None = None
    frame_age_ms: float | None = None
    """When it was looked at."""
    sent_bytes: int = 0
    """To the model's server."""
    got_bytes: int = 0
    """From it."""
    calls: int = 1
    """Requests to models: more than one where it was asked again, elsewhere or twice."""
    stages_ms: Mapping[Stage, float] = field(default_factory=dict)
    """How long each took; those that are not known are missing."""

    @property
    def first_token_ms(self) -> float | None:
        """From the question to the first word; None where a stage before it is not known."""
        before: Sequence[Stage] = ("resize", "encode", "queue", "first_token")
        if any(stage not in self.stages_ms for stage in before):
            return None
        return sum(self.stages_ms[stage] for stage in before)

    def attributes(self, provider: str) -> dict[str, str | int | float]:
        """For a span or a metric; holds neither question, answer nor session."""
        found: dict[str, str | int | float | None] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": provider,
            "gen_ai.request.model": self.model,
            "gen_ai.usage.input_tokens": self.usage.input_tokens,
            "gen_ai.usage.output_tokens": self.usage.output_tokens,
            "articgw.usage.visual_tokens": self.usage.visual_tokens,
            "articgw.usage.cached_tokens": self.usage.cached_tokens,
            "articgw.price_usd": self.price_usd,
            "articgw.frame_age_ms": self.frame_age_ms,
            "articgw.model_calls": self.calls,
        }
        found.update({f"articgw.{stage}_ms": ms for stage, ms in self.stages_ms.items()})
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The sum of a call's answers."""

    answers: int = 0
    calls: int = 0
    usage: Usage = field(default_factory=Usage)
    sent_bytes: int = 0
    got_bytes: int = 0
    price_usd: float = 0.0
    """Of the answers whose price is known."""
    unpriced: int = 0
    """Answers whose price is not."""

    def plus(self, entry: Entry) -> Ledger:
        """With one more answer."""
        mine, its = self.usage, entry.usage
        return Ledger(
            answers=self.answers + 1,
            calls=self.calls + entry.calls,
            usage=Usage(
                input_tokens=mine.input_tokens + its.input_tokens,
                visual_tokens=mine.visual_tokens + its.visual_tokens,
                cached_tokens=mine.cached_tokens + its.cached_tokens,
                output_tokens=mine.output_tokens + its.output_tokens,
            ),
            sent_bytes=self.sent_bytes + entry.sent_bytes,
            got_bytes=self.got_bytes + entry.got_bytes,
            price_usd=self.price_usd + (entry.price_usd or 0.0),
            unpriced=self.unpriced + (entry.price_usd is None),
        )
