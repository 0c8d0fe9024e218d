"""Who owns the models of a list tells what kind of server it is."""

from __future__ import annotations

import json

import pytest

from articgw.backends.wire.listed import NAMES_PICTURES, OWN, owner_in


def test_the_first_models_owner_is_it() -> None:
    listed = {"object": "list", "data": [{"id": "m", "owned_by": "vllm"}, {"owned_by": "x"}]}
    assert owner_in(json.dumps(listed).encode()) == "vllm"
    assert {"vllm"} == NAMES_PICTURES < OWN


@pytest.mark.parametrize(
    "body",
    [b"", b"no", b"[]", b'{"data": []}', b'{"data": {}}', b'{"data": [7]}', b'{"models": []}',
     b'{"data": [{"owned_by": null}]}', b"[" * 100_000],
)  # fmt: skip
def test_other_lists_do_not_tell(body: bytes) -> None:
    assert owner_in(body) == ""
