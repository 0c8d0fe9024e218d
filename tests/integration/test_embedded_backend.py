from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from artic_abr import ReadabilitySource
from articgw.backends import Backend, Prompt, Reply
from articgw.backends.embedded import EmbeddedBackend
from articgw.backends.embedded.worker import Worker
from articgw.errors import BackendUnavailable
from tests.articgw.backends.embedded.pictures import Plate, draw, frame

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

LOOK = frame(
    draw([Plate((0.3, 0.4), "EXIT 12", 26, "red", "white"), Plate((0.7, 0.4), "CAFE", 26)])
)
QUESTION = "What does the red sign say?"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def backend(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedBackend]:
    one = EmbeddedBackend(tmp_path_factory.mktemp("no-models"))
    await one.start()
    assert one._reading_ahead is not None
    await one._reading_ahead.start()
    yield one
    await one.close()
    assert not psutil.Process().children(recursive=True)


async def ask(backend: Backend, prompt: Prompt, deadline_s: float = 30.0) -> tuple[str, Reply]:
    parts = [part async for part in backend.ask(prompt, deadline_s=deadline_s)]
    (reply,) = (part for part in parts if isinstance(part, Reply))
    assert parts[-1] is reply
    return "".join(part for part in parts if isinstance(part, str)), reply


def worker_of(backend: EmbeddedBackend) -> Worker:
    worker = backend._answering
    assert worker is not None
    return worker


async def test_text_comes_in_pieces_and_then_the_reply(backend: EmbeddedBackend) -> None:
    parts = [part async for part in backend.ask(Prompt(QUESTION, LOOK), deadline_s=30.0)]
    assert len(parts) > 2
    assert all(isinstance(part, str) for part in parts[:-1])
    text, reply = await ask(backend, Prompt(QUESTION, LOOK))
    assert text == reply.text == 'The red sign says "EXIT 12".'
    assert reply.readability is not None and reply.readability > 0.9
    assert reply.readability_source is ReadabilitySource.RECOGNITION
    assert reply.regions[0].label == "EXIT 12"
    assert reply.finish == "stop"


async def test_it_introduces_itself_once_and_after_the_answer(backend: EmbeddedBackend) -> None:
    text, _ = await ask(backend, Prompt(QUESTION, LOOK, first_turn=True))
    assert text.startswith('The red sign says "EXIT 12".')
    assert "not a language model" in text
    text, _ = await ask(backend, Prompt(QUESTION, LOOK))
    assert "language model" not in text


async def test_it_is_honest_about_the_missing_detector(backend: EmbeddedBackend) -> None:
    assert "articgw models fetch" in backend.about
    _, reply = await ask(backend, Prompt("Is there a person?", LOOK))
    assert reply.finish == "unknown"
    assert reply.readability_source is ReadabilitySource.NONE


async def test_a_glimpse_comes_back_with_the_question(backend: EmbeddedBackend) -> None:
    glimpse = await backend.look(LOOK)
    assert glimpse is not None
    text, _ = await ask(backend, Prompt(QUESTION, LOOK, glimpse=glimpse))
    assert "EXIT 12" in text


async def test_looking_while_it_looks_gives_nothing_at_once(backend: EmbeddedBackend) -> None:
    first = asyncio.create_task(backend.look(LOOK))
    await asyncio.sleep(0)
    assert await backend.look(LOOK) is None
    assert await first is not None


async def test_a_question_does_not_wait_for_a_read_ahead(backend: EmbeddedBackend) -> None:
    looking = asyncio.create_task(backend.look(LOOK))
    await asyncio.sleep(0)
    assert not worker_of(backend).busy
    text, _ = await ask(backend, Prompt(QUESTION, LOOK))
    assert "EXIT 12" in text
    assert await looking is not None


async def test_the_loop_keeps_running_while_it_works(backend: EmbeddedBackend) -> None:
    loop = asyncio.get_running_loop()
    asking = asyncio.create_task(ask(backend, Prompt(QUESTION, LOOK)))
    worst_s, before = 0.0, loop.time()
    while not asking.done():
        await asyncio.sleep(0.001)
        worst_s, before = max(worst_s, loop.time() - before), loop.time()
    assert worst_s < 0.15


async def test_a_killed_process_fails_one_question_and_no_more(backend: EmbeddedBackend) -> None:
    worker = worker_of(backend)
    asking = asyncio.create_task(ask(backend, Prompt(QUESTION, LOOK)))
    waiting = asyncio.create_task(ask(backend, Prompt(QUESTION, LOOK)))
    await asyncio.sleep(0.05)
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(BackendUnavailable) as caught:
        await asking
    assert caught.value.retry_after_s is not None
    text, _ = await waiting
    assert "EXIT 12" in text
    assert worker.pid not in (None, pid)
    assert len(psutil.Process().children(recursive=True)) == 2


async def test_a_deadline_is_kept_and_the_process_stays_usable(backend: EmbeddedBackend) -> None:
    pid = worker_of(backend).pid
    with pytest.raises(BackendUnavailable):
        await ask(backend, Prompt(QUESTION, LOOK), deadline_s=0.02)
    text, _ = await ask(backend, Prompt(QUESTION, LOOK))
    assert "EXIT 12" in text
    assert worker_of(backend).pid == pid


async def test_a_cancelled_question_leaves_the_process_usable(backend: EmbeddedBackend) -> None:
    asking = asyncio.create_task(ask(backend, Prompt(QUESTION, LOOK)))
    waiting = asyncio.create_task(ask(backend, Prompt(QUESTION, LOOK)))
    await asyncio.sleep(0.05)
    asking.cancel()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    text, _ = await ask(backend, Prompt(QUESTION, LOOK))
    assert "EXIT 12" in text


async def test_before_start_and_after_close_it_is_unavailable(tmp_path: Path) -> None:
    one = EmbeddedBackend(tmp_path)
    assert await one.look(LOOK) is None
    with pytest.raises(BackendUnavailable):
        await ask(one, Prompt(QUESTION, LOOK))
    await one.close()
    await one.close()


async def test_the_parent_needs_none_of_the_models() -> None:
    code = (
        "import sys; import articgw.backends.embedded.backend; "
        "print([m for m in ('rapidocr', 'onnxruntime', 'aiortc', 'aiohttp') if m in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"


async def test_processes_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import asyncio, pathlib, sys\n"
        "from articgw.backends.embedded import EmbeddedBackend\n"
        "async def main():\n"
        "    backend = EmbeddedBackend(pathlib.Path(sys.argv[1]))\n"
        "    await backend.start()\n"
        "    await backend._reading_ahead.start()\n"
        "    print('ready', flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"ready\n"
    orphans = psutil.Process(parent.pid).children(recursive=True)
    assert len(orphans) == 2
    parent.kill()
    await parent.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, orphans, 5.0)
    assert not alive


async def test_it_scouts_for_the_place_that_a_question_is_about(backend: EmbeddedBackend) -> None:
    glimpse = await backend.look(LOOK)
    (region,) = await backend.spot(QUESTION, LOOK, glimpse)
    x0, _, x1, _ = region.box
    assert region.frame_t == LOOK.captured_t and x0 < 0.3 < x1 < 0.6
