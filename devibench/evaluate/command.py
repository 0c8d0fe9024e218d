"""What `devibench evaluate` does with its order: open, tell, ask, sum up."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from articgw.backends.base import Usage as Used
from articgw.errors import ConfigError
from articgw.ledger import Prices, price_usd, read_prices
from devibench.evaluate.asking import PLAIN, answered
from devibench.evaluate.order import Order, judging, making, opened
from devibench.evaluate.rescoring import judged_again
from devibench.evaluate.runner import Answer, Cost, Job, Outcome, by_sample, jobs_of, run
from devibench.evaluate.store import Store, open_run, read_lines, read_meta, rejudged
from devibench.evaluate.telling import tell
from devibench.report.keepsakes import write_questions
from devibench.samples import Dataset, Line, RunMeta, Sample

PICTURE_TOKENS, WORD_TOKENS = 1100, 120
"""Of a 720p picture and of a question with its answer: what large models count, roughly."""


async def perform(order: Order, console: Console | None = None) -> int:
    """Begin, or go on. Raises `ConfigError`, `DatasetError`."""
    console = console or Console(stderr=True)
    dataset, samples, degradations = opened(order)
    prices = read_prices(order.prices)
    store = open_run(order.out, _meta(order, dataset, samples))
    if store.torn:
        console.print(f"{order.out}: the last line was torn and is asked again")
    write_questions(order.out, samples)
    jobs = jobs_of(samples, degradations, store.done)
    async with _workers(order, dataset) as (answers, model):
        outcome = await _run(jobs, answers, store, order, _cost(prices, model), console)
    tell(store, samples, outcome, console)
    return 1 if outcome.stopped or outcome.failed else 0


async def rescore(order: Order, console: Console | None = None) -> int:
    """Judge the answers of a run again, without asking for them. Raises as `perform` does."""
    dataset, samples, _ = opened(order)
    meta = read_meta(order.out)
    if meta.dataset_sha256 != dataset.sha256:
        raise ConfigError(f"{order.out} holds answers about {meta.dataset}, and not to this set")
    async with judging(order) as (judge, second):
        lines = await judged_again(read_lines(order.out), samples, judge, second, order.workers)
    meta = msgspec.structs.replace(meta, judge=order.judge, second_judge=order.second_judge)
    rejudged(order.out, meta, lines)
    store = open_run(order.out, meta)
    outcome = Outcome(failed=sum(store.open(line) for line in store.lines.values()))
    tell(store, samples, outcome, console or Console(stderr=True))
    return 1 if outcome.failed else 0


def estimate(order: Order) -> int:
    """Say what would be asked and what that may cost; nothing is."""
    dataset, samples, degradations = opened(order)
    done: set[tuple[str, str]] = set()
    with suppress(Exception):
        done = {(one.key, one.arm) for one in read_lines(order.out) if one.answer is not None}
    jobs = jobs_of(samples, degradations, done)
    tokens = len(jobs) * (PICTURE_TOKENS + WORD_TOKENS)
    used = Used(input_tokens=tokens, visual_tokens=len(jobs) * PICTURE_TOKENS)
    model = order.backend.partition(":")[2].partition("@")[0]
    usd = price_usd(used, model, read_prices(order.prices))
    cost = "nobody told us its price" if usd is None else f"about {usd:.2f} USD"
    absent = sum(one.video is None for one in samples)
    print(
        f"{dataset.name}: {len(samples)} questions x {len(degradations)} arms, {len(done)} known, "
        f"{len(jobs)} to ask; about {tokens:,} tokens, {cost}"
        + (f"; {absent} without a video: devibench fetch" if absent else "")
    )
    return 0


def _meta(order: Order, dataset: Dataset, samples: Sequence[Sample]) -> RunMeta:
    return RunMeta(
        dataset.name, dataset.sha256, order.arms, order.backend, order.judge, order.seed,
        version("articgw"), len(samples), order.wording if order.wording != PLAIN else "",
        order.second_judge,
    )  # fmt: skip


@asynccontextmanager
async def _workers(order: Order, dataset: Dataset) -> AsyncGenerator[tuple[Sequence[Answer], str]]:
    """Who answers, and the model's name."""
    if order.ray is not None:
        from devibench.evaluate.cluster import cluster

        async with cluster(order, dataset.sha256) as found:
            yield found
        return
    async with making(order) as asking:

        async def answer(job: Job, before: Line | None) -> Line:
            return await answered(asking, dataset, job.sample, job.degradation, order.seed, before)

        yield [answer] * max(1, order.workers), asking.backend.model


def _cost(prices: Prices, model: str) -> Cost:
    def cost(line: Line) -> float | None:
        used = line.usage if line.attempt else None
        if used is None:
            return line.judge_usd
        tokens = (used.input, used.visual, used.cached, used.output)
        usd = price_usd(Used(*(one or 0 for one in tokens)), model, prices)
        return None if usd is None else usd + line.judge_usd

    return cost


async def _run(
    jobs: Sequence[Job], answers: Sequence[Answer], store: Store, order: Order, cost: Cost,
    console: Console,
) -> Outcome:  # fmt: skip
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        bar = progress.add_task("asking", total=len(jobs))

        def tick(outcome: Outcome) -> None:
            failed = f", {outcome.failed} failed" if outcome.failed else ""
            spent = f", {outcome.usd:.2f} USD" if outcome.usd else ""
            progress.update(bar, completed=outcome.asked, description=f"asking{spent}{failed}")

        shards = by_sample(jobs) if order.ray is not None else [[job] for job in jobs]
        return await run(shards, answers, store, budget_usd=order.budget_usd, cost=cost, tick=tick)
