"""Questions from the command line and from stdin, a line each."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress

STDIN = "-"


async def questions(
    texts: Iterable[str], *, prompt: Callable[[], None], fd: int = 0
) -> AsyncGenerator[str]:
    """``texts`` in turn; where one is -, the lines of ``fd`` until its end, without empty ones.

    ``prompt`` is called before each line that somebody has to type.
    """
    for text in texts:
        if text != STDIN:
            yield _printable(text)
            continue
        if fd == 0 and sys.stdin is None:
            continue  # closed from the start, so that 0 is another file by now
        typed = fd == 0 and sys.stdin.isatty()
        lines = _lines(fd)
        while True:
            if typed:
                prompt()
            line = await lines.get()
            if line is None:
                break
            if line.strip():
                yield _printable(line.strip())


def _lines(fd: int) -> asyncio.Queue[str | None]:
    """Lines as they come, None at the end.

    Read by a daemon with a file object of its own: neither Ctrl-C nor the end of the interpreter
    waits for somebody to press Enter, and asyncio's pipes take no regular files.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        with suppress(RuntimeError):  # the loop is gone, and with it who asked
            with (
                suppress(OSError),
                open(fd, encoding="utf-8", errors="replace", closefd=False) as f,
            ):
                for line in f:
                    loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, name="articgw stdin", daemon=True).start()
    return lines


def _printable(text: str) -> str:
    """Without the halves of characters that a wrong locale makes."""
    return text.encode("utf-8", "replace").decode()
