"""``devibench evaluate``: ask a model about a data set under degradations, and keep the answers."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from articgw.errors import ConfigError

EXAMPLES = """examples:
  devibench make-sample sets/day1 --seed 1 --clips 12
  devibench evaluate sets/day1 runs/day1 --degrade original h264:50k h264:200k
  devibench evaluate sets/day1 runs/day1 --degrade {h264,vp8}:{25k,50k,100k}     goes on with it
  devibench evaluate sets/day1 runs/gpt --backend openai:gpt-4o --dry-run
  devibench evaluate sets/day1 runs/day1 --rescore --judge openai:gpt-4o
  devibench evaluate sets/day1 runs/day1 --rescore --judge openai:gpt-4o --second_judge words
  devibench evaluate sets/day1 runs/day1 --ray auto --workers 32     the same over a cluster
A run that was stopped, or killed, goes on with the same command; nothing is asked twice.
"""


def add_arguments(parser: Any) -> None:
    """Of ``devibench evaluate``."""
    parser.add_argument("dataset", type=str, help="a clip set, TABLE.csv, or TABLE.csv@VIDEOS")
    parser.add_argument("out", type=Path, help="folder of the run; begun, or gone on with")
    parser.add_argument(
        "--degrade", nargs="+", type=str, default=["original"],
        help="arms, such as h264:100k or trace:NAME+policy:ours (devibench/degrade/naming.py)",
    )  # fmt: skip
    parser.add_argument("--backend", type=str, default="embedded", help="who is asked")
    parser.add_argument("--api_key", type=str, help="its key; else OPENAI_API_KEY and so on")
    parser.add_argument("--judge", type=str, default="words", help="words, or a back end")
    parser.add_argument(
        "--second_judge", type=str, default="", help="words, or a back end: how far do two agree?"
    )
    parser.add_argument(
        "--no_text_only", action="store_true", help="do not ask without a picture, as a baseline"
    )
    parser.add_argument("--traces", type=Path, help="folder of the traces that arms name")
    parser.add_argument("--wording", type=str, default="{question}", help="of open questions")
    parser.add_argument("--questions", type=int, help="only so many of each film, evenly")
    parser.add_argument("--workers", type=int, default=4, help="at the same time")
    parser.add_argument(
        "--ray",
        type=str,
        metavar="ADDRESS",
        help="work on a Ray cluster: local, auto, HOST:PORT, ray://HOST:PORT (extra ray)",
    )
    parser.add_argument("--per_minute", type=float, help="requests, at most")
    parser.add_argument("--attempts", type=int, default=4, help="per question")
    parser.add_argument("--deadline_s", type=float, default=60.0, help="of one answer")
    parser.add_argument("--budget", type=float, help="USD; stops when it is spent")
    parser.add_argument("--prices", type=Path, help="a price list of your own")
    parser.add_argument("--cache", type=Path, help="replies; the user's cache folder if not said")
    parser.add_argument("--no_cache", action="store_true", help="ask even what was asked before")
    parser.add_argument("--pictures", action="store_true", help="keep what was shown, small")
    parser.add_argument("--seed", type=int, default=1, help="of loss and the like")
    parser.add_argument("--rescore", action="store_true", help="judge what is there again")
    parser.add_argument(
        "--dry_run", "--dry-run", action="store_true", help="say what would be asked"
    )


def evaluate(arguments: Any) -> int:
    """Exit status 0 where everything is answered, 1 where something failed or is left."""
    from devibench.evaluate.command import estimate, perform, rescore
    from devibench.evaluate.order import Order

    for option, least in (("workers", 1), ("attempts", 1)):
        if arguments[option] < least:
            raise ConfigError(f"--{option} {arguments[option]}: must be {least} or more")
    if "{question}" not in arguments.wording:
        raise ConfigError("--wording: must hold {question}")
    order = Order(
        dataset=arguments.dataset, out=arguments.out, degrade=tuple(arguments.degrade),
        backend=arguments.backend, judge=arguments.judge,
        second_judge=arguments.second_judge, text_only=not arguments.no_text_only,
        traces=arguments.traces,
        wording=arguments.wording, questions=arguments.questions, workers=arguments.workers,
        per_minute=arguments.per_minute, attempts=arguments.attempts,
        deadline_s=arguments.deadline_s, budget_usd=arguments.budget, prices=arguments.prices,
        cache=None if arguments.no_cache else arguments.cache, cached=not arguments.no_cache,
        pictures=arguments.pictures, seed=arguments.seed, ray=arguments.ray,
        api_key=arguments.api_key,
        environ=dict(os.environ),
    )  # fmt: skip
    if arguments.dry_run:
        return estimate(order)
    try:
        return asyncio.run(rescore(order) if arguments.rescore else perform(order))
    except OSError as error:
        raise ConfigError(f"{error}; mend that, then run the same command again") from error
