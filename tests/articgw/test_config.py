"""Settings that cannot work are refused with what to do."""

from __future__ import annotations

import pytest

from articgw.config import Config, is_loopback
from articgw.errors import ConfigError

TOKEN = "0123456789abcdef" * 2


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "gateway.example"])
def test_other_machines_need_a_token(host: str) -> None:
    with pytest.raises(ConfigError, match="ARTICGW_TOKEN"):
        Config(host=host).check()
    Config(host=host, token=TOKEN).check()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_loopback_needs_none(host: str) -> None:
    assert is_loopback(host)
    Config(host=host).check()


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"token": "short"}, "at least 32"),
        ({"port": 70000}, "port 70000"),
        ({"max_sessions": 0}, "max_sessions"),
        ({"frames": 0}, "frames 0 is not above 0"),
        ({"frames": 33}, "frames 33 is above 32"),
        ({"answer_deadline_s": -1.0}, "answer_deadline_s"),
    ],
)
def test_what_cannot_work_is_named(setting: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Config(**setting).check()  # type: ignore[arg-type]
