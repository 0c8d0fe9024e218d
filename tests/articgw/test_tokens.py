"""What a token opens, and what none does."""

from __future__ import annotations

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.tokens import MAX_TTL_S, OPERATOR, SCOPES, Caller, Scope, TokenError, mint, read

SECRET = "0123456789abcdef" * 2
OTHER = "fedcba9876543210" * 2
NOW = 1_800_000_000.0


def test_the_secret_itself_may_do_all() -> None:
    assert read(SECRET, SECRET, now=NOW) is OPERATOR
    assert all(OPERATOR.may(scope) for scope in SCOPES)


@given(st.sets(st.sampled_from(SCOPES), min_size=1), st.floats(1, MAX_TTL_S))
def test_a_token_opens_what_it_was_minted_for_and_until_then(
    scopes: set[Scope], ttl_s: float
) -> None:
    token = mint(SECRET, scopes=scopes, ttl_s=ttl_s, now=NOW, subject="anna", session="s1")
    assert read(SECRET, token, now=NOW) == Caller("anna", frozenset(scopes), "s1")
    with pytest.raises(TokenError) as error:
        read(SECRET, token, now=NOW + ttl_s + 1)
    assert error.value.code == "token_expired"


def test_tokens_without_a_subject_see_each_others_calls_never() -> None:
    one, two = (read(SECRET, mint(SECRET, scopes=["create"], now=NOW), now=NOW) for _ in "12")
    assert one.subject != two.subject
    assert one.sees(one.subject, "s") and not two.sees(one.subject, "s")


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        (Caller("anna", frozenset({"create"})), {"a1", "a2"}),
        (Caller("anna", frozenset({"ask"}), "a2"), {"a2"}),
        (Caller("nobody", frozenset({"ask"}), "b1"), {"b1"}),
        (Caller("nobody", frozenset({"create", "ask"})), set()),
        (Caller("nobody", frozenset({"operate"})), {"a1", "a2", "b1"}),
    ],
)
def test_who_sees_which_call(caller: Caller, sees: set[str]) -> None:
    owners = {"a1": "anna", "a2": "anna", "b1": "ben"}
    assert {id_ for id_, owner in owners.items() if caller.sees(owner, id_)} == sees


def forged(**claims: object) -> str:
    return jwt.encode(
        {"aud": "articgw", "sub": "x", "exp": NOW + 60, "scope": "operate"} | claims, SECRET
    )


UNSIGNED = jwt.encode({"aud": "articgw", "sub": "x", "exp": NOW + 60}, None, algorithm="none")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "token",
    [
        "",
        "wrong",
        SECRET[:-1],
        "a.b.c",
        "\udce4",
        "x" * 5000,
        UNSIGNED,
        mint(OTHER, scopes=["operate"], now=NOW),
        forged(aud="elsewhere"),
        forged(exp="soon"),
        jwt.encode({"aud": "articgw", "sub": "x"}, SECRET),
        mint(SECRET, scopes=["ask"], now=NOW)[:-2],
    ],
)
def test_what_is_no_token_of_ours_opens_nothing_and_is_not_repeated(token: str) -> None:
    with pytest.raises(TokenError) as error:
        read(SECRET, token, now=NOW)
    assert error.value.code == "unauthorized"
    assert not token or token not in str(error.value)


def test_a_scope_that_nobody_knows_gives_nothing() -> None:
    caller = read(SECRET, forged(scope="ask root"), now=NOW)
    assert caller.scopes == {"ask"}


@pytest.mark.parametrize(
    ("scopes", "ttl_s", "code"),
    [([], 60, "bad_scope"), (["root"], 60, "bad_scope"), (["ask"], 0, "bad_ttl"),
     (["ask"], MAX_TTL_S + 1, "bad_ttl"), (["ask"], float("nan"), "bad_ttl")],
)  # fmt: skip
def test_tokens_that_nobody_should_have_are_not_made(
    scopes: list[Scope], ttl_s: float, code: str
) -> None:
    with pytest.raises(TokenError) as error:
        mint(SECRET, scopes=scopes, ttl_s=ttl_s, now=NOW)
    assert error.value.code == code
