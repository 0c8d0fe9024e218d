"""The live bench's figures, on records drawn by hand."""

from __future__ import annotations

import pytest

from articgw.testing.link import HEADER_BYTES
from articgw.testing.wire import Passage
from tests.bench._live_calls import is_media
from tests.bench._live_measures import (
    Rates,
    age_s,
    answerable_s,
    first_lines,
    frozen_s,
    gaps_s,
    growth,
    lost_s,
    percentile,
    queue_ms,
    since_s,
    steadied,
)
from tests.bench._live_recorder import Seen

FULL, HALF = (1280, 720), (640, 360)


def sent(bps: float, from_t: float, to_t: float, *, fps: float = 10) -> list[Passage]:
    count = round((to_t - from_t) * fps)
    size = round(bps / fps / 8) - HEADER_BYTES
    return [Passage(from_t + n / fps, size, from_t + n / fps) for n in range(count)]


def seen(t: float, number: int = 0, *, size: tuple[int, int] = FULL, psnr: float = 40) -> Seen:
    return Seen(t, size, number, psnr)


def test_a_rate_is_reached_when_a_half_second_carries_it() -> None:
    packets = sent(300_000, 0, 2) + sent(1_000_000, 2, 4)
    assert Rates(packets).reached_s(900_000) == pytest.approx(2.4, abs=0.11)


def test_a_rate_that_never_comes_is_never_reached() -> None:
    assert Rates(sent(300_000, 0, 5)).reached_s(900_000) is None


@pytest.mark.parametrize("reaction_s", [0.0, 0.3, 1.0, 2.5])
def test_a_cap_is_obeyed_when_a_half_second_and_all_after_it_keep_to_it(reaction_s: float) -> None:
    packets = sent(1_500_000, 0, 10 + reaction_s) + sent(400_000, 10 + reaction_s, 20)
    found = Rates(packets).obeyed_s(440_000, from_t=10, hold_s=3)
    assert found == pytest.approx(reaction_s + 0.45, abs=0.11)


def test_a_relapse_counts() -> None:
    packets = sent(400_000, 0, 11) + sent(1_500_000, 11, 12) + sent(400_000, 12, 20)
    found = Rates(packets).obeyed_s(440_000, from_t=10, hold_s=3)
    assert found == pytest.approx(2.45, abs=0.11)


def test_a_sender_that_always_kept_to_it_obeys_at_once() -> None:
    found = Rates(sent(400_000, 0, 20)).obeyed_s(440_000, from_t=10, hold_s=3)
    assert found == pytest.approx(0.0, abs=0.11)


def test_frames_that_come_unevenly_are_no_relapse() -> None:
    large, small = sent(720_000, 0, 20), sent(80_000, 0, 20)
    rates = Rates([pair[n % 2] for n, pair in enumerate(zip(large, small, strict=True))])
    assert rates.obeyed_strictly_s(440_000, from_t=10, hold_s=3) is None
    assert rates.obeyed_s(440_000, from_t=10, hold_s=3) is not None


@pytest.mark.parametrize("bps", [480_000, 600_000, 1_500_000])
def test_a_cap_that_is_ignored_is_never_obeyed(bps: float) -> None:
    rates = Rates(sent(bps, 0, 20, fps=30))
    assert rates.obeyed_s(440_000, from_t=10, hold_s=3) is None
    assert rates.obeyed_strictly_s(440_000, from_t=10, hold_s=3) is None


def test_a_queue_is_what_still_has_to_be_served() -> None:
    packets = [Passage(0.0, 100, 0.525), Passage(1.0, 100, 3.525), Passage(2.5, 100, 9.0)]
    assert queue_ms(packets, at_t=2.0, delay_s=0.025) == pytest.approx(1500)
    assert queue_ms(packets[:1], at_t=2.0, delay_s=0.025) == 0


def test_a_question_can_be_answered_on_the_first_intact_picture_of_full_size() -> None:
    frames = [seen(1.0, size=HALF), seen(1.5, psnr=20), seen(2.0), seen(2.5)]
    assert answerable_s(frames, posted_t=0.5) == 1.5
    assert answerable_s(frames[:2], posted_t=0.5) is None
    assert first_lines(frames) == 360


def test_damaged_pictures_end_no_freeze() -> None:
    frames = [seen(t / 10) for t in range(31) if not 10 < t < 20] + [seen(1.5, psnr=20)]
    gaps = gaps_s(frames, from_t=0, to_t=3)
    assert max(gaps) == pytest.approx(1.0)
    assert frozen_s(gaps) == pytest.approx(1.0)
    assert lost_s(gaps) == pytest.approx(0.9)


def test_a_picture_that_never_comes_is_one_long_freeze() -> None:
    assert gaps_s([seen(1.0, size=HALF)], from_t=0, to_t=9, whole=True) == [9]


@pytest.mark.parametrize(
    ("number", "t", "age"),
    [(100, 5.0, 1.0), (101, 5.0, 0.967), (98, 5.0, 1.067), (0, 9.6, 1.6), (None, 5.0, None)],
)
def test_age_is_since_the_last_capture_of_that_number(
    number: int | None, t: float, age: float | None
) -> None:
    captured = [(100, -4.0), (100, 4.0), (0, 0.0), (0, 8.0)]
    found = age_s(Seen(t, FULL, number, 40), captured, fps=30, frames=240)
    assert found == (None if age is None else pytest.approx(age, abs=0.001))


def test_a_number_that_was_captured_nowhere_near_has_no_age() -> None:
    assert age_s(seen(5.0, 50), [(100, 4.0)], fps=30, frames=240) is None


def test_a_number_that_was_painted_a_frame_late_gets_its_own_time_back() -> None:
    true = [((230 + n) % 240, 100 + n / 30) for n in range(30)]
    noted = [(true[n + (n % 4 == 1)][0], t) for n, (_, t) in enumerate(true[:-1])]
    times = dict(true)
    for number, t in steadied(noted, fps=30, frames=240):
        assert t == pytest.approx(times[number], abs=0.001)


def test_time_since_the_encoder_is_to_the_last_time_that_it_had_that_number() -> None:
    encoded = [(1, 0.0), (2, 0.1), (1, 8.0)]
    found = since_s([seen(0.01, 1), seen(8.02, 1), seen(3.0, 2)], encoded, within_s=1)
    assert found == pytest.approx([0.01, 0.02])


def test_growth_is_between_medians() -> None:
    samples = [(t, 100.0 + t) for t in range(61)]
    assert growth(samples, from_s=10, to_s=60) == pytest.approx(45)


def test_percentiles() -> None:
    assert percentile(range(1, 22), 0.95) == 20
    assert percentile(range(1, 22), 0.5) == 11
    assert percentile([], 0.5) is None


MEDIA = {(128, 96): True, (144, 225): True, (129, 201): False, (0, 1): False, (22, 254): False}


@pytest.mark.parametrize("head", MEDIA)
def test_media_is_told_from_the_rest_by_two_bytes(head: tuple[int, int]) -> None:
    assert is_media(bytes(head)) is MEDIA[head]
