from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import ConfigError
from devibench.datasets import ClipDataset, TableDataset, open_dataset


def test_a_folder_with_a_set_is_a_clip_set(made_set: Path) -> None:
    assert isinstance(open_dataset(str(made_set)), ClipDataset)


def test_a_table_takes_the_videos_beside_it_or_those_named(v1: Path, tmp_path: Path) -> None:
    beside = open_dataset(str(v1))
    assert isinstance(beside, TableDataset) and beside.videos == tmp_path
    (tmp_path / "videos").mkdir()
    in_folder = open_dataset(str(v1))
    assert isinstance(in_folder, TableDataset) and in_folder.videos == tmp_path / "videos"
    named = open_dataset(f"{v1}@{tmp_path / 'films'}")
    assert isinstance(named, TableDataset) and named.videos == tmp_path / "films"


@pytest.mark.parametrize("text", ["", "nowhere", "nowhere.csv", "nowhere.csv@films"])
def test_what_is_no_data_set_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no data set"):
        open_dataset(str(tmp_path / text) if text else str(tmp_path))
