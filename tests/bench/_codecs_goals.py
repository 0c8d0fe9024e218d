"""From rows to the figures of the issue. Goals without an arm to measure them on are left out.

Every goal is measured on the clips held out from fitting. 'Ours' is the arm whose region is found
from the question where there is one, else the one that is given it: its rows say which. The plain
baseline is the best of all frame rates over all rates, seen on the very clips that are scored: more
than a sender could know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.bench._codecs_arms import (
    AGED_FROM_BPS,
    BEST_UNIFORM,
    CHOICES,
    FOUND,
    GIVEN,
    PUBLISHED,
    UNIFORM,
)
from tests.bench._codecs_curves import (
    Table,
    by_arm,
    ratio,
    reached,
    share_at,
    table_of,
    things_of,
)
from tests.bench._codecs_score import REST_BPS, Row
from tests.bench._codecs_told import pooled_age_s, recall
from tests.bench._codecs_wanted import goal
from tests.bench._common import Goal

READ = (
    ("given_50k", GIVEN, 50e3),
    ("given_25k", GIVEN, 25e3),
    ("text_100k", FOUND, 100e3),
    ("text_50k", FOUND, 50e3),
    ("text_25k", FOUND, 25e3),
)
"""Goal, arm, bits/s on the wire."""


def text_tables(rows: Sequence[Row]) -> dict[str, Table]:
    """Per arm, of the texts of the clips to score on; the same texts for all arms."""
    scored = [row for row in rows if (row["split"], row["kind"]) == ("score", "text")]
    things = things_of(scored)
    tables = {arm: table_of(mine, things) for arm, mine in by_arm(scored).items()}
    return {arm: table for arm, table in tables.items() if table is not None}


def ours(tables: Mapping[str, Table]) -> str | None:
    """The arm that is ours."""
    return next((arm for arm in (FOUND, GIVEN) if arm in tables), None)


def baselines(tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The plain arms among which the best is sought, and the choice of them."""
    best = next(choice for choice in CHOICES if choice.name == BEST_UNIFORM)
    return tuple(arm for arm in (BEST_UNIFORM, *best.among) if arm in tables)


def goals_of(rows: Sequence[Row]) -> list[Goal]:
    """Of rows with their choices."""
    tables = text_tables(rows)
    goals = [goal(name, share_at(tables[arm], bps)) for name, arm, bps in READ if arm in tables]
    mine = ours(tables)
    if mine is None:
        return goals
    for name, against in (
        ("rate_vs_uniform", (UNIFORM,)),
        ("rate_vs_best_uniform", baselines(tables)),
        ("rate_vs_published", (PUBLISHED,)),
    ):
        known = [arm for arm in against if arm in tables]
        if known:
            worst = max(ratio(tables[mine], tables[arm]).value for arm in known)
            fails = reached(tables[mine].points()).bound == "more than"
            goals.append(goal(name, None if fails else worst))
    scored = [row for row in rows if (row["split"], row["arm"]) == ("score", mine)]
    aged = pooled_age_s(row for row in scored if row["rate_bps"] >= AGED_FROM_BPS)
    goals.append(goal("age_p95_ms", None if aged is None else 1e3 * aged))
    at_100k = [row for row in scored if row["rate_bps"] == REST_BPS]
    if at_100k:
        goals.append(goal("rest_recall_100k", recall(at_100k)))
    return goals
