"""Short-lived tokens: who may create calls, ask about them, operate the gateway.

A token is a JWT (RFC 7519) signed with the gateway's own secret (HS256), so nothing is kept here,
and a back end that knows the secret can mint its own. The secret itself may do all.

    create    begin calls; see and ask about those of the same subject
    ask       ask about calls of the same subject, or only about the one that the token names
    operate   figures, the list of all calls, and new tokens
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast, get_args

import jwt

from articgw.errors import ArticError

Scope = Literal["create", "ask", "operate"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
MAX_TTL_S = 24 * 3600.0
DEFAULT_TTL_S = 900.0
MAX_TOKEN_CHARS = 4096
"""Longer ones are not even looked at."""
_ALGORITHM = "HS256"
_AUDIENCE = "articgw"


class TokenError(ArticError):
    """A token that opens nothing; ``code`` is token_expired or unauthorized."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from."""

    subject: str
    """Whose calls these are; tokens of one subject see the same calls."""
    scopes: frozenset[Scope]
    session: str | None = None
    """The only call that is seen, where the token names one."""

    def may(self, scope: Scope) -> bool:
        """True where the token gives that right."""
        return scope in self.scopes

    def sees(self, owner: str, session_id: str) -> bool:
        """True where that call exists for this caller."""
        if self.may("operate"):
            return True
        if self.session is not None:
            return hmac.compare_digest(self.session.encode(), session_id.encode())
        return owner == self.subject


ANYBODY = Caller("anybody", frozenset(SCOPES))
"""Every caller of a gateway that has no secret: it listens on loopback only."""
OPERATOR = Caller("operator", frozenset(SCOPES))
"""Who shows the secret itself."""


def mint(
    secret: str,
    *,
    scopes: Iterable[Scope],
    ttl_s: float = DEFAULT_TTL_S,
    now: float,
    subject: str | None = None,
    session: str | None = None,
) -> str:
    """A token. ``now`` is s since the epoch.

    Raises `TokenError` where nobody should have such a token.
    """
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        named = ", ".join(unknown) or "none"
        raise TokenError("bad_scope", f"scopes are some of {', '.join(SCOPES)}; got {named}")
    if not 0 < ttl_s <= MAX_TTL_S:
        raise TokenError("bad_ttl", f"a token lasts from 1 s to {MAX_TTL_S:.0f} s, not {ttl_s:g} s")
    claims: dict[str, object] = {
        "aud": _AUDIENCE,
        "iat": int(now),
        "exp": int(now + ttl_s),
        "sub": subject or secrets.token_hex(8),
        "scope": " ".join(wanted),
    }
    if session is not None:
        claims["session"] = session
    return jwt.encode(claims, secret, algorithm=_ALGORITHM)


def read(secret: str, token: str, *, now: float) -> Caller:
    """Who shows this token. Raises `TokenError`; it never says what is in the token."""
    if hmac.compare_digest(token.encode("utf-8", "replace"), secret.encode()):
        return OPERATOR
    try:
        if len(token) > MAX_TOKEN_CHARS:
            raise ValueError("too long")
        claims = jwt.decode(
            token,
            secret,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["exp", "sub", "aud"], "verify_exp": False, "verify_iat": False},
        )
        expires_t, session = float(claims["exp"]), claims.get("session")
        scopes = frozenset(str(claims.get("scope", "")).split()) & set(SCOPES)
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:
        raise TokenError("unauthorized", "this token is not one of this gateway's") from error
    if not now < expires_t:
        raise TokenError("token_expired", "this token has expired: get a new one")
    return Caller(
        str(claims["sub"]),
        cast(frozenset[Scope], scopes),
        None if session is None else str(session),
    )
