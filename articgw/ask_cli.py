"""`articgw ask`: shows a gateway a film, a picture or a camera, and asks about it."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Any

from rich.console import Console

from articgw.ask_report import Failure, Report
from articgw.ask_settings import AskSettings, read_settings
from articgw.ask_stdin import questions
from articgw.client import Answer, AnswerStream, Call, QuestionFailed, Remote, open_source
from articgw.client.camera import FrameSource
from articgw.client.opening import shown
from articgw.errors import ConfigError, PeerError
from articgw.log_level import log_level

log = logging.getLogger(__name__)

ANSWERED, FAILED, LOST, INTERRUPTED = 0, 1, 3, 130
"""Exit codes; 2 is wrong use."""
ENDED = "cancelled"
"""Nothing here cancels and waits: it is the call that has ended."""
FIRST_PICTURE_S, LOOK_AGAIN_S = 5.0, 0.3

Asking = Callable[[str], AnswerStream]


def main(argv: Sequence[str]) -> int:
    """Ask all questions; returns the exit code. Raises `ConfigError`."""
    settings = read_settings(argv, os.environ)
    logging.basicConfig(level=log_level(os.environ, "WARNING"), format="articgw ask: %(message)s")
    if "ARTICGW_LOG" not in os.environ:
        for library in ("aioice", "aiortc"):
            logging.getLogger(library).setLevel(logging.ERROR)
    if sys.stdout is None:
        raise ConfigError("stdout is closed: there is nowhere to print answers to")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8" if settings.as_json else None, errors="replace")
    report = Report(sys.stdout, Console(stderr=True), as_json=settings.as_json)
    try:
        source = _opened(settings, report)
        return asyncio.run(ask_all(settings, source, report))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python would complain at its end of what it could not write.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    finally:
        report.close()


async def ask_all(settings: AskSettings, source: FrameSource | None, report: Report) -> int:
    """Ask all questions; returns the exit code."""
    asyncio.get_running_loop().set_exception_handler(_afterwards)
    worst = ANSWERED
    try:
        async with (
            _asking(settings, source, report) as asking,
            aclosing(questions(settings.questions, prompt=report.prompt)) as asked,
        ):
            async for question in asked:
                code = await _ask(asking, question, settings.timeout_s, report)
                if code == LOST:
                    return LOST
                worst = max(worst, code)
    except PeerError as error:
        report.failed(Failure.of(error))
        return LOST
    return worst


def _afterwards(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """aiortc leaves tasks behind where a call is closed while it connects; nobody misses them."""
    log.debug("%s", context["message"], exc_info=context.get("exception"))


def _opened(settings: AskSettings, report: Report) -> FrameSource | None:
    if settings.source is None:
        return None
    report.busy(f"opening {shown(settings.source)}")
    return open_source(settings.source)


@asynccontextmanager
async def _asking(
    settings: AskSettings, source: FrameSource | None, report: Report
) -> AsyncGenerator[Asking]:
    report.busy(f"calling {settings.gateway}")
    if source is None:
        async with Remote(settings.gateway, settings.token) as remote:
            yield partial(remote.ask, settings.session or "")
        return
    call = Call(
        settings.gateway, source, token=settings.token, obey=settings.obey, fps=settings.fps
    )
    async with call:
        if call.ready is not None:
            report.note(f"{call.ready.model}: {call.ready.about}")
        yield call.stream


async def _ask(asking: Asking, question: str, timeout_s: float, report: Report) -> int:
    report.busy("waiting for the first word")
    try:
        async with asyncio.timeout(timeout_s):
            report.answered(question, await _answer(asking, question, report))
        return ANSWERED
    except TimeoutError:
        late = Failure("timeout", f"no answer within {timeout_s:g} s; --timeout allows more")
        report.failed(late, question)
        return FAILED
    except QuestionFailed as error:
        report.failed(Failure.of(error), question, error.id)
        return LOST if error.code == ENDED else FAILED
    except PeerError as error:
        report.failed(Failure.of(error), question)
        return LOST


async def _answer(asking: Asking, question: str, report: Report) -> Answer:
    """Asks again for a while where the first picture is still on its way."""
    loop = asyncio.get_running_loop()
    give_up_t = loop.time() + FIRST_PICTURE_S
    while True:
        stream = asking(question)
        try:
            async for piece in stream:
                report.piece(piece)
            return await stream.whole()
        except QuestionFailed as error:
            if error.code != "no_frame" or loop.time() > give_up_t:
                raise
            report.busy("waiting for the first picture")
            await asyncio.sleep(LOOK_AGAIN_S)
