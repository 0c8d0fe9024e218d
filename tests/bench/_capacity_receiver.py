"""A receiver of the capacity bench, pinned to a core of its own.

    python -m tests.bench._capacity_receiver ARM --state idle|sampler|asked --core 0

POST /offer          a call                POST /bench/window   a window begins
GET  /bench/figures  what came in it       ARM: ours, no decode, stock, pipecat
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.bench._capacity_place import take_place
from tests.bench._capacity_recorder import Recorder

READY = "ready "


def application(
    given: argparse.Namespace, recorder: Recorder
) -> tuple[web.Application, Callable[[], dict[str, Any]]]:
    """Of an arm, and what else it has to tell. What only one arm has is imported for it alone."""
    from tests.bench._capacity_clock import tell_rtp_time

    tell_rtp_time()
    if given.arm in ("ours", "no decode"):
        from tests.bench._capacity_ours import ours

        return ours(recorder, given.state, decodes=given.arm == "ours")
    if given.arm == "stock":
        from tests.bench._capacity_stock import Stock

        return Stock(recorder, given.state).app(), dict
    from tests.bench._capacity_pipecat import Bots

    return Bots(recorder, given.state).app(), dict


async def serve(given: argparse.Namespace) -> None:
    """Until SIGTERM."""
    stop, recorder, began_t = asyncio.Event(), Recorder(), time.monotonic()
    app, more = application(given, recorder)

    async def window(_request: web.Request) -> web.Response:
        nonlocal began_t
        recorder.clear()
        more()
        began_t = time.monotonic()
        return web.json_response({})

    async def figures(_request: web.Request) -> web.Response:
        told = recorder.figures(began_t, time.monotonic())
        return web.json_response({**told, **more()})

    app.router.add_post("/bench/window", window)
    app.router.add_get("/bench/figures", figures)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"{READY}http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await stop.wait()
    sys.stdout.flush()
    os._exit(0)  # to take leave of each caller would take longer than the measurement did


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("arm", choices=("ours", "no decode", "stock", "pipecat"))
    parser.add_argument("--state", choices=("idle", "sampler", "asked"), required=True)
    parser.add_argument("--core", type=int)
    given = parser.parse_args()
    take_place(given.core)
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(serve(given))


if __name__ == "__main__":
    main()
