"""`articgw ask` as people run it, and README's lines of Python, against a real gateway."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.client import CallRefused, Remote
from articgw.config import Config
from tests.helpers.films import picture, street
from tests.helpers.gateway import gateway
from tests.integration.caller import calling, frames_arrive, sessions_end

pytestmark = pytest.mark.integration

TIMEOUT_S = 40.0
TOKEN = "open-sesame-" * 3
README = Path(__file__).parents[2] / "README.md"


@dataclass
class Run:
    """One `articgw` process that has ended."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@asynccontextmanager
async def started(*argv: str, **environ: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    clean = {name: value for name, value in os.environ.items() if "ARTICGW" not in name}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *argv, stdin=PIPE, stdout=PIPE, stderr=PIPE, env={**clean, **environ}
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def ended(process: asyncio.subprocess.Process, stdin: str = "") -> Run:
    out, err = await process.communicate(stdin.encode())
    assert process.returncode is not None
    run = Run(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in run.err and TOKEN not in run.out + run.err
    return run


async def ask(url: str, *argv: str, stdin: str = "", **environ: str) -> Run:
    flags = ("-m", "articgw", "ask", "--gateway", url)
    async with started(*flags, *argv, **environ) as process:
        return await ended(process, stdin)


@pytest.fixture(autouse=True)
def _ctrl_c_is_heard() -> Generator[None]:
    """Where tests run in the background, children would inherit that it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return street(tmp_path_factory.mktemp("ask") / "street.mp4")


def echoed(question: str, width_px: int = 640, height_px: int = 360) -> str:
    return f"You asked: {question} I was given a picture of {width_px} by {height_px} pixels."


async def test_a_film_is_asked_about_and_answers_alone_are_printed(clip: Path) -> None:
    async with gateway() as url:
        run = await ask(url, "--source", str(clip), "one?", "two?", "--no-obey", "--fps", "8")
        await sessions_end(url)
    lines = [line.rstrip() for line in run.out.splitlines()]
    assert (run.code, lines, run.err) == (0, [echoed("one?"), echoed("two?")], "")


async def test_a_picture_is_asked_about_in_json(tmp_path: Path) -> None:
    photo = picture(tmp_path / "photo.jpg", (4000, 3000))
    async with gateway() as url:
        run = await ask(url, "--source", str(photo), "--json", "wh\u00e4t?")
    (answer,) = run.objects
    assert run.code == 0 and answer["text"] == echoed("wh\u00e4t?", 1440, 1080)
    assert (answer["type"], answer["id"], answer["question"]) == ("answer.done", "q1", "wh\u00e4t?")
    assert 0 < answer["first_text_s"] <= answer["done_s"]
    said = answer["readability"]
    assert (said["value"], said["source"]) == (0.9, "verbalised") and said["look"]["db"] > 20
    assert answer["frame_age_ms"] < 1000 and answer["regions"]


async def test_a_question_that_fails_does_not_keep_others_from_being_asked(clip: Path) -> None:
    backend = ScriptedBackend([Turn("never", gate=asyncio.Event()), Turn("second")])
    async with gateway(backend) as url:
        flags = ("--timeout", "1.5", "--json")
        run = await ask(url, "--source", str(clip), *flags, "one?", " ", "two?", "three?")
    codes = [line.get("code", line.get("text")) for line in run.objects]
    assert codes == ["timeout", "empty_question", "second", "backend_refused"]
    assert run.code == 1 and "--timeout allows more" in run.err


async def test_the_token_opens_and_is_never_printed(clip: Path) -> None:
    show = ("--source", str(clip), "what?")
    async with gateway(config=Config(token=TOKEN)) as url:
        refused = await ask(url, *show, "--token", "hunter2-hunter2", "--json")
        assert refused.code == 3 and refused.objects[0]["code"] == "unauthorized"
        assert "ARTICGW_TOKEN" in refused.err and "hunter2" not in refused.out + refused.err
        async with started("-m", "articgw", "token", "--ttl", "5m", ARTICGW_TOKEN=TOKEN) as making:
            minted = (await ended(making)).out.strip()
        answered = await ask(url, *show, ARTICGW_TOKEN=minted)
        assert (answered.code, answered.out.strip()) == (0, echoed("what?"))


async def test_ctrl_c_ends_the_question_and_the_call(clip: Path) -> None:
    backend = ScriptedBackend([Turn("never", gate=asyncio.Event())])
    async with gateway(backend) as url:
        flags = ("-m", "articgw", "ask", "--gateway", url, "--source", str(clip))
        async with started(*flags, "what?") as process:
            await backend.asked(1)
            process.send_signal(signal.SIGINT)
            run = await ended(process)
            assert (run.code, run.out, run.err) == (130, "", "")
        await sessions_end(url)


async def test_ctrl_c_does_not_wait_for_somebody_who_types(clip: Path) -> None:
    async with gateway() as url:
        flags = ("-m", "articgw", "ask", "--gateway", url, "--source", str(clip))
        async with started(*flags, "first?", "-") as process:
            assert process.stdout is not None
            await process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 130
            assert process.stderr is not None and await process.stderr.read() == b""


async def test_questions_may_be_typed_one_after_the_other(clip: Path) -> None:
    async with gateway() as url:
        flags = ("-m", "articgw", "ask", "--gateway", url, "--source", str(clip), "-")
        async with started(*flags) as process:
            assert process.stdin is not None and process.stdout is not None
            for question in ("one?", "two?"):
                process.stdin.write(f"{question}\n".encode())
                printed = (await process.stdout.readline()).decode()
                assert printed.rstrip() == echoed(question)
            run = await ended(process)
            assert (run.code, run.err) == (0, "")


async def test_a_gateway_that_goes_away_is_lost(clip: Path) -> None:
    backend = ScriptedBackend([Turn("never", gate=asyncio.Event())])
    async with AsyncExitStack() as stack:
        async with gateway(backend) as url:
            flags = ("-m", "articgw", "ask", "--gateway", url, "--source", str(clip))
            starting = started(*flags, "--json", "one?", "two?")
            process = await stack.enter_async_context(starting)
            await backend.asked(1)
        run = await ended(process)
    (lost,) = run.objects
    assert run.code == 3 and lost["code"] in ("call_lost", "cancelled")


async def test_a_reader_who_leaves_is_no_accident(clip: Path) -> None:
    async with gateway() as url:
        flags = ("-m", "articgw", "ask", "--gateway", url, "--source", str(clip))
        async with started(*flags, "one?", "-") as process:
            assert process.stdout is not None and process.stdin is not None
            await process.stdout.readline()
            process.stdout._transport.close()  # type: ignore[attr-defined]
            process.stdin.write(b"two?\n")
            assert process.stderr is not None
            assert await process.stderr.read() == b""
            assert await process.wait() == 1


async def test_a_call_of_somebody_else_is_asked_about() -> None:
    async with gateway() as url, calling(url) as camera:
        await frames_arrive(url, 2)
        run = await ask(url, "--session", camera.session, "one?", "two?")
        lines = [line.rstrip() for line in run.out.splitlines()]
        assert (run.code, lines, run.err) == (0, [echoed("one?"), echoed("two?")], "")
        unknown = await ask(url, "--session", "no-such-call", "one?", "two?", "--json")
        assert (unknown.code, len(unknown.objects)) == (3, 1)
        async with Remote(url) as remote:
            (seen,) = await remote.sessions()
            assert (seen.session, seen.door, seen.size_px) == (camera.session, "offer", (640, 360))
            answer = await remote.ask(seen.session, "three?").whole()
            assert answer.text == echoed("three?") and answer.first_text_s is not None
            with pytest.raises(CallRefused) as refused:
                await remote.ask("no-such-call", "what?").whole()
            assert refused.value.status == 404


async def test_leaving_an_answer_early_cancels_the_question() -> None:
    backend = ScriptedBackend([Turn("never", gate=asyncio.Event()), Turn("next")])
    async with gateway(backend) as url, calling(url) as camera, Remote(url) as remote:
        await frames_arrive(url, 2)
        stream = remote.ask(camera.session, "one?")
        waiting = asyncio.create_task(anext(stream))
        await backend.asked(1)
        waiting.cancel()
        assert (await remote.ask(camera.session, "two?").whole()).text == "next"


async def test_readmes_lines_run_as_they_stand(clip: Path) -> None:
    (lines,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    script = clip.parent / "readme.py"
    async with gateway() as url:
        assert lines.count("http://127.0.0.1:8080") == 1
        script.write_text(lines.replace("http://127.0.0.1:8080", url))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "error", script.name, cwd=clip.parent, stdout=PIPE, stderr=PIPE
        )
        async with asyncio.timeout(TIMEOUT_S):
            out, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert out.decode().startswith(echoed("What does the red sign say?"))
