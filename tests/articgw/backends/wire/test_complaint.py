"""Servers say what is wrong in many shapes."""

from __future__ import annotations

import json

import pytest

from articgw.backends.wire.complaint import Complaint, complaint_in

SHAPES = [
    ("OpenAI", {"error": {"message": "m", "type": "t", "param": "p", "code": "c"}},
     Complaint("m", "c", "t", "p")),
    ("a status", {"error": {"message": "m", "code": 429}}, Complaint("m", "429")),
    ("Ollama", {"error": "m"}, Complaint("m")),
    ("old vLLM", {"object": "error", "message": "m", "type": "BadRequestError", "code": 400},
     Complaint("m", "400", "BadRequestError")),
    ("FastAPI", {"detail": "m"}, Complaint("m")),
    ("pydantic", {"detail": [{"loc": ["body", "logprobs"], "msg": "no"}]},
     Complaint("logprobs: no", param="logprobs")),
    ("a list", [{"error": {"message": "m"}}], Complaint("m")),
    ("nulls", {"error": {"message": None, "code": None, "param": None}}, Complaint()),
    ("a number", 5, Complaint()),
    ("empty lists", {"detail": []}, Complaint(": ")),
    ("words in words", {"error": {"message": {"a": 1}}}, Complaint('{"a": 1}')),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "complaint"), [case[1:] for case in SHAPES], ids=[case[0] for case in SHAPES]
)
def test_shapes(said: object, complaint: Complaint) -> None:
    assert complaint_in(json.dumps(said).encode()) == complaint


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"error":' * 900])
def test_what_is_no_json_is_text(body: bytes) -> None:
    assert len(complaint_in(body).text) <= 4000


def test_a_code_of_three_digits_is_a_status() -> None:
    assert Complaint(code="503").status == 503
    assert Complaint(code="5030").status is None and Complaint(code="x").status is None
