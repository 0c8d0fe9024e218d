"""The shelf rule, the twin rule, the public lists, and what may not stand in the tree."""

from __future__ import annotations

import ast
import codecs
import importlib
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHELVES = {"codecs": "artic_codecs", "abr": "artic_abr", "perception": "artic_perception"}
PACKAGES = ["articgw", "devibench", *SHELVES.values()]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

NO_TWIN = {
    "articgw/__main__.py": "two lines",
    "articgw/errors.py": "names only; every raise is tested where it happens",
    "articgw/peer.py": "a contract; test_session.py and test_gateway.py hold both sides to it",
    "articgw/calls.py": "needs real calls: test_server.py, integration/test_doors.py",
    "articgw/looking.py": "all of it: test_session.py, integration/test_stills.py",
    "articgw/doors/ask.py": "needs real calls: integration/test_doors.py",
    "articgw/doors/offer.py": "test_server.py, integration/test_gateway.py",
    "articgw/ice_session.py": "needs real peers: integration/test_whip.py, test_pipecat.py",
    "articgw/talk.py": "needs real peers: integration/test_gateway.py, test_pipecat.py",
    "articgw/webrtc_peer.py": "two real peers: integration/test_gateway.py, test_unpacking.py",
    "articgw/workers/fleet.py": "real processes: integration/test_workers.py",
    "articgw/workers/front.py": "real processes: integration/test_workers.py",
    "articgw/workers/process.py": "real processes: integration/test_workers.py",
    "articgw/workers/worker.py": "real processes: integration/test_workers.py",
    "articgw/testing/fakes.py": "the fakes of test_session.py",
    "articgw/client/link.py": "needs a real gateway: integration/test_client.py",
    "articgw/client/call.py": "needs a real gateway: integration/test_client.py",
    "articgw/backends/wire/served.py": "all of it: backends/test_conformance.py",
    "articgw/backends/base.py": "a contract; test_session.py",
    "articgw/backends/embedded/backend.py": "real processes: integration/test_embedded_backend.py",
    "articgw/backends/embedded/worker.py": "a real process: integration/test_embedded_worker.py",
    "devibench/__main__.py": "two lines",
}
"""Modules without a test module of their own, and where they are tested instead."""


def _tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [Path(line) for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def _sources() -> list[Path]:
    top = {*SHELVES, "articgw", "devibench"}
    return [path for path in _tracked("*.py") if path.parts[0] in top]


def _is_seam(path: Path) -> bool:
    """Private names of libraries: tested by attacks, in integration/test_aiortc_seams.py."""
    return path.parent == Path("articgw/aiortc_seams")


def _twin(path: Path) -> Path:
    shelf = path.parts[0] in SHELVES
    inner = Path(path.parts[0], *path.parts[2:]) if shelf else path
    return ROOT / "tests" / inner.parent / f"test_{inner.name}"


@pytest.mark.parametrize("shelf", SHELVES)
def test_a_shelf_holds_one_package_and_a_readme(shelf: str) -> None:
    on_it = {path.parts[1] for path in _tracked(f"{shelf}/*")}
    assert on_it == {SHELVES[shelf], "README.md"}


def test_codecs_is_the_standard_library() -> None:
    assert codecs.__file__.startswith(sysconfig.get_path("stdlib"))


def test_every_list_of_packages_in_pyproject_agrees() -> None:
    tool = PYPROJECT["tool"]
    wheel = tool["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert [Path(path).name for path in wheel] == PACKAGES
    assert tool["hatch"]["build"]["dev-mode-dirs"] == [".", *SHELVES]
    assert tool["pytest"]["ini_options"]["pythonpath"] == [".", *SHELVES]
    assert tool["ruff"]["src"] == [".", *SHELVES]
    assert tool["mypy"]["packages"] == [*PACKAGES, "tests"]
    assert tool["importlinter"]["root_packages"] == PACKAGES
    assert tool["coverage"]["run"]["source_pkgs"] == PACKAGES


def test_every_module_has_a_twin_that_tests_it() -> None:
    modules = [path for path in _sources() if path.name != "__init__.py" and not _is_seam(path)]
    without = [str(p) for p in modules if str(p) not in NO_TWIN and not _twin(p).exists()]
    assert without == []


def test_no_excuse_has_outlived_its_module() -> None:
    assert [name for name in NO_TWIN if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("package", [*PACKAGES, "articgw.backends", "articgw.testing"])
def test_what_is_public_exists(package: str) -> None:
    module = importlib.import_module(package)
    for name in getattr(module, "__all__", ()):
        assert hasattr(module, name)


def test_only_the_seams_know_private_names_of_aiortc() -> None:
    private = []
    for path in _sources():
        if _is_seam(path) or "aiortc" not in (ROOT / path).read_text():
            continue
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if not isinstance(node, ast.Attribute) or node.attr.startswith("__"):
                continue
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if node.attr.startswith("_") and not own:
                private.append(f"{path}:{node.lineno}")
    assert private == []


def test_no_mock_and_no_sleep_in_unit_tests() -> None:
    found = []
    for path in _tracked("tests/*.py"):
        text = (ROOT / path).read_text()
        real = {"integration", "bench"} & set(path.parts)
        for number, line in enumerate(text.splitlines(), 1):
            sleeps = ".sleep(" in line and ".sleep(0)" not in line and '"' not in line
            if "Magic" + "Mock" in line or (sleeps and not real):
                found.append(f"{path}:{number}: {line.strip()}")
    assert found == []


def test_no_machine_path_in_the_tree() -> None:
    bad = ["/wo" + "rk/", "/ro" + "ot/", "/tm" + "p/"]
    found = []
    for path in _tracked("*"):
        if path.suffix in {".png", ".mp4", ".webm", ".jpg"}:
            continue
        text = (ROOT / path).read_text("utf-8", "replace")
        found += [f"{path}: {word}" for word in bad if word in text]
    assert found == []
