"""The sheet as a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from devibench.build.pipeline import BuildOrder, StageCount
from devibench.build.review import review_page
from tests.devibench.build.test_export import BUILT


def test_every_question_is_beside_its_pictures(tmp_path: Path) -> None:
    order = BuildOrder(tmp_path, tmp_path)
    counts = [StageCount("filter", 5, 1, 0, {"the filter is wrong on the original": 4})]
    page = review_page([replace(BUILT, question="<b>?", stem="a b")], counts, order).read_text()
    assert "&lt;b&gt;?" in page
    assert 'src="pictures/a%20b.jpg"' in page
    assert "4 × the filter is wrong on the original" in page
    assert "200 kb/s" in page
