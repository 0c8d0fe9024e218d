from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from articgw.backends.embedded.aim import Aim
from articgw.backends.embedded.jobs import Seek, Sought
from articgw.backends.embedded.scene import Answer, Evidence, Scene
from devibench.degrade import finding
from devibench.degrade.call import BACK_S
from devibench.degrade.coder import frame_of
from devibench.degrade.finding import READ_S, SEEK_S, SETTLES_S, Finder, Given
from devibench.samples import Film, Pixels, Sample

PLACE = (0.4, 0.4, 0.6, 0.6)


class FakeEyes:
    """Finds `PLACE` in every picture but the first ``misses``."""

    def __init__(self, misses: int = 0) -> None:
        self.misses = misses
        self.sought: list[Seek] = []

    def look(self, rgb: Pixels, captured_t: float) -> Scene:
        return Scene(captured_t, (640, 360))

    def seek(self, job: Seek) -> Sought:
        self.sought.append(job)
        aims = (Aim(PLACE, 1.0, 12.0, "sign"),) if len(self.sought) > self.misses else ()
        return Sought(job.captured_t, aims)

    def answer(self, rgb: Pixels, t: float, question: str, glimpse: Scene | None) -> Answer:
        return Answer("It says 5.", (Evidence(PLACE, "5", 12.0),), readability=0.9)


@pytest.fixture
def seeing(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEyes]:
    eyes = FakeEyes()
    monkeypatch.setattr(finding, "eyes", lambda: eyes)
    finding._glimpse.cache_clear()
    yield eyes
    finding._glimpse.cache_clear()


def _drive(finder: Finder, film: Film, seconds: float) -> list[tuple[float, int]]:
    """Times and how many regions the sender then knows."""
    picture = frame_of(next(iter(film.frames(0.0, 1.0)))[1])
    told = []
    for number in range(round(seconds * 10)):
        t = number / 10
        finder.on_picture(picture, t, t + 0.05)
        told.append((t, len(finder.regions(t))))
    return told


def test_regions_come_as_late_as_finding_them_takes(
    seeing: FakeEyes, asked: tuple[Film, Sample]
) -> None:
    finder = Finder((640, 360), "What does it say?", 1.0)
    told = _drive(finder, asked[0], 2.0)
    first_t = next(t for t, count in told if count)
    assert 1.0 + BACK_S + SEEK_S + BACK_S <= first_t < 1.6
    (job,) = seeing.sought
    assert job.glimpse is not None and job.glimpse.captured_t <= 1.05 + SEEK_S - READ_S


def test_where_nothing_is_found_the_next_picture_is_searched(
    seeing: FakeEyes, asked: tuple[Film, Sample]
) -> None:
    seeing.misses = 2
    told = _drive(Finder((640, 360), "What does it say?", 0.5), asked[0], 2.0)
    assert len(seeing.sought) == 3
    assert told[-1][1] == 1


def test_an_aimed_answer_tells_how_well_it_was_read(
    seeing: FakeEyes, asked: tuple[Film, Sample]
) -> None:
    finder = Finder((640, 360), "What does it say?", 0.0)
    _drive(finder, asked[0], 1.0 + SETTLES_S)
    assert finder.readings(0.5) == []
    assert finder.readings(9.0) == [0.9]
    assert finder.readings(9.0) == []


def test_given_regions_are_true_from_the_question_on(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    given = Given(film, sample, 0.2)
    assert given.regions(0.1) == ()
    (region, *_) = given.regions(sample.to_s)
    truth = film.boxes(sample.to_s)[sample.evidence[0]]
    assert np.allclose(region.box, truth)
