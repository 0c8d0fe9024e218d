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


def test_a_model_on_a_server() -> None:
    backend = registry.load(
        Config(backend="openai:qwen3-vl@http://127.0.0.1:8000", api_key="k", picture_px=640)
    )
    assert backend.model == "qwen3-vl" and "640 px" in backend.about


@pytest.mark.parametrize("name", ["oracle", "openai", "embedded:x", "scripted:", ""])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigError, match="is none of: anthropic:MODEL@URL, embedded, "):
        registry.load(Config(backend=name))


@pytest.mark.parametrize(
    "name", ["opanai:m@http://me:SECRET@h", "openai:m@ftp://me:SECRET@h", "openai:@SECRET"]
)
def test_no_error_repeats_what_may_be_a_password(name: str) -> None:
    with pytest.raises(ConfigError) as raised:
        registry.load(Config(backend=name))
    assert "SECRET" not in str(raised.value)


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
