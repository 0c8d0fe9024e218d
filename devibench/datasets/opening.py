"""From what stands on a command line to a data set.

SET              a clip set: a folder with set.json
TABLE.csv        a table; its videos are in ``videos`` beside it, or beside it
TABLE.csv@DIR    the same with its videos below DIR
"""

from __future__ import annotations

from pathlib import Path

from articgw.errors import ConfigError
from devibench.clipset import SET_FILE
from devibench.datasets.clips import ClipDataset
from devibench.datasets.published import TableDataset
from devibench.samples import Dataset

VIDEOS = "videos"


def open_dataset(text: str) -> Dataset:
    """The data set that ``text`` names. Raises `ConfigError` where it is none, and `DatasetError`
    where it cannot be read."""
    path = Path(text)
    if (path / SET_FILE).is_file():
        return ClipDataset.open(path)
    name, _, folder = text.partition("@")
    table = Path(name)
    if table.suffix == ".csv" and table.is_file():
        beside = table.parent / VIDEOS
        return TableDataset.open(table, Path(folder) if folder else _first(beside, table.parent))
    raise ConfigError(
        f"{text} is no data set: name a folder with {SET_FILE}, or a TABLE.csv or TABLE.csv@VIDEOS"
    )


def _first(folder: Path, otherwise: Path) -> Path:
    return folder if folder.is_dir() else otherwise
