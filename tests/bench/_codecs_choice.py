"""A choice: at each rate the arm that was best on the clips to fit on, shown on the others.

Best is who reads the most, in whole per cent; of equals, who leaves more of the rest of the scene.
Who sends more than the rate, shows too old frames or leaves too little of the rest is not chosen
while there is another. At a rate that was not fitted the choice of the nearest one holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tests.bench._codecs_arms import AGED_FROM_BPS, CHOICES, Choice
from tests.bench._codecs_score import REST_BPS, Row
from tests.bench._codecs_told import mean, pooled_age_s, recall, share

OVER = 1.1
"""Of the rate, on the wire."""


def with_choices(rows: Sequence[Row]) -> list[Row]:
    """All rows, and those of the choices under their own names."""
    return [*rows, *(row for choice in CHOICES for row in chosen(rows, choice))]


def chosen(rows: Sequence[Row], choice: Choice) -> list[Row]:
    """The rows to score on, of the chosen arms."""
    best = choices(rows, choice)
    scored = [row for row in rows if row["split"] == "score" and row["arm"] in choice.among]
    if not best:
        return []
    taken = []
    for rate_bps in sorted({row["rate_bps"] for row in scored}):
        near = min(best, key=lambda fitted: abs(math.log(fitted / rate_bps)))
        taken += [
            row | {"arm": choice.name, "chose": best[near]}
            for row in scored
            if (row["arm"], row["rate_bps"]) == (best[near], rate_bps)
        ]
    return taken


def choices(rows: Sequence[Row], choice: Choice) -> Mapping[float, str]:
    """By rate, the name of the best arm; no rate where none may be chosen."""
    texts = [row for row in rows if (row["split"], row["kind"]) == ("fit", "text")]
    found = {}
    for rate_bps in {row["rate_bps"] for row in texts}:
        worth = {}
        for arm in choice.among:
            mine = [row for row in texts if (row["arm"], row["rate_bps"]) == (arm, rate_bps)]
            read = share(mine)
            if read is not None and not (rate_bps >= AGED_FROM_BPS and _is_late(mine, choice)):
                fits = (mean(row["wire_bps"] for row in mine) or 0.0) <= OVER * rate_bps
                kept = rate_bps < REST_BPS or not _loses_the_rest(texts, arm, choice)
                ssim = mean(row["rest_ssim"] for row in mine) or 0.0
                worth[arm] = (fits and kept, round(read, 2), ssim)
        if worth:
            found[rate_bps] = max(worth, key=lambda arm: worth[arm])
    return found


def _loses_the_rest(texts: Sequence[Row], arm: str, choice: Choice) -> bool:
    left = recall(row for row in texts if row["arm"] == arm)
    return choice.least_rest is not None and left is not None and left < choice.least_rest


def _is_late(rows: Sequence[Row], choice: Choice) -> bool:
    if choice.most_age_s is None:
        return False
    age_s = pooled_age_s(rows)
    return age_s is None or age_s > choice.most_age_s
