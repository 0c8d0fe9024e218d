"""The name under which it is used; what it does is held by test_conformance.py."""

from __future__ import annotations

from articgw.backends import registry
from articgw.backends.gemini import GeminiBackend
from articgw.config import Config


def test_it_is_chosen_by_name() -> None:
    backend = registry.load(Config(backend="gemini:some/model@http://127.0.0.1:1"))
    assert isinstance(backend, GeminiBackend) and backend.model == "some/model"
