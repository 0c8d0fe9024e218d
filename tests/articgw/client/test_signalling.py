"""What HTTP says, as errors; the requests themselves are in integration/test_client.py."""

from __future__ import annotations

import pytest

from articgw.client.signalling import refusal


def test_a_refusal_keeps_status_code_and_wait() -> None:
    raw = b'{"error": {"code": "busy", "message": "all places are taken", "retry_after_s": 5}}'
    error = refusal(503, raw)
    assert (error.status, error.code, error.retry_after_s) == (503, "busy", 5)
    assert str(error) == "all places are taken"


@pytest.mark.parametrize("raw", [b"", b"<html>", b"[]", b'{"error": 1}', b'{"error": {}}', b"3"])
def test_what_is_not_a_gateways_keeps_its_status(raw: bytes) -> None:
    error = refusal(502, raw)
    assert (error.status, error.code) == (502, "http") and "502" in str(error)
