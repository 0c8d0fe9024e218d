"""What `devibench evaluate` does with its order: open, tell, ask, sum up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import msgspec
from platformdirs import user_cache_path
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from articgw.backends import Backend
from articgw.backends.base import Usage as Used
from articgw.backends.environment import completed, keys_in
from articgw.backends.registry import load
from articgw.config import Config
from articgw.errors import BackendError, ConfigError
from articgw.ledger import Prices, price_usd, read_prices
from devibench.datasets.opening import open_dataset
from devibench.degrade.naming import parse_degradation
from devibench.evaluate.asking import PLAIN, TEXT_ONLY, Asking
from devibench.evaluate.judges import ModelJudge, Right, by_words
from devibench.evaluate.replies import Replies
from devibench.evaluate.rescoring import judged_again
from devibench.evaluate.runner import Job, Outcome, jobs_of, run
from devibench.evaluate.store import Store, open_run, read_lines, read_meta, rejudged
from devibench.evaluate.telling import tell
from devibench.report.keepsakes import keep_picture, write_questions
from devibench.retrying import Tries
from devibench.samples import Dataset, Degradation, Line, RunMeta, Sample, Seen
from devibench.sheet import sheet

WORDS = "words"
PICTURE_TOKENS, WORD_TOKENS = 1100, 120
"""Of a 720p picture and of a question with its answer: what large models count, roughly."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted."""

    dataset: str
    out: Path
    degrade: tuple[str, ...] = ("original",)
    backend: str = "embedded"
    judge: str = WORDS
    second_judge: str = ""
    text_only: bool = True
    """Ask without a picture, too: what an accuracy has to be held against."""
    traces: Path | None = None
    wording: str = PLAIN
    questions: int | None = None
    workers: int = 4
    per_minute: float | None = None
    attempts: int = 4
    deadline_s: float = 60.0
    budget_usd: float | None = None
    prices: Path | None = None
    cache: Path | None = None
    cached: bool = True
    pictures: bool = False
    seed: int = 1
    api_key: str | None = field(default=None, repr=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def arms(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(dict.fromkeys((*self.degrade, *([TEXT_ONLY] if self.text_only else []))))


async def perform(order: Order, console: Console | None = None) -> int:
    """Begin, or go on. Raises `ConfigError`, `DatasetError`."""
    console = console or Console(stderr=True)
    dataset, samples, degradations = _opened(order)
    prices = read_prices(order.prices)
    store = open_run(order.out, _meta(order, dataset, samples))
    if store.torn:
        console.print(f"{order.out}: the last line was torn and is asked again")
    write_questions(order.out, samples)
    jobs = jobs_of(samples, degradations, store.done)
    async with AsyncExitStack() as stack:
        replies = Replies(_cache(order))
        stack.callback(replies.close)
        backend = await _started(order, order.backend, stack)
        judge, second = await _judges(order, replies, prices, stack)
        tries = Tries(order.attempts, _turns(order.per_minute))
        asking = Asking(
            backend, order.backend, judge, replies, order.wording, order.deadline_s, tries,
            second, _keeper(order),
        )  # fmt: skip
        outcome = await _run(jobs, dataset, asking, store, order, prices, backend.model, console)
    tell(store, samples, outcome, console)
    return 1 if outcome.stopped or outcome.failed else 0


async def rescore(order: Order, console: Console | None = None) -> int:
    """Judge the answers of a run again, without asking for them. Raises as `perform` does."""
    dataset, samples, _ = _opened(order)
    meta, prices = read_meta(order.out), read_prices(order.prices)
    async with AsyncExitStack() as stack:
        replies = Replies(_cache(order))
        stack.callback(replies.close)
        judge, second = await _judges(order, replies, prices, stack)
        lines = await judged_again(read_lines(order.out), samples, judge, second, order.workers)
    meta = msgspec.structs.replace(meta, judge=order.judge, second_judge=order.second_judge)
    rejudged(order.out, meta, lines)
    store = open_run(order.out, meta)
    outcome = Outcome(failed=sum(store.open(line) for line in store.lines.values()))
    tell(store, samples, outcome, console or Console(stderr=True))
    return 1 if outcome.failed else 0


def estimate(order: Order) -> int:
    """Say what would be asked and what that may cost; nothing is."""
    dataset, samples, degradations = _opened(order)
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


def _opened(order: Order) -> tuple[Dataset, list[Sample], list[Degradation]]:
    dataset = open_dataset(order.dataset)
    degradations = [parse_degradation(name, order.traces) for name in order.arms]
    kept: dict[str, int] = defaultdict(int)
    samples = []
    for sample in dataset.samples():
        kept[sample.group] += 1
        if order.questions is None or kept[sample.group] <= order.questions:
            samples.append(sample)
    return dataset, samples, degradations


def _meta(order: Order, dataset: Dataset, samples: Sequence[Sample]) -> RunMeta:
    return RunMeta(
        dataset.name, dataset.sha256, order.arms, order.backend, order.judge, order.seed,
        version("articgw"), len(samples), order.wording if order.wording != PLAIN else "",
        order.second_judge,
    )  # fmt: skip


def _backend(order: Order, name: str) -> Backend:
    config = Config(backend=completed(name, order.environ), api_key=order.api_key)
    return load(config, keys_in(order.environ))


async def _started(order: Order, name: str, stack: AsyncExitStack) -> Backend:
    backend = _backend(order, name)
    stack.push_async_callback(backend.close)
    try:
        await backend.start()
    except BackendError as error:
        raise ConfigError(f"the back end {name} cannot be asked: {error}") from error
    return backend


async def _judges(
    order: Order, replies: Replies, prices: Prices, stack: AsyncExitStack
) -> tuple[Right, Right | None]:
    async def made(name: str) -> Right:
        if name == WORDS:
            return by_words
        backend = await _started(order, name, stack)
        tries = Tries(order.attempts, _turns(order.per_minute))
        return ModelJudge(
            backend, name, tries, replies, order.deadline_s,
            lambda used: price_usd(used, backend.model, prices),
        )  # fmt: skip

    return await made(order.judge), await made(order.second_judge) if order.second_judge else None


def _cache(order: Order) -> Path | None:
    if not order.cached:
        return None
    return order.cache or user_cache_path("devibench") / "replies.sqlite"


def _turns(per_minute: float | None) -> Callable[[], Awaitable[None]] | None:
    if per_minute is None:
        return None
    from aiolimiter import AsyncLimiter

    if not per_minute > 0:
        raise ConfigError(f"--per_minute {per_minute}: must be above 0")
    return AsyncLimiter(1, 60 / per_minute).acquire


def _keeper(order: Order) -> Callable[[Sample, Degradation, Seen], None] | None:
    if not order.pictures:
        return None

    def keep(sample: Sample, degradation: Degradation, seen: Seen) -> None:
        if seen.pictures:
            shown = sheet([one.yuv for one in seen.pictures])
            keep_picture(order.out, sample.key, degradation.name, shown)

    return keep


async def _run(
    jobs: Sequence[Job], dataset: Dataset, asking: Asking, store: Store, order: Order,
    prices: Prices, model: str, console: Console,
) -> Outcome:  # fmt: skip
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        bar = progress.add_task("asking", total=len(jobs))

        def cost(line: Line) -> float | None:
            used = line.usage if line.attempt else None
            if used is None:
                return line.judge_usd
            tokens = (used.input, used.visual, used.cached, used.output)
            usd = price_usd(Used(*(one or 0 for one in tokens)), model, prices)
            return None if usd is None else usd + line.judge_usd

        def tick(outcome: Outcome) -> None:
            failed = f", {outcome.failed} failed" if outcome.failed else ""
            spent = f", {outcome.usd:.2f} USD" if outcome.usd else ""
            progress.update(bar, completed=outcome.asked, description=f"asking{spent}{failed}")

        return await run(
            jobs, dataset, asking, store, seed=order.seed, workers=order.workers,
            budget_usd=order.budget_usd, cost=cost, tick=tick,
        )  # fmt: skip
