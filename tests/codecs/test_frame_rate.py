"""Few large looks on a clean link, many small ones on a bad one; windows as full as promised."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.frame_rate import (
    FIRST_PACKETS,
    HOLD_S,
    MISS,
    PACKET_BITS,
    FrameRate,
    Looks,
    LooksWhy,
    LossMeter,
    PacketLoss,
    looks_for,
    missed,
)

Lost = npt.NDArray[np.bool_]
RATE_BPS = 200e3


@pytest.mark.parametrize("lost", [0.05, 0.1, 0.2, 0.3])
@pytest.mark.parametrize("packets", [1, 2, 5])
def test_where_losses_are_independent_it_is_the_published_formula(
    lost: float, packets: int
) -> None:
    frame_lost = 1 - (1 - lost) ** packets
    k = math.ceil(math.log(MISS) / math.log(frame_lost) - 1e-9)
    assert missed(PacketLoss(lost), k, packets) == pytest.approx(frame_lost**k)
    assert missed(PacketLoss(lost), k, packets) <= MISS * (1 + 1e-9)
    assert k == 1 or missed(PacketLoss(lost), k - 1, packets) > MISS


@pytest.mark.parametrize(
    ("lost", "burst", "frames", "packets", "why"),
    [
        (0.0, 1.0, 1, 19, LooksWhy.CLEAN),
        (0.01, 1.0, 2, 9, LooksWhy.LOSS),
        (0.05, 1.0, 3, 4, LooksWhy.LOSS),
        (0.1, 1.0, 4, 3, LooksWhy.LOSS),
        (0.2, 1.0, 5, 2, LooksWhy.LOSS),
        (0.3, 1.0, 7, 2, LooksWhy.LOSS),
        (0.2, 3.0, 7, 2, LooksWhy.LOSS),
    ],
)
def test_the_largest_looks_of_which_enough_fit(
    lost: float, burst: float, frames: int, packets: int, why: LooksWhy
) -> None:
    looks = looks_for(PacketLoss(lost, burst), RATE_BPS)
    assert (looks.frames, looks.packets, looks.why) == (frames, packets, why)
    assert looks.fps == pytest.approx(frames)


def test_a_window_can_hold_more_looks_for_the_sake_of_their_age() -> None:
    looks = looks_for(PacketLoss(0.0), RATE_BPS, least_frames=4)
    assert (looks.frames, looks.packets, looks.why) == (4, 4, LooksWhy.CLEAN)


def test_out_of_reach_no_more_is_sent_than_makes_a_difference() -> None:
    assert looks_for(PacketLoss(1.0), RATE_BPS).frames == 1
    looks = looks_for(PacketLoss(0.5), RATE_BPS, least_packets=4)
    assert looks.why is LooksWhy.BOUND and looks.frames * looks.packets <= 19
    assert looks.missed > MISS


losses = st.builds(PacketLoss, st.floats(0, 1), st.floats(1, 20))


@given(loss=losses, rate_bps=st.floats(1e3, 2e6), least=st.integers(1, 4), size=st.integers(1, 5))
def test_looks_are_bounded_and_honest(
    loss: PacketLoss, rate_bps: float, least: int, size: int
) -> None:
    looks = looks_for(loss, rate_bps, least_frames=least, least_packets=size)
    assert looks.frames >= least and looks.packets >= size
    assert looks.spacing_s * looks.frames == pytest.approx(1.0)
    assert 0 <= looks.missed <= 1
    if looks.why is not LooksWhy.BOUND:
        assert looks.missed <= MISS * (1 + 1e-9)
        assert looks.frames * looks.bits <= rate_bps or (looks.frames, looks.packets) == (
            least,
            size,
        )


@given(loss=losses, frames=st.integers(1, 10), packets=st.integers(1, 10))
def test_more_looks_never_miss_more_and_larger_ones_never_less(
    loss: PacketLoss, frames: int, packets: int
) -> None:
    here, apart = missed(loss, frames, packets), PacketLoss(loss.share)
    assert missed(loss, frames + 1, packets) <= here + 1e-9
    assert missed(apart, frames, packets + 1) >= missed(apart, frames, packets) - 1e-9


@pytest.mark.parametrize(("lost", "burst"), [(0.05, 1.0), (0.2, 1.0), (0.2, 3.0), (0.3, 3.0)])
def test_a_link_that_loses_so_leaves_as_many_windows_empty_as_said(
    lost: float, burst: float
) -> None:
    windows, frames, packets = 40_000, 3, 2
    gone = _gone(windows * frames * packets, lost, burst, np.random.default_rng(3))
    hit = np.mean(np.all(np.any(gone.reshape(windows, frames, packets), axis=2), axis=1))
    assert hit == pytest.approx(missed(PacketLoss(lost, burst), frames, packets), rel=0.2, abs=1e-3)


@pytest.mark.parametrize("wrong", [(-0.1, 1.0), (1.1, 1.0), (0.1, 0.5), (math.nan, 1.0)])
def test_what_no_link_does(wrong: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="link"):
        PacketLoss(*wrong)


@pytest.mark.parametrize("rate_bps", [0.0, -1.0, math.nan, math.inf])
def test_rates_that_cannot_be(rate_bps: float) -> None:
    with pytest.raises(ValueError, match="no looks"):
        looks_for(PacketLoss(0.1), rate_bps)


def test_a_link_that_never_lost_anything_is_clean_and_so_is_one_hardly_known() -> None:
    meter = LossMeter()
    assert meter.believed() == PacketLoss(0.0)
    meter.on_counts(FIRST_PACKETS - 1, 5, 2, now=0.0)
    assert meter.believed() == PacketLoss(0.0)
    meter = LossMeter()
    meter.on_counts(1000, 0, 0, now=0.0)
    assert meter.believed() == PacketLoss(0.0)


def test_loss_is_believed_at_the_end_of_its_interval_which_closes_with_what_is_seen() -> None:
    believed = []
    for packets in (20, 200, 2000):
        meter = LossMeter()
        meter.on_counts(packets, packets // 10, packets // 10, now=0.0)
        believed.append(meter.believed().share)
    assert believed == sorted(believed, reverse=True)
    assert 0.1 < believed[-1] < 0.12 < believed[0] < 0.25


def test_bursts_are_measured_and_widen_the_interval() -> None:
    alone, together = LossMeter(), LossMeter()
    alone.on_counts(300, 30, 30, now=0.0)
    together.on_counts(300, 30, 10, now=0.0)
    assert alone.believed().burst == pytest.approx(1.0)
    assert together.believed().burst == pytest.approx(31 / 11)
    assert together.believed().share > alone.believed().share


def test_what_the_link_did_long_ago_is_forgotten() -> None:
    meter = LossMeter()
    meter.on_counts(100, 30, 30, now=0.0)
    meter.on_counts(100, 0, 0, now=60.0)
    assert meter.believed().share == 0.0


@pytest.mark.parametrize("wrong", [(5, 6, 1), (5, 2, 3), (5, -1, 0), (-1, 0, 0)])
def test_counts_that_contradict_each_other(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="lost"):
        LossMeter().on_counts(*wrong, now=0.0)


def test_more_looks_come_at_once_and_go_when_the_loss_has_been_gone_for_long() -> None:
    rate = FrameRate()

    def decide(now: float, lost: int) -> Looks:
        rate.meter.on_counts(100, lost, lost, now=now)
        return rate.decide(RATE_BPS, now=now)

    assert decide(0.0, 0).why is LooksWhy.CLEAN
    worse = decide(1.0, 30)
    assert worse.why is LooksWhy.LOSS and worse.frames > 1
    for now in range(2, 6):
        assert decide(float(now), 0).frames == worse.frames
    moments = range(6, 120)
    counts = [decide(float(now), 0).frames for now in moments]
    assert counts[-1] == 1
    assert all(after <= before for before, after in zip(counts, counts[1:], strict=False))
    changes = [n for n in range(1, len(counts)) if counts[n] != counts[n - 1]]
    assert all(b - a >= HOLD_S for a, b in zip(changes, changes[1:], strict=False))


def test_held_looks_still_fit_a_rate_that_fell() -> None:
    rate = FrameRate()
    rate.meter.on_counts(100, 20, 20, now=0.0)
    assert rate.decide(RATE_BPS, now=0.0).frames > 2
    rate.meter.on_counts(10_000, 0, 0, now=1.0)
    looks = rate.decide(50e3, now=1.0)
    assert looks.frames * looks.packets * PACKET_BITS <= 50e3


def _gone(count: int, lost: float, burst: float, random: np.random.Generator) -> Lost:
    if burst == 1.0:
        return np.asarray(random.random(count) < lost)
    good = burst * (1 - lost) / lost
    turns = count
    lengths = np.empty(2 * turns, np.int64)
    lengths[::2] = random.geometric(1 / good, turns)
    lengths[1::2] = random.geometric(1 / burst, turns)
    states = np.tile([False, True], turns)
    stop = int(np.searchsorted(lengths.cumsum(), count)) + 1
    return np.asarray(np.repeat(states[:stop], lengths[:stop])[:count])
