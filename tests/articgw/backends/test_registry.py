"""Back ends by name; nothing heavy is imported before it is chosen."""

from __future__ import annotations

import subprocess
import sys

import pytest

from articgw.backends import registry
from articgw.backends.scripted import ScriptedBackend
from articgw.config import Config
from articgw.errors import ConfigError


def test_a_known_name() -> None:
    assert isinstance(registry.load(Config(backend="scripted")), ScriptedBackend)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="'oracle' is none of: embedded, scripted"):
        registry.load(Config(backend="oracle"))


def test_a_missing_package_is_answered_with_the_pip_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def needs_more(_config: Config) -> ScriptedBackend:
        raise ModuleNotFoundError("No module named 'rapidocr'", name="rapidocr")

    monkeypatch.setitem(registry.BACKENDS, "embedded", needs_more)
    with pytest.raises(ConfigError, match=r"rapidocr: pip install 'articgw\[detect\]'"):
        registry.load(Config(backend="embedded"))


@pytest.mark.parametrize("heavy", ["rapidocr", "onnxruntime", "aiortc", "aiohttp"])
def test_the_back_ends_import_none_of(heavy: str) -> None:
    code = f"import sys, articgw.backends.registry; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
