"""What an evaluation is to do, and everything that is made for it: data, arms, models, judges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from platformdirs import user_cache_path

from articgw.backends import Backend
from articgw.backends.environment import completed, keys_in
from articgw.backends.registry import load
from articgw.config import Config
from articgw.errors import BackendError, ConfigError
from articgw.ledger import price_usd, read_prices
from devibench.datasets.opening import open_dataset
from devibench.degrade.naming import parse_degradation
from devibench.evaluate.asking import PLAIN, TEXT_ONLY, Asking
from devibench.evaluate.judges import ModelJudge, Right, by_words
from devibench.evaluate.replies import Replies
from devibench.report.keepsakes import keep_picture
from devibench.retrying import Tries
from devibench.samples import Dataset, Degradation, Sample, Seen
from devibench.sheet import sheet

WORDS = "words"


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
    ray: str | None = None
    """Address of a cluster, or ``local``; None: this process asks."""
    api_key: str | None = field(default=None, repr=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def arms(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(dict.fromkeys((*self.degrade, *([TEXT_ONLY] if self.text_only else []))))

    def absolute(self) -> Order:
        """The same from any folder."""
        name, sep, folder = self.dataset.partition("@")
        paths = (Path(part).absolute() for part in (name, folder) if part)
        whole = Path(self.dataset)
        text = str(whole.absolute()) if whole.exists() else sep.join(map(str, paths))
        kept = (self.traces, self.prices, self.cache)
        traces, prices, cache = (path and path.absolute() for path in kept)
        return replace(
            self, dataset=text, out=self.out.absolute(), traces=traces, prices=prices, cache=cache
        )


def opened(order: Order) -> tuple[Dataset, list[Sample], list[Degradation]]:
    """The data set, what is asked of it, and how. Raises `ConfigError`, `DatasetError`."""
    dataset = open_dataset(order.dataset)
    degradations = [parse_degradation(name, order.traces) for name in order.arms]
    films: dict[str, list[Sample]] = defaultdict(list)
    for sample in dataset.samples():
        films[sample.group].append(sample)
    chosen = {one.key for film in films.values() for one in _some(film, order.questions)}
    samples = [one for one in dataset.samples() if one.key in chosen]
    return dataset, samples, degradations


def _some(film: Sequence[Sample], most: int | None) -> Sequence[Sample]:
    """Evenly over a film's questions: sets list those of one type together."""
    if most is None or most >= len(film):
        return film
    return [film[len(film) * place // most] for place in range(most)]


@asynccontextmanager
async def making(order: Order) -> AsyncGenerator[Asking]:
    """Models that are started, for as long as the block lasts. Raises `ConfigError`."""
    async with AsyncExitStack() as stack:
        replies = Replies(_cache(order))
        stack.callback(replies.close)
        backend = await _started(order, order.backend, stack)
        judge, second = await _judges(order, replies, stack)
        yield Asking(
            backend, order.backend, judge, replies, order.wording, order.deadline_s,
            Tries(order.attempts, _turns(order.per_minute)), second, _keeper(order),
        )  # fmt: skip


@asynccontextmanager
async def judging(order: Order) -> AsyncGenerator[tuple[Right, Right | None]]:
    """The judges alone. Raises `ConfigError`."""
    async with AsyncExitStack() as stack:
        replies = Replies(_cache(order))
        stack.callback(replies.close)
        yield await _judges(order, replies, stack)


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
    order: Order, replies: Replies, stack: AsyncExitStack
) -> tuple[Right, Right | None]:
    prices = read_prices(order.prices)

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
