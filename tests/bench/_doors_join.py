"""Where the time of each question went, out of what three processes noted of it. No I/O.

    client            gateway (its trace)          model server
    sent_t ─channel─▶ ask_t ─frame─▶ look_t ─request─▶ first_t ─body─▶ last_t
                                                                        │ thinks
    delta_t ◀───────────────────────── token ────────────────────────── token_t

A question's own delay lasts until the *last* byte of its request is at the server: before that no
model can begin.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Row = dict[str, object]

KEEPALIVE_S = 4.0
"""A question that comes later than that finds no open connection to the model server."""


@dataclass(frozen=True, slots=True)
class Took:
    """One question; ms. None where it never came so far."""

    key: str
    gap_s: float
    own_ms: float | None = None
    """From the data channel to the last byte of the request."""
    first_byte_ms: float | None = None
    """... to its first byte."""
    token_ms: float | None = None
    """From the server's first token to the data channel's end at the client."""
    channel_ms: float | None = None
    """From the client until the gateway has the question."""
    frame_ms: float | None = None
    """... until it has its frame."""
    request_ms: float | None = None
    """... until the request begins: picture, body, connection."""
    body_ms: float | None = None
    """... until it is through."""


def joined(
    asked: Iterable[Mapping[str, object]],
    served: Iterable[Mapping[str, object]],
    traced: Iterable[Mapping[str, object]],
) -> list[Took]:
    """A `Took` per question. Of a request that was repeated, the first counts.

    ``asked`` and ``served`` are `Asked` and `Served` as dictionaries, ``traced`` lines of traces.
    """
    by_key: dict[object, Mapping[str, object]] = {}
    for request in served:
        by_key.setdefault(request["key"], request)
    times: dict[tuple[object, object], float] = {}
    for line in traced:
        if line.get("what") in ("ask", "look") and line.get("id") is not None:
            times.setdefault((line["id"], line["what"]), _t(line, "t") or 0.0)
    return [_took(one, by_key.get(one["key"], {}), times) for one in asked]


def _took(
    one: Mapping[str, object],
    request: Mapping[str, object],
    times: Mapping[tuple[object, object], float],
) -> Took:
    id_ = one["id"]
    sent_t, delta_t = _t(one, "sent_t"), _t(one, "delta_t")
    first_t, last_t = _t(request, "first_t"), _t(request, "last_t")
    ask_t, look_t = times.get((id_, "ask")), times.get((id_, "look"))
    return Took(
        key=str(one["key"]),
        gap_s=_t(one, "gap_s") or 0.0,
        own_ms=_ms(sent_t, last_t),
        first_byte_ms=_ms(sent_t, first_t),
        token_ms=_ms(_t(request, "token_t"), delta_t),
        channel_ms=_ms(sent_t, ask_t),
        frame_ms=_ms(ask_t, look_t),
        request_ms=_ms(look_t, first_t),
        body_ms=_ms(first_t, last_t),
    )


FIGURES = (
    *("own_ms", "first_byte_ms", "token_ms"),
    *("channel_ms", "frame_ms", "request_ms", "body_ms"),
)


def figures_of(took: Sequence[Took]) -> dict[str, float | None]:
    """p50, p95 and the worst of everything, and of questions after a long pause."""
    row: dict[str, float | None] = {}
    for name in FIGURES:
        row |= spread(name, [getattr(one, name) for one in took])
    late = [one.own_ms for one in took if one.gap_s > KEEPALIVE_S]
    return row | spread("own_after_pause_ms", late)


def spread(name: str, values: Sequence[float | None]) -> dict[str, float | None]:
    """``name`` has its unit at its end; what never came counts as longer than all others."""
    stem, unit = name.rsplit("_", 1)
    shares = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {f"{stem}_{label}_{unit}": rank(values, share) for label, share in shares.items()}


def rank(values: Sequence[float | None], share: float) -> float | None:
    """The smallest value that a ``share`` of all does not exceed (nearest rank).

    None where that one never came, and of nothing.
    """
    if not values:
        return None
    ordered = sorted(math.inf if value is None else value for value in values)
    found = ordered[max(0, math.ceil(share * len(ordered)) - 1)]
    return None if math.isinf(found) else found


def median_of(rows: Iterable[Mapping[str, object]], arm: str, figure: str) -> float | None:
    """Over the repeats of an arm; None where one of them has none."""
    values = [_t(row, figure) for row in rows if row.get("arm") == arm]
    known = [value for value in values if value is not None]
    return statistics.median(known) if known and len(known) == len(values) else None


def _t(noted: Mapping[str, object], name: str) -> float | None:
    value = noted.get(name)
    return float(value) if isinstance(value, int | float) else None


def _ms(from_t: float | None, to_t: float | None) -> float | None:
    return None if from_t is None or to_t is None else 1000 * (to_t - from_t)
