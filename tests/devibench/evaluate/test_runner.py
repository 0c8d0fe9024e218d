"""Everything is asked once, within limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from articgw.backends.scripted import ScriptedBackend, Turn
from devibench.evaluate.asking import answered
from devibench.evaluate.runner import Job, Outcome, by_sample, jobs_of, run
from devibench.evaluate.store import Store, open_run
from devibench.samples import Line, Sample
from tests.devibench.evaluate.test_asking import SEEN, Films, Shows, asking
from tests.devibench.evaluate.test_store import META


def samples(count: int) -> list[Sample]:
    return [
        Sample(
            f"s/{k}", f"What {k}?", (), ("EXIT",), "Reading", "single", f"v{k % 2}", Path("v"), 0, 1
        )
        for k in range(count)
    ]


def backend() -> ScriptedBackend:
    return ScriptedBackend(lambda prompt: Turn("EXIT"))


async def done(
    store: Store, count: int, workers: int = 4, **options: Any
) -> tuple[Outcome, ScriptedBackend]:
    asked = backend()
    how = asking(asked)

    async def answer(job: Job, before: Line | None) -> Line:
        return await answered(how, Films(), job.sample, job.degradation, 1, before)

    jobs = jobs_of(samples(count), [Shows(SEEN)], store.done)
    return await run([[job] for job in jobs], [answer] * workers, store, **options), asked


@pytest.mark.parametrize("workers", [1, 3, 50])
async def test_each_question_is_asked_once_however_many_ask(tmp_path: Path, workers: int) -> None:
    store = open_run(tmp_path, META)
    outcome, asked = await done(store, 9, workers=workers)
    assert (outcome.asked, outcome.failed, outcome.stopped) == (9, 0, "")
    assert len({prompt.question for prompt in asked.prompts}) == len(asked.prompts) == 9


async def test_a_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    store = open_run(tmp_path, META)
    await done(store, 4)
    outcome, asked = await done(open_run(tmp_path, META), 6)
    assert outcome.asked == 2
    assert len(asked.prompts) == 2


async def test_a_spent_budget_stops_it(tmp_path: Path) -> None:
    store = open_run(tmp_path, META)
    outcome, _ = await done(store, 9, workers=1, budget_usd=2.5, cost=lambda line: 1.0)
    assert outcome.asked == 3
    assert "budget" in outcome.stopped


async def test_a_full_disk_stops_it_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, append = open_run(tmp_path, META), Store.append

    def full(self: Store, line: Line) -> None:
        if len(self.lines) == 2:
            raise OSError(28, "No space left on device")
        append(self, line)

    monkeypatch.setattr(Store, "append", full)
    outcome, _ = await done(store, 9, workers=1)
    assert "No space left" in outcome.stopped
    assert len(open_run(tmp_path, META).done) == 2


def test_jobs_come_film_by_film_and_without_what_is_done() -> None:
    jobs = jobs_of(samples(4), [Shows(SEEN)], {("s/0", "arm")})
    assert [job.sample.key for job in jobs] == ["s/2", "s/1", "s/3"]


def test_a_shard_is_a_question_under_all_its_arms() -> None:
    jobs = jobs_of(samples(3), [Shows(SEEN), Shows(SEEN)], set())
    assert [[job.sample.key for job in shard] for shard in by_sample(jobs)] == [
        ["s/0", "s/0"], ["s/2", "s/2"], ["s/1", "s/1"],
    ]  # fmt: skip
