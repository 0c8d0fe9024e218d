"""Chunks in, text out, and the reply at the end."""

from __future__ import annotations

import json
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_abr import ReadabilitySource
from articgw.backends import Reply
from articgw.backends.behind.boxes import FRACTIONS
from articgw.backends.behind.carrier import Carrier, Plain
from articgw.backends.behind.schema import Schema
from articgw.backends.behind.trailer import Trailer
from articgw.backends.openai_chat.hear import hear
from articgw.backends.wire.answer import MAX_TEXT_CHARS, Answer
from articgw.backends.wire.faults import Faults
from articgw.backends.wire.target import Target
from articgw.errors import BackendError, BackendGarbled, BackendRefused, BackendUnavailable
from articgw.sse import EventDecoder
from tests.helpers.chat_server import chunk, event, usage

FAULTS = Faults(Target("tiny", "http://h"), True, 640)
LOOK = {"readability": 80, "regions": [{"label": "EXIT", "box": [0.1, 0.1, 0.4, 0.4]}]}


def _answer(carrier: Carrier, *chunks: object) -> tuple[list[str], Answer]:
    answer = Answer(carrier, FAULTS, hear)
    shown = [answer.take(c if isinstance(c, bytes) else json.dumps(c).encode()) for c in chunks]
    return [*shown, answer.end()], answer


def _reply(answer: Answer) -> Reply:
    return answer.reply("tiny", FRACTIONS, (640, 360))


def _words(*words: str) -> list[object]:
    return [chunk({"content": word}) for word in words]


STOP = chunk({}, "stop")


def test_words_come_one_by_one_and_usage_at_the_end() -> None:
    spent = {**chunk(None), "usage": usage(2)}
    shown, answer = _answer(Plain(), *_words("", "\n It", " says"), STOP, spent, b"[DONE]")
    assert shown == ["", "It", " says", "", "", "", ""]
    assert answer.done
    reply = _reply(answer)
    assert (reply.text, reply.finish, reply.model) == ("It says", "stop", "tiny")
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (350, 2)
    assert reply.usage.cached_tokens == 256
    assert reply.readability_source is ReadabilitySource.NONE


@pytest.mark.parametrize(
    ("carrier", "words"),
    [
        (Trailer(), ("EXIT", "\n@@look ", json.dumps(LOOK))),
        (Schema(), ('{"answer": "EX', 'IT", ', json.dumps(LOOK)[1:])),
    ],
)
def test_readability_and_regions_ride_behind(carrier: Carrier, words: tuple[str, ...]) -> None:
    shown, answer = _answer(carrier, *_words(*words), STOP, b"[DONE]")
    assert "".join(shown) == "EXIT"
    reply = _reply(answer)
    assert (reply.readability, reply.readability_source) == (0.8, ReadabilitySource.VERBALISED)
    assert [(r.label, r.box) for r in reply.regions] == [("EXIT", (0.1, 0.1, 0.4, 0.4))]


def test_a_model_that_was_not_asked_is_as_readable_as_it_was_sure() -> None:
    _, answer = _answer(Plain(), chunk({"content": "7"}, logprob=-0.2), STOP)
    reply = _reply(answer)
    assert reply.readability == pytest.approx(exp(-0.2))
    assert reply.readability_source is ReadabilitySource.LOGPROBS


def test_the_limit_of_tokens_is_told() -> None:
    _, answer = _answer(Plain(), *_words("It"), chunk({}, "length"))
    assert _reply(answer).finish == "length"


def test_an_answer_is_not_longer_than_a_message_can_be() -> None:
    shown, answer = _answer(Plain(), *_words(*["x" * 5000] * 4))
    assert len("".join(shown)) == len(_reply(answer).text) == MAX_TEXT_CHARS
    assert answer.complete and _reply(answer).finish == "length"


def test_a_whole_answer_is_read_as_well() -> None:
    choice = {"index": 0, "message": {"content": "EXIT"}, "finish_reason": "stop"}
    shown, _ = _answer(Plain(), {"choices": [choice], "usage": usage(1)})
    assert shown == ["EXIT", ""]


def test_other_choices_are_not_ours() -> None:
    other = {"choices": [{"index": 1, "delta": {"content": "no"}}]}
    assert _answer(Plain(), other, *_words("yes"), STOP)[0] == ["", "yes", "", ""]


BROKEN = [
    ("garbage", [b"{"], BackendGarbled),
    ("nothing", [], BackendGarbled),
    ("only usage", [{"choices": [], "usage": usage(0)}], BackendGarbled),
    ("cut off", _words("It"), BackendUnavailable),
    ("cut off before a word", _words(""), BackendUnavailable),
    ("aborted", [*_words("It"), chunk({}, "abort")], BackendUnavailable),
    ("an error", [*_words("It"), {"error": {"message": "x"}}], BackendUnavailable),
    ("a filter", [*_words("It"), chunk({}, "content_filter")], BackendRefused),
    ("a refusal", [chunk({"refusal": "No."}), STOP], BackendRefused),
    ("no words", [STOP, b"[DONE]"], BackendGarbled),
    ("only white space", [*_words(" \n"), STOP], BackendGarbled),
    ("only thoughts", [chunk({"reasoning": "Hm"}), chunk({}, "length")], BackendGarbled),
]


@pytest.mark.parametrize(
    ("chunks", "kind"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_what_is_no_answer_is_an_error(chunks: list[object], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        _answer(Trailer(), *chunks)


_GOOD = b"".join(
    [event(part) for part in (*_words("It", " says\n@@look {", '"readability": 5}'), STOP)]
)


@given(st.lists(st.tuples(st.integers(0, len(_GOOD)), st.binary(max_size=3)), max_size=4))
def test_a_damaged_stream_is_an_answer_or_a_typed_error(damage: list[tuple[int, bytes]]) -> None:
    stream = bytearray(_GOOD)
    for at, what in damage:
        stream[at : at + len(what)] = what
    answer, decoder = Answer(Trailer(), FAULTS, hear), EventDecoder()
    try:
        for data in [*decoder.feed(bytes(stream)), *decoder.close()]:
            answer.take(data)
        answer.end()
    except BackendError as error:
        assert str(error)
    else:
        assert _reply(answer).text
