from __future__ import annotations

import importlib

import pytest

from articgw.errors import ConfigError
from devibench.extras import bench_extra


def test_a_missing_package_comes_with_the_command() -> None:
    with pytest.raises(ConfigError, match=r"no_such_package .* pip install 'articgw\[bench\]'"):
        with bench_extra():
            importlib.import_module("no_such_package")
