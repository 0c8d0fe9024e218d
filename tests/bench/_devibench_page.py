"""The picture of a report in the docs, from a real run: drawn clips, encoders, the embedded model.

python -m tests.bench._devibench_page [FOLDER]      a folder that holds a run is gone on with
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from devibench.cli import main as devibench
from devibench.evaluate.command import perform
from devibench.evaluate.order import Order
from devibench.sample import make
from tests.bench._common import ROOT
from tests.helpers.browser import chromium, open_page

PICTURE = ROOT / "docs" / "devibench-report.png"
SET = make.Order(seed=201, clips=12, seconds=3.0, size_px=(960, 540), fps=15, movements=True)
RATES = ("20k", "50k", "120k")
POLICIES = ("h264:{}", "h264:{}+regions:given")
QUESTIONS = 4
SIZE_PX = (1280, 1500)


async def draw(folder: Path) -> None:
    """Evaluate what is not yet known, report, and take the picture."""
    if not (folder / "clips" / "set.json").is_file():
        make.make_set(SET, folder / "clips")
    arms = ("original", *(policy.format(rate) for policy in POLICIES for rate in RATES))
    order = Order(
        str(folder / "clips"), folder / "run", arms, questions=QUESTIONS, workers=2, pictures=True,
        cached=False, environ=dict(os.environ),
    )  # fmt: skip
    if await perform(order) != 0:
        raise RuntimeError("not every question was answered; run it again")
    file = folder / "report.html"
    await asyncio.to_thread(devibench, ["report", str(folder / "run"), "--out", str(file)])
    async with chromium() as browser:
        page, errors = await open_page(browser, file.as_uri(), size=SIZE_PX)
        if errors:
            raise RuntimeError(f"the page complains: {errors}")
        await page.screenshot(path=PICTURE)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(draw(Path(sys.argv[1] if len(sys.argv) > 1 else name)))
