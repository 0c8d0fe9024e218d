"""Readability as it was found to hold: what a model says of itself, through a measured table.

    what the model said ─▶ table of its source ─▶ share of such answers that were right

Models are too sure: a reader that says 0.80 was right in 18 % of the cases. The cap trusts this
number, so it is corrected where somebody measured by how much (`devibench calibrate`). A table
holds for the source that it was made of (asked, or from token probabilities) and for no other;
between two points it is straight, beyond the ends level.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from articgw.backends.base import Backend, Prompt, Reply
from articgw.errors import ConfigError

FORMAT = "articgw-calibration/1"


class Table(msgspec.Struct, frozen=True):
    """What `devibench calibrate` writes."""

    format: str
    points: tuple[tuple[float, float], ...]
    """Said, and how often that was right; both 0..1, neither falls."""
    source: str = ""
    """Of the readabilities; empty: any."""
    backend: str = ""
    count: int = 0
    """Answers that it rests on."""
    ece_before: float | None = None
    ece_after: float | None = None

    def at(self, said: float) -> float:
        """The share for what was said."""
        place = bisect_left([x for x, _ in self.points], said)
        if place == 0:
            return self.points[0][1]
        if place == len(self.points):
            return self.points[-1][1]
        (x0, y0), (x1, y1) = self.points[place - 1], self.points[place]
        return y1 if x1 == x0 else y0 + (y1 - y0) * (said - x0) / (x1 - x0)


def read_table(file: Path) -> Table:
    """Raises `ConfigError` where it is none."""
    try:
        table = msgspec.json.decode(file.read_bytes(), type=Table)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(f"calibration {file} cannot be read: {error}") from error
    columns = list(zip(*table.points, strict=True))
    rises = columns and all(list(one) == sorted(one) for one in columns)
    inside = all(0.0 <= value <= 1.0 for point in table.points for value in point)
    if table.format != FORMAT or not rises or not inside:
        raise ConfigError(f"calibration {file} is no table of 'devibench calibrate'")
    return table


class CalibratedBackend:
    """Another back end, whose readability goes through a table; all else is that back end's."""

    def __init__(self, inner: Backend, table: Table) -> None:
        self._inner, self._table = inner, table

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """See `Backend.ask`."""
        async with aclosing(self._inner.ask(prompt, deadline_s=deadline_s)) as pieces:
            async for piece in pieces:
                yield self._corrected(piece) if isinstance(piece, Reply) else piece

    def _corrected(self, reply: Reply) -> Reply:
        other = self._table.source not in ("", str(reply.readability_source))
        if reply.readability is None or other:
            return reply
        return replace(reply, readability=self._table.at(reply.readability))
