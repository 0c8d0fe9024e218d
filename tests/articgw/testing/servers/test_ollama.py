"""Ollama's own chat, as its documentation shows it: no client of theirs is among the tests."""

from __future__ import annotations

import json

from articgw.testing.servers.ollama import OLLAMA_CHAT


def test_an_answer_is_a_line_per_word_and_one_that_counts() -> None:
    (last,) = OLLAMA_CHAT.ending("stop", 3)
    word = json.loads(OLLAMA_CHAT.framed(OLLAMA_CHAT.word("It")))
    assert word["message"] == {"role": "assistant", "content": "It"} and word["done"] is False
    assert (last["done"], last["done_reason"], last["eval_count"]) == (True, "stop", 3)
