"""What every adapter says of itself; what it does is held by ../test_conformance.py."""

from __future__ import annotations

import logging

import pytest

from articgw.backends.wire.server import faults_of, sent_to, warn_of_clear_text
from articgw.backends.wire.target import Target

HERE, AWAY = Target("m", "http://127.0.0.1:1"), Target("m", "http://example.org", login=("u", "pw"))


def test_where_pictures_go_is_said() -> None:
    assert "on this machine" in sent_to(HERE, 640) and "640 px" in sent_to(HERE, 640)
    assert "at example.org" in sent_to(AWAY, 640)


def test_clear_text_is_warned_of_where_it_leaves_the_machine(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        warn_of_clear_text(HERE)
        assert caplog.text == ""
        warn_of_clear_text(AWAY)
    assert "without encryption" in caplog.text


def test_faults_know_what_they_must_not_repeat() -> None:
    assert {"key", "pw", 'a "question"', r"a \"question\""} <= set(
        faults_of(AWAY, "key", 640, 'a "question"').secrets
    )
