"""Who seeks, with what, and that nothing of it raises."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from artic_codecs import Region
from articgw.backends.embedded import seeking
from articgw.backends.embedded.aim import Aim
from articgw.backends.embedded.jobs import Job, Seek, Sought
from articgw.backends.embedded.seeking import EXPIRY_S, FRESH_S, job_for, regions_of, seek
from articgw.errors import BackendUnavailable
from tests.articgw.backends.embedded.pictures import draw, frame, scene

LOOK = frame(draw([]), captured_t=10.0)
GLIMPSE = scene(captured_t=9.5)
SOUGHT = Sought(9.5, (Aim((0.1, 0.2, 0.3, 0.4), 1.0, 12.0, "text"),))
REGION = Region((0.1, 0.2, 0.3, 0.4), 9.5, 1.0, 10.0 + EXPIRY_S, 12.0)


@dataclass
class Hand:
    """A worker that says what it is told to, and notes its jobs."""

    says: object = SOUGHT
    busy: bool = False
    jobs: list[Job] = field(default_factory=list)

    async def run(self, job: Job) -> object:
        self.jobs.append(job)
        if isinstance(self.says, Exception):
            raise self.says
        if self.says is None:
            await asyncio.Event().wait()
        return self.says


def test_aims_are_regions_of_the_picture_they_were_found_in() -> None:
    assert regions_of(SOUGHT, 10.0) == (REGION,)


@pytest.mark.parametrize(
    ("glimpse", "with_picture"),
    [
        (GLIMPSE, False),
        (scene(captured_t=10.0 - FRESH_S), False),
        (scene(captured_t=10.0 - FRESH_S - 0.1), True),
        (scene(captured_t=10.1), True),
        (replace(GLIMPSE, size_px=(640, 360)), True),
        ("of another back end", True),
        (None, True),
    ],
)
def test_the_picture_goes_along_where_there_is_no_fresh_glimpse_of_it(
    glimpse: object, with_picture: bool
) -> None:
    job = job_for("what?", LOOK, glimpse)
    assert (job.yuv is not None) == with_picture
    assert job.captured_t == 10.0
    assert job.glimpse is (glimpse if not isinstance(glimpse, str) else None)


async def test_who_answers_does_what_is_quick() -> None:
    answering, ahead = Hand(), Hand()
    assert await seek("what?", LOOK, GLIMPSE, [answering, ahead]) == (REGION,)
    assert isinstance(answering.jobs[0], Seek) and not ahead.jobs


async def test_who_reads_ahead_looks_at_the_picture() -> None:
    answering, ahead = Hand(), Hand()
    assert await seek("what?", LOOK, None, [answering, ahead]) == (REGION,)
    assert ahead.jobs and not answering.jobs


@pytest.mark.parametrize("glimpse", [GLIMPSE, None])
async def test_who_is_busy_is_left_alone_while_another_is_not(glimpse: object) -> None:
    idle, busy = Hand(), Hand(busy=True)
    for workers in ([idle, busy], [busy, idle]):
        await seek("what?", LOOK, glimpse, workers)
    assert len(idle.jobs) == 2 and not busy.jobs


@pytest.mark.parametrize("says", [BackendUnavailable("gone"), "nonsense", Sought(9.5, ())])
async def test_nothing_is_found_rather_than_raised(says: object) -> None:
    assert await seek("what?", LOOK, None, [Hand(says)]) == ()


async def test_late_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeking, "PATIENCE_S", 0.01)
    assert await seek("what?", LOOK, None, [Hand(None)]) == ()


async def test_without_workers_nothing() -> None:
    assert await seek("what?", LOOK, None, []) == ()
