"""Every failure has a type, words that say what to do, and a verdict on trying again."""

from __future__ import annotations

import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict

from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.faults import PAUSE_S, Faults
from articgw.backends.wire.target import Target
from articgw.errors import BackendGarbled, BackendRefused, BackendUnavailable

KEY = "sk-SENTINEL-0123456789"
TARGET = Target("tiny", "http://127.0.0.1:8000", login=("me", "pw-SENTINEL"))
FAULTS = Faults(TARGET, True, 640, (KEY, "pw-SENTINEL", "a SENTINEL question"))
SAID = Complaint(f"a SENTINEL question with {KEY}")

STATUSES = [
    (307, {}, BackendRefused, "new URL", None),
    (400, {}, BackendRefused, "take pictures", None),
    (401, {}, BackendRefused, "OPENAI_API_KEY to a valid", None),
    (402, {}, BackendRefused, "billing", None),
    (403, {}, BackendRefused, "another key", None),
    (404, {}, BackendRefused, "http://127.0.0.1:8000/v1/models", None),
    (408, {}, BackendUnavailable, "in a moment", PAUSE_S),
    (413, {}, BackendRefused, "--picture_px below 640", None),
    (418, {}, BackendRefused, "(418)", None),
    (422, {}, BackendRefused, "(422)", None),
    (429, {}, BackendUnavailable, "in a while", None),
    (429, {"retry-after": "3"}, BackendUnavailable, "in 3 s", 3.0),
    (500, {}, BackendUnavailable, "log", None),
    (502, {}, BackendUnavailable, "in a moment", PAUSE_S),
    (503, {"Retry-After": "2"}, BackendUnavailable, "in 2 s", 2.0),
    (504, {}, BackendUnavailable, "log", None),
    (529, {}, BackendUnavailable, "in a moment", PAUSE_S),
]


@pytest.mark.parametrize(
    ("status", "headers", "kind", "words", "again_in_s"),
    STATUSES,
    ids=[f"{case[0]} {case[1]}" for case in STATUSES],
)
def test_statuses(
    status: int, headers: dict[str, str], kind: type, words: str, again_in_s: float | None
) -> None:
    fault = FAULTS.of_status(status, CIMultiDict(headers), SAID, wall_now=0.0)
    assert type(fault.error) is kind and words in str(fault.error)
    assert fault.again_in_s == again_in_s
    assert "SENTINEL" not in str(fault.error)


def test_without_a_key_one_is_asked_for() -> None:
    fault = Faults(TARGET, False, 640).of_status(401, {}, Complaint(), wall_now=0.0)
    assert "with OPENAI_API_KEY set" in str(fault.error)


def _key() -> ConnectionKey:
    return ConnectionKey("127.0.0.1", 8000, True, True, None, None, None)


CONNECTIONS: list[tuple[Exception, str, float | None]] = [
    (aiohttp.ClientConnectorError(_key(), OSError(111, "x")), "connection refused", PAUSE_S),
    (aiohttp.ClientConnectorError(_key(), OSError("several")), "no route", PAUSE_S),
    (aiohttp.ClientConnectorDNSError(_key(), OSError(-2, "x")), "the name 127.0.0.1", PAUSE_S),
    (aiohttp.ClientConnectorCertificateError(_key(), ssl.SSLCertVerificationError("x")),
     "SSL_CERT_FILE", None),
    (aiohttp.ClientConnectorSSLError(_key(), ssl.SSLError(1, "x")), "does not speak TLS", None),
    (aiohttp.ConnectionTimeoutError(), "does not take connections", 0.0),
    (TimeoutError(), "does not take connections", 0.0),
    (aiohttp.ServerDisconnectedError(), "hung up", 0.0),
    (aiohttp.ClientOSError(104, "reset"), "hung up", 0.0),
    (aiohttp.InvalidURL("http://x"), "does not speak HTTP", None),
    (aiohttp.ClientPayloadError("x"), "does not speak HTTP", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "words", "again_in_s"),
    CONNECTIONS,
    ids=[f"{type(case[0]).__name__} {n}" for n, case in enumerate(CONNECTIONS)],
)
def test_connections(error: Exception, words: str, again_in_s: float | None) -> None:
    fault = FAULTS.of_connection(error)
    assert type(fault.error) is BackendUnavailable and words in str(fault.error)
    assert fault.again_in_s == again_in_s


@pytest.mark.parametrize(
    ("complaint", "kind", "words"),
    [
        (Complaint("x", "429"), BackendUnavailable, "in a while"),
        (Complaint("x", kind="rate_limit_error"), BackendUnavailable, "in a while"),
        (Complaint("x", "insufficient_quota"), BackendRefused, "billing"),
        (Complaint("x", "429", kind="insufficient_quota"), BackendRefused, "billing"),
        (Complaint("x", kind="overloaded_error"), BackendUnavailable, "busy"),
        (Complaint("x", "invalid_api_key"), BackendRefused, "key"),
        (Complaint("x", "content_filter"), BackendRefused, "content filter"),
        (Complaint("runner died"), BackendUnavailable, "It says: runner died"),
    ],
)
def test_errors_inside_a_stream(complaint: Complaint, kind: type, words: str) -> None:
    error = FAULTS.in_stream(complaint)
    assert type(error) is kind and words in str(error)


def test_the_rest() -> None:
    assert "30 s" in str(FAULTS.too_late(30.0))
    assert "fell silent for 5 s" in str(FAULTS.silent(5.0))
    assert isinstance(FAULTS.broke_off(), BackendUnavailable)
    assert isinstance(FAULTS.endless(), BackendGarbled)
    assert isinstance(FAULTS.empty(), BackendGarbled) and isinstance(FAULTS.spent(), BackendGarbled)
    assert isinstance(FAULTS.filtered(), BackendRefused)
    assert str(FAULTS.refused("I can't.")).endswith("I can't.")
    garbled = FAULTS.garbled(f"<html>{KEY}".encode())
    assert isinstance(garbled, BackendGarbled) and garbled.raw == "<html>…"


def test_no_repr_shows_a_secret() -> None:
    assert "SENTINEL" not in repr(FAULTS)
