"""Senders whose certificate is RSA are heard too: GStreamer makes no other."""

from __future__ import annotations

from typing import Any

from aiortc import RTCCertificate

from articgw.aiortc_seams.seam import Seam, missing

_KINDS = ("ECDSA", "RSA")
_SUITES = ("AES128-GCM-SHA256", "CHACHA20-POLY1305", "AES128-SHA", "AES256-SHA")
CIPHERS = ":".join(f"ECDHE-{kind}-{suite}" for kind in _KINDS for suite in _SUITES)
"""aiortc's four, and the same four for RSA after them."""


def _needs() -> list[str]:
    return missing(RTCCertificate, "_create_ssl_context")


def _install() -> None:
    create = RTCCertificate._create_ssl_context

    def create_ssl_context(self: Any, *args: Any, **options: Any) -> Any:
        context = create(self, *args, **options)
        context.set_cipher_list(CIPHERS.encode())
        return context

    setattr(RTCCertificate, "_create_ssl_context", create_ssl_context)  # noqa: B010  mypy


RSA_CERTIFICATES = Seam(
    "rsa certificates",
    "aiortc offers ciphers for ECDSA certificates only. In an answer it is the DTLS client, so a "
    "caller with an RSA certificate (every WHIP sender of GStreamer) finds no cipher and is lost.",
    _needs,
    _install,
)
