"""Small tables of both published forms."""

from __future__ import annotations

from pathlib import Path

import pytest

V1 = "sample_folder,start_time,question,options,standard_answer,task_type\n"
V2 = "sample_id,start_time,question,std_answer,Frame,task_type\n"
CHOICE = 'sample_1,10,Which bus?,"A) 6\nB) 64  \nC) 46\nD) 4",B,Text-Rich Understanding\n'
OPEN = "7,100,What colour is the cup?,yellow,Multi,Attribute Perception\n"


@pytest.fixture
def v1(tmp_path: Path) -> Path:
    """Two rows, the first over four lines."""
    file = tmp_path / "choice.csv"
    file.write_text("\ufeff" + V1 + CHOICE + CHOICE.replace("sample_1", "sample_2"))
    return file


@pytest.fixture
def v2(tmp_path: Path) -> Path:
    """Two rows that ask the same."""
    file = tmp_path / "open.csv"
    file.write_text(V2 + OPEN + OPEN)
    return file
