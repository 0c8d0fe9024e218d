"""The name under which it is used; what it does is held by test_conformance.py."""

from __future__ import annotations

from articgw.backends import registry
from articgw.backends.ollama import OllamaBackend
from articgw.config import Config


def test_it_is_chosen_by_name() -> None:
    backend = registry.load(Config(backend="ollama:some/model@http://127.0.0.1:1"))
    assert isinstance(backend, OllamaBackend) and backend.model == "some/model"
