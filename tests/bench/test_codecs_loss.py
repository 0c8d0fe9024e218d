"""The loss bench: what a link does, and which windows count as held."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench._codecs_loss import LOSSES, links
from tests.bench._codecs_loss_link import WARM_S, Link, Outcome, Seen, figures
from tests.bench._codecs_loss_told import goals, summary


@pytest.mark.parametrize("burst", [None, 3.0])
@pytest.mark.parametrize("share", [0.05, 0.2, 0.3])
def test_a_link_loses_its_share(share: float, burst: float | None) -> None:
    link = Link(share, burst, np.random.default_rng(1))
    lost = np.array([link.loses() for _ in range(40_000)])
    runs = np.flatnonzero(np.diff(np.concatenate([[0], lost, [0]])) == 1)
    assert lost.mean() == pytest.approx(share, abs=0.02)
    assert lost.sum() / len(runs) == pytest.approx(burst or 1 / (1 - share), rel=0.1)


def test_every_loss_comes_at_random_and_in_bursts() -> None:
    assert len(list(links(LOSSES))) == 2 * len(LOSSES) - 1


def test_a_window_is_held_by_what_was_taken_and_came_within_it() -> None:
    seen = [
        Seen(WARM_S + 0.9, WARM_S + 1.1, 30.0),
        Seen(WARM_S + 1.2, WARM_S + 1.3, 30.0),
        Seen(WARM_S + 1.4, WARM_S + 1.5, 40.0),
    ]
    told = figures(Outcome(WARM_S + 2, seen, bits=4e5, pictures=10))
    assert (told["windows"], told["full"], told["bps"]) == (2, 0.5, 2e5)
    assert told["region_db"] == 40.0


def test_the_goal_is_the_worse_kind_of_loss() -> None:
    rows = [
        figures(Outcome(WARM_S + 1, [Seen(WARM_S, WARM_S + at, 30.0)]))
        | {"loss": 0.2, "losses": kind, "arm": "looks"}
        for kind, at in (("random", 0.1), ("burst", 1.1))
    ]
    assert {row["full"] for row in summary(rows)} == {0.0, 1.0}
    assert [goal.value for goal in goals(rows)] == [0.0]
    assert [goal.value for goal in goals([])] == [None]
