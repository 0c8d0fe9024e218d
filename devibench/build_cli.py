"""``devibench build VIDEOS OUT``: a benchmark of one's own, from one's own videos."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from articgw.errors import ConfigError

if TYPE_CHECKING:
    from articgw.backends import Backend
    from devibench.build.pipeline import BuildOrder, Pipeline

EXAMPLES = """examples:
  devibench build videos sets/mine --generator openai:qwen3-vl --filter openai:qwen3-vl \\
      --verifier gemini:gemini-3-flash --judge openai:qwen3-vl
      begins, or goes on where it was: nothing that was decided is asked again
  devibench build videos sets/mine --generator openai:qwen3-vl --filter embedded \\
      --verifier openai:qwen3-vl --per-video 2
      the filter is the model that is to be measured; --judge words compares words
"""
WORDS = "words"
LIMITS = {"bitrate": 10_000, "seconds": 0.1, "per_video": 1, "questions": 1, "concurrency": 1}
"""The least that makes sense."""


def add_arguments(parser: Any) -> None:
    """Of ``devibench build``."""
    parser.add_argument("videos", type=Path, help="folder of *.mp4, *.mkv, …, at any depth")
    parser.add_argument("out", type=Path, help="folder to write, or to go on in")
    parser.add_argument("--generator", type=str, required=True, help="back end that makes up Q & A")
    parser.add_argument("--filter", type=str, required=True, help="back end that must fail")
    parser.add_argument("--verifier", type=str, required=True, help="a second one, that must agree")
    parser.add_argument("--judge", type=str, default=WORDS, help="back end; or words (default)")
    parser.add_argument("--bitrate", type=int, default=200_000, help="of the degraded, bits/s")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a segment")
    parser.add_argument("--per-video", type=int, default=100, help="segments, at most")
    parser.add_argument("--questions", type=int, default=10, help="per segment, at most")
    parser.add_argument("--concurrency", type=int, default=4, help="questions at a time")
    parser.add_argument("--deadline-s", type=float, default=120.0, help="for an answer")


def build(arguments: Any) -> int:
    """Run all stages; 0, or 1 where a back end left something undecided. Raises `ConfigError`."""
    from devibench.build.pipeline import BuildOrder

    for name, least in LIMITS.items():
        if arguments[name] < least:
            raise ConfigError(f"--{name.replace('_', '-')} {arguments[name]}: at least {least}")
    if not arguments.videos.is_dir():
        raise ConfigError(f"{arguments.videos} is not a folder; name the folder of the videos")
    if arguments.verifier == arguments.filter:
        raise ConfigError(
            "--verifier is the same as --filter; a second opinion needs another model"
        )
    order = BuildOrder(
        videos=arguments.videos, out=arguments.out, generator=arguments.generator,
        filter=arguments.filter, verifier=arguments.verifier, judge=arguments.judge,
        bps=arguments.bitrate, segment_s=arguments.seconds, per_video=arguments.per_video,
        per_segment=arguments.questions,
    )  # fmt: skip
    try:
        return asyncio.run(_build(order, arguments.concurrency, arguments.deadline_s))
    except OSError as error:
        raise ConfigError(f"{error}; free some space, then run the same command again") from error


async def _build(order: BuildOrder, concurrency: int, deadline_s: float) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from devibench.build.export import export, review_csv
    from devibench.build.pipeline import Models, Pipeline
    from devibench.build.review import review_page
    from devibench.build.wording import same_words
    from devibench.scoring.judging import judge_of

    async with AsyncExitStack() as stack:
        made: dict[str, Backend] = {}
        names = (order.generator, order.filter, order.verifier, order.judge)
        for name in dict.fromkeys(names):
            if name != WORDS:
                made[name] = _backend(name)
                stack.push_async_callback(made[name].close)
        progress = stack.enter_context(Progress(console=Console(stderr=True)))
        tasks: dict[str, Any] = {}

        def done(stage: str) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=None)
            progress.advance(tasks[stage])

        models = Models(
            made[order.generator], made[order.filter], made[order.verifier],
            same_words if order.judge == WORDS else judge_of(made[order.judge], deadline_s),
            concurrency, deadline_s,
        )  # fmt: skip
        pipeline = Pipeline(order, models, done)
        for backend in made.values():
            await backend.start()
        built = await pipeline.run()
    exported = export(built, order.videos, order.out)
    review_csv(built, order.out)
    page = review_page(built, pipeline.counts, order)
    _print(pipeline)
    print(f"{exported}: {len(built)} questions; to be read by people: {page}")
    undecided = sum(count.undecided for count in pipeline.counts)
    if undecided:
        print(f"{undecided} could not be decided; run the same command again")
    return 1 if undecided else 0


def _backend(name: str) -> Backend:
    from articgw.backends.environment import completed, keys_in
    from articgw.backends.registry import load
    from articgw.config import Config

    config = Config(backend=completed(name, os.environ), evidence="none", picture_px=2400)
    return load(config, keys_in(os.environ))


def _print(pipeline: Pipeline) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("stage", "given", "accepted", "undecided", "rejected because")
    for one in pipeline.counts:
        reasons = "\n".join(f"{count} x {reason}" for reason, count in one.reasons.items())
        table.add_row(
            one.stage, str(one.given), str(one.accepted), str(one.undecided), reasons or "-"
        )
    Console().print(table)
