"""The one place where what goes wrong between us and a model server becomes a typed failure.

Each text names what happened and what to do, in that order, to whoever reads it: the person who
asked, or the one who runs the gateway. None holds a key, a login, a picture or the question: texts
go to clients, logs and traces.

    again later   BackendUnavailable    connection, 408, 429, 5xx, deadline, a broken stream
    not again     BackendRefused        401, 402, 403, 404, 413, other 4xx, redirects, policy
    unreadable    BackendGarbled        what is no answer

A `Fault` that may be met by sending the same request once more says in how many seconds; that is so
only where the server cannot have begun to answer (A question changes nothing, so it is safe).
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp

from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.retry_after import retry_after_s
from articgw.backends.wire.scrub import scrubbed
from articgw.backends.wire.target import Target
from articgw.errors import BackendError, BackendGarbled, BackendRefused, BackendUnavailable

PAUSE_S = 0.3
"""Before the second try where the server names no time: a server that restarts needs a moment."""
RAW_BYTES = 400
BUSY = (408, 502, 503, 529)
"""Statuses after which the same request may be sent again. 504 is not one: it took too long."""

_STATUS_OF = {
    "API_KEY_INVALID": 401,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
    "enforced_spend_limit_reached": 402,
    "request_too_large": 413,
    "api_error": 500,
    "timeout_error": 504,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "overloaded_error": 529,
    "insufficient_quota": 402,
    "billing_hard_limit_reached": 402,
    "authentication_error": 401,
    "invalid_api_key": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "model_not_found": 404,
    "invalid_request_error": 400,
    "BadRequestError": 400,
}
_FILTERED = ("content_filter", "content_policy_violation")


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure, and whether the same request may be sent once more."""

    error: BackendError
    again_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class Faults:
    """Those of one question to one server."""

    target: Target
    has_key: bool
    picture_px: int
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What a server may repeat and nobody is to see: the key, the question."""

    @property
    def _server(self) -> str:
        return f"The model's server at {self.target.origin}"

    def of_status(
        self, status: int, headers: Mapping[str, str], complaint: Complaint, *, wall_now: float
    ) -> Fault:
        """A response that is not 200; ``wall_now`` is s since 1970."""
        if complaint.code in _FILTERED or complaint.kind in _FILTERED:
            return Fault(self.filtered())
        named = _named(complaint)
        if (status == 429 and named == 402) or (status == 400 and named == 401):
            status = named
        wait_s = retry_after_s(headers, wall_now=wall_now)
        if wait_s is None:
            wait_s = complaint.retry_after_s
        if status == 429:
            return Fault(self._crowded(wait_s), wait_s)
        if status in BUSY:
            return Fault(self._busy(status, wait_s), PAUSE_S if wait_s is None else wait_s)
        if status >= 500:
            return Fault(self._broken(status, complaint, wait_s))
        return Fault(self._refusal(status, complaint))

    def of_connection(self, error: Exception) -> Fault:
        """What aiohttp raised before a response came."""
        match error:
            case aiohttp.ClientConnectorCertificateError() | ssl.SSLCertVerificationError():
                return Fault(self._untrusted(error))
            case aiohttp.ClientSSLError() | ssl.SSLError():
                text = f"{self._server} does not speak TLS: should its URL begin with http://?"
                return Fault(BackendUnavailable(text))
            case aiohttp.ClientConnectorDNSError():
                text = f"Nobody knows the name {self.target.host}: check the URL in --backend."
                return Fault(BackendUnavailable(text), PAUSE_S)
            case aiohttp.ConnectionTimeoutError() | TimeoutError():
                text = f"{self._server} does not take connections: is the URL in --backend right?"
                return Fault(BackendUnavailable(text), 0.0)
            case aiohttp.ClientConnectorError():
                why = os.strerror(error.os_error.errno or 0) if error.os_error.errno else "no route"
                text = (
                    f"{self._server} cannot be reached ({why.lower()}): is it running? "
                    "Start it, or check the URL in --backend."
                )
                return Fault(BackendUnavailable(text), PAUSE_S)
            case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() | OSError():
                text = (
                    f"{self._server} hung up before it answered: ask again; if it goes on, "
                    "check the URL in --backend."
                )
                return Fault(BackendUnavailable(text), 0.0)
        text = f"{self._server} does not speak HTTP as we do: check the URL in --backend."
        return Fault(BackendUnavailable(text))

    def in_stream(self, complaint: Complaint) -> BackendError:
        """An error where a piece of the answer should be."""
        status = complaint.status or _named(complaint) or 500
        return self.of_status(status, {}, complaint, wall_now=0.0).error

    def too_late(self, deadline_s: float) -> BackendError:
        """The deadline has passed."""
        return BackendUnavailable(
            f"{self.target.model} did not finish within {deadline_s:g} s: ask again, or ask for "
            "less; if it goes on, its server is too slow or has too much to do."
        )

    def silent(self, gap_s: float) -> BackendError:
        """Nothing came for so long in the middle of an answer."""
        return BackendUnavailable(
            f"{self.target.model} fell silent for {gap_s:g} s in the middle of its answer: ask "
            "again."
        )

    def broke_off(self) -> BackendError:
        """The stream ended before the answer did."""
        return BackendUnavailable(
            f"{self._server} broke off in the middle of its answer: ask again."
        )

    def garbled(self, raw: bytes) -> BackendError:
        """What came is not a piece of an answer."""
        return BackendGarbled(
            f"{self._server} sent something that is no answer: ask again; if it goes on, the URL "
            "in --backend may be that of something else.",
            raw=scrubbed(raw[:RAW_BYTES].decode("utf-8", "replace"), self.secrets, RAW_BYTES),
        )

    def endless(self) -> BackendError:
        """More came than any answer has."""
        return BackendGarbled(f"{self._server} sent far more than an answer: ask again.", raw="")

    def empty(self) -> BackendError:
        """An end, and nothing before it."""
        return BackendGarbled(
            f"{self.target.model} answered with nothing: ask again, or in other words.", raw=""
        )

    def spent(self) -> BackendError:
        """All tokens are gone and not a word was for the person."""
        return BackendGarbled(
            f"{self.target.model} used up its tokens before its first word: it may think at "
            "length; choose a model, or a setting of its server, that answers at once.",
            raw="",
        )

    def filtered(self) -> BackendError:
        """The server's content filter."""
        return BackendRefused(
            f"{self._server} withheld the answer (content filter): ask something else, or show it "
            "something else."
        )

    def refused(self, words: str) -> BackendError:
        """The model says no."""
        said = scrubbed(words, self.secrets)
        return BackendRefused(f"{self.target.model} will not answer this: {said}")

    def _said(self, complaint: Complaint) -> str:
        said = scrubbed(complaint.text, self.secrets)
        return f" It says: {said}" if said else ""

    def _crowded(self, wait_s: float | None) -> BackendError:
        when = "in a while" if wait_s is None else f"in {wait_s:g} s"
        return BackendUnavailable(
            f"{self._server} takes no more questions for now (429): ask again {when}.", wait_s
        )

    def _busy(self, status: int, wait_s: float | None) -> BackendError:
        when = "in a moment" if wait_s is None else f"in {wait_s:g} s"
        return BackendUnavailable(
            f"{self._server} is busy or still starting ({status}): ask again {when}.", wait_s
        )

    def _broken(self, status: int, complaint: Complaint, wait_s: float | None) -> BackendError:
        return BackendUnavailable(
            f"{self._server} failed ({status}): ask again; if it goes on, look into that server's "
            f"log.{self._said(complaint)}",
            wait_s,
        )

    def _untrusted(self, error: Exception) -> BackendError:
        cause = getattr(error, "certificate_error", error)
        why = getattr(cause, "verify_message", "") or "certificate verify failed"
        return BackendUnavailable(
            f"{self._server} shows a certificate that is not trusted here ({why}): use the name "
            "that it was made for, or name its authority to the gateway with SSL_CERT_FILE."
        )

    def _refusal(self, status: int, complaint: Complaint) -> BackendError:
        model, server = self.target.model, self._server
        key, listing = self.target.family.key_name, self.target.family.listing
        match status:
            case 401 if self.has_key:
                text = f"{server} does not take our key (401): set {key} to a valid one."
            case 401:
                text = f"{server} wants a key (401): start the gateway with {key} set."
            case 402:
                text = (
                    f"{server} says that the quota is used up: check plan and billing of the key."
                )
            case 403:
                text = f"{server} does not let us use {model} (403): take another key or model."
            case 404:
                text = (
                    f"{server} does not have {model} (404): see {self.target.origin}"
                    f"{self.target.path}/{listing} for what it has, then mend --backend."
                    f"{self._said(complaint)}"
                )
            case 413:
                text = (
                    f"{server} finds the picture too large (413): start the gateway with a "
                    f"--picture_px below {self.picture_px}."
                )
            case _ if 300 <= status < 400:
                text = f"{server} has moved ({status}): put its new URL into --backend."
            case _:
                text = (
                    f"{server} does not take the question ({status}): does {model} take pictures?"
                    f"{self._said(complaint)}"
                )
        return BackendRefused(text)


def _named(complaint: Complaint) -> int | None:
    """The status that a word stands for."""
    return _STATUS_OF.get(complaint.code) or _STATUS_OF.get(complaint.kind)
