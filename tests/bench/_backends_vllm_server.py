"""vLLM on a processor, with the tiny reader's checkpoint: a server of its own environment.

    async with vllm_server(python) as url:      # http://127.0.0.1:PORT/v1
        await running(url)                      # requests that it works on just now

`python` is of an environment that has vLLM; docs/recipes.md says how to make one. It knows nothing
of this repository but the folder `_vllm_site`.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import aiohttp
import psutil

from tests.bench._common import provided
from tests.helpers.reader import MODEL

SITE = Path(__file__).with_name("_vllm_site")
START_S = 420.0
"""A minute on a free machine of two cores; six were seen on a crowded one."""
STOP_S = 10.0
FREE_S = 30.0
AT_ONCE = 4
"""Questions that it takes; one more is turned away with 503."""
LARGEST_PX = 644 * 364
"""Larger pictures are made smaller by the server. The reader was trained on 84x84: with those it
reads, with larger ones it only works."""

_ENGINE = "VLLM::EngineCore"
_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "OMP_NUM_THREADS": "1",
    # Or the first question with logprobs takes 48 s, for a compiler.
    "TORCH_COMPILE_DISABLE": "1",
}


def checkpoint() -> Path | None:
    """The tiny reader as vLLM wants it, of the provided tools; None where it is not."""
    folder = provided("../tools/mllm/tiny-digit-reader")
    return folder if folder is not None and (folder / "config.json").is_file() else None


def _arguments(model: Path, port: int) -> list[str]:
    sizes = {"shortest_edge": 56 * 56, "longest_edge": LARGEST_PX}
    form = {"backend": "xgrammar", "disable_any_whitespace": True}
    return [
        "-m", "vllm.entrypoints.openai.api_server", "--model", str(model),
        "--served-model-name", MODEL, "--host", "127.0.0.1", "--port", str(port),
        "--enforce-eager", "--max-model-len", "8192", "--max-num-seqs", str(AT_ONCE),
        "--max-num-queued-reqs", str(AT_ONCE), "--limit-mm-per-prompt", '{"image":8,"video":0}',
        "--mm-processor-kwargs", json.dumps({"size": sizes}), "--max-logprobs", "20",
        "--enable-prompt-tokens-details", "--scheduling-policy", "priority",
        # Random-looking weights say spaces for ever where JSON allows them.
        "--structured-outputs-config", json.dumps(form),
    ]  # fmt: skip


@asynccontextmanager
async def vllm_server(python: Path) -> AsyncGenerator[str]:
    """Yields the API's base; the server and its workers end with the block.

    Raises ``RuntimeError`` with the server's last words where it does not start in `START_S`.
    """
    model = checkpoint()
    if model is None:
        raise RuntimeError("the tiny reader's checkpoint is not beside the provided data")
    port = _free_port()
    with tempfile.TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(
            str(python.absolute()), *_arguments(model, port),
            env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": str(SITE)},
            stdin=asyncio.subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        try:
            await _healthy(f"http://127.0.0.1:{port}/health", process, said)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            await _end(process)


async def _healthy(url: str, process: asyncio.subprocess.Process, said: IO[bytes]) -> None:
    ends_t = time.monotonic() + START_S
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < ends_t and process.returncode is None:
            try:
                async with http.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.5)
    said.seek(0)
    raise RuntimeError(f"vLLM did not start: {said.read()[-2000:].decode('utf-8', 'replace')}")


async def _end(process: asyncio.subprocess.Process) -> None:
    """All of its session: workers outlive a server that is killed."""
    try:
        async with asyncio.timeout(STOP_S):
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()
    except TimeoutError:
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    await process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def running(url: str) -> int:
    """Requests that the server works on."""
    endpoint = url.removesuffix("/v1") + "/metrics"
    async with aiohttp.ClientSession() as http, http.get(endpoint) as response:
        page = await response.text()
    found = re.findall(r"^vllm:num_requests_(?:running|waiting)\{.*\} ([\d.]+)$", page, re.M)
    if len(found) != 2:
        raise RuntimeError("vLLM does not tell how many requests it works on")
    return int(sum(map(float, found)))


async def until_free(url: str) -> float | None:
    """ms until it works on nothing; None: it did not come to that in `FREE_S`."""
    since_t = time.monotonic()
    while (waited_s := time.monotonic() - since_t) < FREE_S:
        if not await running(url):
            return 1000 * waited_s
        await asyncio.sleep(0.01)
    return None


def kill_engine() -> None:
    """The process behind the API of the server that this process started."""
    mine = psutil.Process().children(recursive=True)
    engines = [one for one in mine if " ".join(one.cmdline()).startswith(_ENGINE)]
    if not engines:
        raise RuntimeError(f"vLLM has no process called {_ENGINE}")
    for engine in engines:
        engine.kill()
