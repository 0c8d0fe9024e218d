"""Questions about films, from wherever they are kept.

opening.py    a text such as a path, to a `Dataset`
clips.py      clip sets (docs/design.md)
table.py      a CSV as DeViBench publishes them, row by row, each complaint with its line
published.py  such a table with its videos; DeViBench v1 and v2, and sets of one's own
video.py      a video file as a `Film`
"""

from devibench.datasets.clips import ClipDataset
from devibench.datasets.opening import open_dataset
from devibench.datasets.published import TableDataset

__all__ = ["ClipDataset", "TableDataset", "open_dataset"]
