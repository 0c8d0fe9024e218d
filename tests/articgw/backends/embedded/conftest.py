"""One set of models for all tests of this folder: loading them takes a second."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw.backends.embedded.eyes import Eyes


@pytest.fixture(scope="session")
def eyes(tmp_path_factory: pytest.TempPathFactory) -> Eyes:
    """Reader and colours, without the detector."""
    empty: Path = tmp_path_factory.mktemp("no-models")
    return Eyes(empty)
