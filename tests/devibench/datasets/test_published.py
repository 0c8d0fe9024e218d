from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import DatasetError
from devibench.clipset import ClipSet
from devibench.datasets.published import TableDataset
from tests.devibench.datasets.conftest import CHOICE, V1


@pytest.mark.parametrize(
    "place",
    [
        "sample_1/video.mp4",
        "real/sample_1/video.mp4",
        "sample_1_real/video.mkv",
        "sample_1.webm",
    ],
)
def test_videos_are_found_where_streamingbench_has_them(
    v1: Path, tmp_path: Path, place: str
) -> None:
    video = tmp_path / "films" / place
    video.parent.mkdir(parents=True)
    video.touch()
    (tmp_path / "films" / "notes.txt").touch()
    dataset = TableDataset.open(v1, tmp_path / "films")
    assert dataset.found == {"sample_1": video}
    assert dataset.missing == ("sample_2",)


def test_samples_are_segments_and_their_key_is_the_row(v2: Path, tmp_path: Path) -> None:
    dataset = TableDataset.open(v2, tmp_path)
    first, second = dataset.samples()
    assert (first.key, second.key) == ("open/1", "open/2")
    assert (first.from_s, first.to_s, first.group, first.video) == (100, 105, "sample_7", None)
    assert len(dataset.warnings) == 1


def test_the_film_of_an_absent_video_says_what_to_do(v2: Path, tmp_path: Path) -> None:
    dataset = TableDataset.open(v2, tmp_path)
    with pytest.raises(DatasetError, match="open.csv:3: sample_7 has no video .*devibench fetch"):
        dataset.film(dataset.samples()[1])


def test_the_film_is_that_of_the_folder(v1: Path, tmp_path: Path, made_set: Path) -> None:
    clip = ClipSet.load(made_set).clips[0]
    folder = tmp_path / "videos" / "sample_2"
    folder.mkdir(parents=True)
    (folder / "video.mkv").symlink_to(clip.video)
    dataset = TableDataset.open(v1, tmp_path / "videos")
    film = dataset.film(dataset.samples()[1])
    assert film.size_px == (640, 360)


def test_a_new_video_is_another_data_set(v1: Path, tmp_path: Path) -> None:
    before = TableDataset.open(v1, tmp_path).sha256
    (tmp_path / "sample_1.mp4").write_bytes(b"x")
    assert TableDataset.open(v1, tmp_path).sha256 != before


def test_a_bad_row_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(V1 + CHOICE + CHOICE.replace(",B,", ",,") * 2)
    with pytest.raises(DatasetError, match=r"bad.csv:6: .*; 1 more"):
        TableDataset.open(file, tmp_path)
    file.write_text(V1)
    with pytest.raises(DatasetError, match="holds no question"):
        TableDataset.open(file, tmp_path)
