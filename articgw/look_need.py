"""What a look needs, learned from answers: the saturation rule of `artic_abr` in a call.

    answer: readability v of a look of q dB ─▶ rate that usually gives q ─▶ SaturationRule ─▶ need
    need, dB ─▶ rate that gives it in this call ─▶ cap

The rule learns what is enough for the open question. It counts in rates, and a look in a call has a
quality, so the one is said as the other along a fixed line (`USUAL_DB`, `DB_PER_OCTAVE`): a look of
q dB is one that a stream of that rate usually gives. What this call's picture really pays for it,
because it stands still, or moves, or because the bits go to a region, is the ratio of the rate in
force to that, kept between a half and twice.

What was said of an open question grows stale while it stays open. A question of which nothing was
said yet, and a call of which nobody asks, are not silent in that sense: their need stays. What is
said of a look that is too old is not used.
"""

from __future__ import annotations

import copy
from math import inf, log2

from artic_abr import LookQuality, Need, NeedWhy, Readability
from artic_abr.saturation import SaturationRule

CODEC = 2.5
"""Our senders code as they go, in H.264 or VP8; the published rates are those of H.265 made
offline. So a call begins with 1.5 Mb/s, where the rule's own prior is 0.6."""
USUAL_BPS, USUAL_DB = 1_000_000, 34.0
"""Whole frames of 720 lines, 15 a second, at 1 Mb/s (`articgw.look_quality.BITS_DB`)."""
DB_PER_OCTAVE = 4.3
"""0.724 dB for each step of the quantiser (`articgw.look_quality.QP_DB`), six of which halve the
bits (ITU-T H.264)."""
PAYS = 2.0
EXPIRES_S = 10.0
"""Feedback is 1.2 to 1.5 s old in Artic; a model that takes longer is still about this scene, one
that takes so long may not be."""
MAX_DB, MAX_BPS = 60.0, 100_000_000


class LookNeed:
    """One call's."""

    def __init__(self) -> None:
        self._rule = SaturationRule()
        self._turn = 0
        self._open = False
        self._said_t: float | None = None
        self._spent_s = 0.0
        self._pays = 1.0
        self._rule.on_turn(self._turn, 0.0)

    def on_turn(self, *, now: float) -> None:
        """A question is expected, or asked: other pixels matter. Twice for one does no harm."""
        self._stop(now)
        self._turn += 1
        self._rule.on_turn(self._turn, self._spent(now))

    def on_open(self, *, now: float) -> None:
        """A question is open."""
        self._open = True

    def on_closed(self, *, now: float) -> None:
        """None is any more."""
        self._open = False
        self._stop(now)

    def on_readability(self, readability: Readability, *, at_bps: float, now: float) -> None:
        """Of the look of the newest question, at the rate that was in force."""
        old = readability.observed_t - readability.frame_t > EXPIRES_S
        if readability.value is None or at_bps <= 0 or old:
            return
        if self._open and self._said_t is None:
            self._said_t = now
        usual_bps = at_bps if readability.look is None else _usual_bps(readability.look)
        self._pays = min(max(at_bps / usual_bps, 1 / PAYS), PAYS)
        self._rule.on_readability(
            readability.value,
            at_bps=at_bps / self._pays / CODEC,
            turn=self._turn,
            now=self._spent(now),
        )

    def after(self, readability: Readability, *, at_bps: float, now: float) -> Need:
        """What the need would be, were that told."""
        other = copy.deepcopy(self)
        other.on_readability(readability, at_bps=at_bps, now=now)
        return other.need(inf, now=now)

    def need(self, allowed_bps: float, *, now: float) -> Need:
        """At most what is allowed, bits/s on the wire."""
        wanted = self._rule.need(inf, self._spent(now))
        bps = min(CODEC * self._pays * wanted.bps, MAX_BPS)
        if bps > allowed_bps:
            return Need(int(allowed_bps), NeedWhy.NETWORK)
        return Need(int(bps), wanted.why)

    def need_db(self, *, now: float) -> float:
        """The same as look quality, dB."""
        wanted = self._rule.need(inf, self._spent(now))
        return min(MAX_DB, USUAL_DB + DB_PER_OCTAVE * log2(CODEC * wanted.bps / USUAL_BPS))

    def _spent(self, now: float) -> float:
        return self._spent_s + (0.0 if self._said_t is None else max(0.0, now - self._said_t))

    def _stop(self, now: float) -> None:
        self._spent_s = self._spent(now)
        self._said_t = None


def _usual_bps(look: LookQuality) -> float:
    return float(USUAL_BPS * 2 ** ((look.db - USUAL_DB) / DB_PER_OCTAVE))
