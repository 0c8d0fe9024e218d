"""What the page and its README show: the sample clip, and screenshots.

python -m tests.bench.page_media sample SET NAME     articgw/page/sample.mp4 from a generated clip
python -m tests.bench.page_media screenshots         docs/page.png and docs/page-phone.png
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av

from devibench.clipset import Clip, ClipSet
from tests.bench._common import ROOT, shown
from tests.helpers.browser import chromium, gateway, open_page

SAMPLE = ROOT / "articgw" / "page" / "sample.mp4"
SAMPLE_BYTES = 600_000
DOCS = ROOT / "docs"
QUESTIONS = ("What does the blue sign say?", "Which bus stops here?")
READ_LIMIT_MS = 60_000


def make_sample(clip: Clip, file: Path) -> None:
    """The finest H.264 film of the clip that keeps to `SAMPLE_BYTES`."""
    for crf in range(24, 45, 2):
        _encode(clip, file, crf)
        if file.stat().st_size <= SAMPLE_BYTES:
            print(f"{shown(file)}: {file.stat().st_size} bytes at crf {crf}")
            return
    raise SystemExit(f"{clip.name} cannot be made {SAMPLE_BYTES} bytes small")


def _encode(clip: Clip, file: Path, crf: int) -> None:
    options = {"movflags": "+faststart"}
    with av.open(str(file), "w", options=options) as container:
        stream = container.add_stream("libx264", rate=Fraction(clip.meta.fps))
        stream.width, stream.height = clip.meta.size_px
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(crf), "preset": "slow", "tune": "film"}
        for _, yuv in clip.frames():
            for packet in stream.encode(av.VideoFrame.from_ndarray(yuv, format="yuv420p")):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


async def screenshots(backend: str) -> None:
    """Ask about the sample clip and keep what a person sees, on a desk and on a phone."""
    DOCS.mkdir(exist_ok=True)
    async with gateway(backend=backend) as running, chromium() as browser:
        for name, size, dark in (
            ("page.png", (1280, 980), False),
            ("page-phone.png", (390, 844), True),
        ):
            page, _ = await open_page(browser, running.url, size=size, dark=dark)
            await page.click("#use-sample")
            await page.wait_for_selector('body[data-state="live"]', timeout=READ_LIMIT_MS)
            await asyncio.sleep(8)  # the link's rate grows for some seconds
            await page.click("#how summary")
            for count, question in enumerate(QUESTIONS, 1):
                await page.fill("#question", question)
                await page.press("#question", "Enter")
                await page.wait_for_selector(
                    f".turn:nth-child({count}) .evidence img", timeout=READ_LIMIT_MS
                )
                await asyncio.sleep(0.2)
            await page.screenshot(path=DOCS / name)
            print(shown(DOCS / name))
            await page.context.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and make what they ask for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.page_media")
    commands = parser.add_subparsers(dest="command", required=True)
    sample = commands.add_parser("sample", help="the bundled clip")
    sample.add_argument("set", type=Path)
    sample.add_argument("name")
    shots = commands.add_parser("screenshots", help="pictures of the page")
    shots.add_argument("--backend", default="embedded")
    args = parser.parse_args(argv)
    if args.command == "sample":
        make_sample(ClipSet.load(args.set).clip(args.name), SAMPLE)
    else:
        asyncio.run(screenshots(args.backend))
    return 0


if __name__ == "__main__":
    sys.exit(main())
