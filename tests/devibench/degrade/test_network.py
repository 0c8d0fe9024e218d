from __future__ import annotations

import math
from dataclasses import replace

import pytest

from artic_abr.simulation import LinkShape
from artic_abr.simulation.service import constant, steps
from articgw.errors import DatasetError
from devibench.degrade.coder import SteeredCoder
from devibench.degrade.network import Network
from devibench.degrade.sender import Constant
from devibench.samples import Box, Film, Sample


def network(shape: LinkShape, **named: object) -> Network:
    return Network(
        "test", lambda film, sample, seed: Constant(200e3, 10), SteeredCoder, lambda film: shape,
        **named,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_wide_link_brings_every_frame_at_once(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    seen, delays_ms = network(LinkShape(constant(20e6))).measured(film, sample, 0)
    assert len(delays_ms) == round(sample.to_s * film.fps) + 1
    assert delays_ms.max() < 60
    assert seen.late_share == 0
    assert seen.bits == pytest.approx(200e3 * 0.6, rel=0.4)
    assert seen.pictures[-1].captured_s == pytest.approx(sample.to_s, abs=0.11)


def test_a_thin_link_makes_them_late_and_the_look_old(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    wide = network(LinkShape(constant(20e6))).apply(film, sample, 0)
    thin = network(LinkShape(constant(100e3), queue_packets=None)).apply(film, sample, 0)
    assert thin.latency_p95_ms > 3 * wide.latency_p95_ms
    assert thin.frame_age_ms > wide.frame_age_ms
    assert thin.bits == wide.bits


def test_a_dead_link_brings_nothing(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    seen = network(LinkShape(steps([(0.0, 1.0)], 60.0))).apply(film, sample, 0)
    assert seen.pictures == () and seen.frame_age_ms == math.inf
    assert seen.late_share == 1 and seen.latency_p50_ms > 2000


def test_lost_packets_come_later_and_cost_bits(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    clean = network(LinkShape(constant(20e6))).apply(film, sample, 0)
    lossy = network(LinkShape(constant(20e6), loss=0.3)).apply(film, sample, 0)
    assert lossy.bits > clean.bits
    assert lossy.latency_p95_ms > clean.latency_p95_ms
    assert lossy.pictures


def test_several_frames_where_they_are_needed(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    multi = replace(sample, frames_needed="multi")
    seen = network(LinkShape(constant(20e6))).apply(film, multi, 0)
    times = [one.captured_s for one in seen.pictures]
    assert times == pytest.approx([0.0, 0.2, 0.4, 0.5])


def test_the_seed_says_where_a_link_is_entered(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    shape = LinkShape(steps([(0.0, 5e6), (5.0, 60e3)], 10.0), queue_packets=None)
    late = {
        network(shape, enters=True).apply(film, sample, seed).latency_p95_ms for seed in range(8)
    }
    assert len(late) > 1
    again = network(shape, enters=True).apply(film, sample, 3)
    assert again.latency_p95_ms in late


def test_before_the_film_the_call_runs_without_pictures(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    warm = network(LinkShape(constant(20e6)), warm_s=5.0)
    seen, delays_ms = warm.measured(film, sample, 0)
    assert len(delays_ms) == round(sample.to_s * film.fps) + 1
    assert seen.pictures


def test_a_film_that_ends_before_it_is_told(asked: tuple[Film, Sample]) -> None:
    class Empty:
        size_px, fps, seconds = (640, 360), 10.0, 0.6
        frames = staticmethod(lambda from_s, to_s: iter(()))

        def boxes(self, t_s: float) -> dict[str, Box]:
            return {}

    with pytest.raises(DatasetError, match="no frame before"):
        network(LinkShape(constant(20e6))).apply(Empty(), asked[1], 0)
