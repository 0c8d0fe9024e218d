"""What HTTP says, as errors; the requests themselves are in integration/test_client.py."""

from __future__ import annotations

import aiohttp
import pytest

from articgw.client.signalling import Signalling, refusal, why
from articgw.errors import ConfigError


def test_a_refusal_keeps_status_code_and_wait() -> None:
    raw = b'{"error": {"code": "busy", "message": "all places are taken", "retry_after_s": 5}}'
    error = refusal(503, raw)
    assert (error.status, error.code, error.retry_after_s) == (503, "busy", 5)
    assert str(error) == "all places are taken"


@pytest.mark.parametrize("raw", [b"", b"<html>", b"[]", b'{"error": 1}', b'{"error": {}}', b"3"])
def test_what_is_not_a_gateways_keeps_its_status(raw: bytes) -> None:
    error = refusal(502, raw)
    assert (error.status, error.code) == (502, "http") and "502" in str(error)


def test_a_path_that_no_gateway_serves_is_told_with_its_status() -> None:
    error = refusal(404, b'{"error": {"code": "http", "message": "Not Found"}}')
    assert (error.code, str(error)) == ("http", "the gateway answered HTTP 404 Not Found")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(111, "Connect call failed ('127.0.0.1', 8080)"), "Connection refused"),
        (OSError(-2, "Name or service not known"), "Name or service not known"),
        (TimeoutError(), "no answer in time"),
        (aiohttp.ServerDisconnectedError(), "Server disconnected"),
    ],
)
def test_what_went_wrong_is_said_in_a_few_words(error: Exception, said: str) -> None:
    assert why(error) == said


@pytest.mark.parametrize("token", ["to\nken", "tokén", "\x7f"])
async def test_a_token_that_no_header_can_carry_is_said_but_not_shown(token: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Signalling("http://127.0.0.1:1", token)
    assert token not in str(caught.value)
