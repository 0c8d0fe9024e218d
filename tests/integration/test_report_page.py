"""A report in a real browser: all is there, nothing overflows, by day, by night, on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from devibench.report.page import html, report_on
from devibench.report.runs import read_run
from tests.devibench.report.made import make_run
from tests.helpers.browser import chromium, open_page

pytestmark = pytest.mark.integration


async def test_it_fits_and_shows_all_its_pictures(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", videos=4, policies=("plain", "ours"), pictures=True)
    file = tmp_path / "page.html"
    file.write_text(html(report_on([read_run(run)])), encoding="utf-8")
    papers = []
    async with chromium() as browser:
        for size, dark in (((1280, 800), False), ((390, 844), True)):
            page, errors = await open_page(browser, file.as_uri(), size=size, dark=dark)
            assert errors == []
            assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
            seen = "[...document.images].every(i => i.complete && i.naturalWidth > 0)"
            assert await page.evaluate(seen)
            tall = "[...document.querySelectorAll('svg')].map(s => s.clientHeight)"
            assert min(await page.evaluate(tall)) > 150
            papers.append(await page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert papers[0] != papers[1]
