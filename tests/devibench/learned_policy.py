"""A learned policy, as somebody would write one: a tree, fitted on what questions needed."""

from __future__ import annotations

import numpy as np
from sklearn.tree import DecisionTreeRegressor  # type: ignore[import-untyped]

from artic_abr.controller import controller
from artic_abr.need import Need, NeedWhy
from artic_abr.policy import Policy
from artic_abr.rules import Everything
from devibench.network import drawn_curves

START_BPS = 500_000


class Learned(Everything):
    """What is said of a look, and at which rate, predicts what would have been enough."""

    def __init__(self) -> None:
        curves = drawn_curves(seed=2)
        rates = np.geomspace(150e3, 3e6, 12)
        seen = [(np.log(rate), curve(rate)) for curve in curves for rate in rates]
        enough = [np.log(curve.enough_bps()) for curve in curves for _ in rates]
        self._tree = DecisionTreeRegressor(max_depth=6, random_state=0).fit(seen, enough)
        self._bps = START_BPS

    def on_turn(self, turn: int, now: float) -> None:
        """Other pixels matter."""
        self._bps = START_BPS

    def on_readability(self, value: float, *, at_bps: float, turn: int, now: float) -> None:
        """Straight to what the tree says."""
        self._bps = int(np.exp(self._tree.predict([(np.log(at_bps), value)])[0]))

    def need(self, allowed_bps: float, now: float) -> Need:
        """Never more than is allowed."""
        if allowed_bps < self._bps:
            return Need(int(allowed_bps), NeedWhy.NETWORK)
        return Need(self._bps, NeedWhy.PRIOR)


def make(fps: float) -> Policy:
    """Its rule over our estimator."""
    return controller(fps=fps, rule=Learned())


def nonsense(fps: float) -> str:
    """Makes no policy."""
    return f"{fps}"
