"""The least rate at which what is asked is read about as well as with all bits that there are.

Once the place of a question is known, its bits stop changing the answer long before a link is full:
by the fitted curves text of 12 px is read in whole frames at 200 kb/s, with its place coded better
at 140 even if that may be wrong. What is sent beyond makes nothing more readable, and waits with
the rest when the link gets slower. So the cap stops there: where `ENOUGH` is to be expected, in
doubt of the place too.

A model of what is read may be wrong about a picture: where a look could not be read, all bits that
it may have are sent again (`unread` of the allocator).
"""

from __future__ import annotations

from collections.abc import Callable

from artic_codecs.worth import Choice, Sought, expected

ENOUGH = 0.97
"""Of a text; what a person repeats is about as much."""
LEAST_BPS = 20_000
"""Below, the curves were not measured."""
STEPS = 7
"""Of halving, in octaves: 4 % where the need is 1.5 Mb/s."""


def enough_bps(
    need_bps: int,
    best: Callable[[int], Choice],
    sought: Sought,
    area: float = 1.0,
) -> int:
    """At most ``need_bps``, and that where it is not enough. ``best`` is how the picture is sent at
    a rate; ``area`` as of `worth.area_of`."""
    low_bps, high_bps = max(1.0, LEAST_BPS * area), float(need_bps)
    if low_bps >= high_bps or not _is_enough(need_bps, best, sought, area):
        return need_bps
    for _ in range(STEPS):
        middle_bps = (low_bps * high_bps) ** 0.5
        if _is_enough(round(middle_bps), best, sought, area):
            high_bps = middle_bps
        else:
            low_bps = middle_bps
    return round(high_bps)


def _is_enough(bps: int, best: Callable[[int], Choice], sought: Sought, area: float) -> bool:
    return expected(best(bps), bps, sought, area) >= ENOUGH
