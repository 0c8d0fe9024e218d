"""Certificates that nobody has signed but their own key: of a server here, of a camera's DTLS."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def self_signed(key: Key, name: str, *more: x509.ExtensionType) -> x509.Certificate:
    """For a day before and after now."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    builder = x509.CertificateBuilder(
        issuer_name=subject,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - day,
        not_valid_after=now + day,
    )
    for extension in more:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256())


def write_certificate(folder: Path, name: str, *more: x509.ExtensionType) -> tuple[Path, Path]:
    """A new P-256 key with its certificate, as PEM files: certificate, key."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = self_signed(key, name, *more)
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


def server_context() -> ssl.SSLContext:
    """For a server on loopback; clients that check do not trust it."""
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    here = x509.SubjectAlternativeName([x509.DNSName("localhost"), address])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with TemporaryDirectory() as folder:
        context.load_cert_chain(*write_certificate(Path(folder), "localhost", here))
    return context
