"""A receiver of the live bench, in a process of its own.

    python -m tests.bench._live_receiver ours [--film FILE] [--stall-s S] [--config JSON]
    python -m tests.bench._live_receiver stock …

GET  /plain /plain.js   the plain page      GET /bench/records   what was recorded
POST /bench/cap         ours only           GET /bench/first     the first whole picture, I420
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from pathlib import Path

from aiohttp import web

from articgw.priority import go_first
from tests.bench._live_film import Film
from tests.bench._live_recorder import Recorder

READY = "ready "
HERE = Path(__file__).parent


def application(given: argparse.Namespace) -> web.Application:
    """Of either arm."""
    recorder = Recorder(Film.open(given.film) if given.film else None)
    if given.arm == "ours":
        from articgw.config import Config
        from tests.bench._live_ours import ours

        app = ours(recorder, Config(**json.loads(given.config)), given.stall_s)
    else:
        from tests.bench._live_stock import Stock

        app = Stock(recorder, given.stall_s).app()

    async def plain(request: web.Request) -> web.StreamResponse:
        name = "plain.js" if request.path.endswith(".js") else "plain.html"
        return web.FileResponse(HERE / name)

    async def records(_request: web.Request) -> web.Response:
        return web.json_response(await asyncio.to_thread(recorder.records))

    async def first(_request: web.Request) -> web.Response:
        return web.Response(body=recorder.first())

    app.router.add_get("/plain", plain)
    app.router.add_get("/plain.js", plain)
    app.router.add_get("/bench/records", records)
    app.router.add_get("/bench/first", first)
    return app


async def serve(app: web.Application) -> None:
    """Until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"{READY}http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    """See the module. Both arms run at the priority that our gateway asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("arm", choices=("ours", "stock"))
    parser.add_argument("--film", type=Path)
    parser.add_argument("--stall-s", type=float, default=0.0)
    parser.add_argument("--config", default="{}")
    given = parser.parse_args()
    go_first()
    asyncio.run(serve(application(given)))


if __name__ == "__main__":
    main()
