"""The loop: what is run, what is refused, and that it ends."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends import LookedAt, Reply
from articgw.errors import BackendGarbled
from articgw.tools.arguments import is_object
from articgw.tools.rounds import ANSWER_S, MAX_CALLS, MAX_ROUNDS, Rounds
from articgw.tools.spec import Schema, Tool
from articgw.tools.toolset import Result, Wanted

PRICE = Tool(
    name="price",
    description="What an article costs.",
    parameters=Schema(type="object", properties={"of": Schema(type="string")}, required=("of",)),
)
CUP = Wanted("c1", "price", '{"of": "cup"}')
SIGN = LookedAt((0.1, 0.1, 0.2, 0.2), "sign")


def _rounds(ends_t: float = 30.0, tool_s: float = 5.0) -> Rounds:
    return Rounds([PRICE], ends_t=ends_t, tool_s=tool_s)


def _reply(*calls: Wanted, text: str = "", regions: tuple[LookedAt, ...] = ()) -> Reply:
    return Reply(text=text, model="m", calls=calls, regions=regions)


def test_an_answer_at_once_is_the_answer() -> None:
    rounds = _rounds()
    assert rounds.toolset(now=0.0).may_call
    assert rounds.on_reply(_reply(text="It says EXIT."), now=1.0) == () and rounds.is_over
    assert rounds.whole().text == "It says EXIT." and rounds.rounds == ()


def test_the_model_is_told_what_came_of_its_calls_and_goes_on() -> None:
    rounds = _rounds()
    (step,) = rounds.on_reply(_reply(CUP, text="Let me see.", regions=(SIGN,)), now=1.0)
    assert not rounds.is_over and not step.refusal
    assert step.arguments == {"of": "cup"} and step.within_s == 5.0
    rounds.on_results([Result("answered", "5 USD")])
    (done,) = rounds.toolset(now=2.0).rounds
    assert (done.text, done.calls, done.results) == (
        "Let me see.",
        (CUP,),
        (Result("answered", "5 USD"),),
    )
    rounds.on_reply(_reply(text="It costs 5 USD."), now=3.0)
    whole = rounds.whole()
    assert whole.text == "Let me see.\nIt costs 5 USD." and whole.calls == ()
    assert whole.regions == (SIGN,), "the newest evidence that there is"


@pytest.mark.parametrize(
    ("call", "said", "is_known"),
    [
        (Wanted("c", "rm", "{}"), "no tool of that name here, or it is not allowed", False),
        (Wanted("c", "pri ce", '{"of": "x"}'), "There are: price", False),
        (Wanted("c", "price", "{}"), "arguments.of is missing", True),
        (Wanted("c", "price", "{"), "not JSON", True),
    ],
)
def test_what_is_not_offered_or_does_not_fit_is_refused_in_words(
    call: Wanted, said: str, is_known: bool
) -> None:
    (step,) = _rounds().on_reply(_reply(call), now=0.0)
    assert said in step.refusal and step.is_known is is_known


def test_what_the_model_is_reminded_of_is_what_servers_take() -> None:
    rounds = _rounds()
    rounds.on_reply(_reply(Wanted("", "a b; rm", "{oops"), Wanted("", "", "")), now=0.0)
    rounds.on_results([Result("refused", "")] * 2)
    first, second = rounds.rounds[0].calls
    assert (first.name, first.arguments) == ("a_b__rm", "{}") and (second.name) == "_"
    assert first.id and first.id != second.id


def test_it_has_to_answer_after_some_rounds_and_without_time() -> None:
    rounds = _rounds()
    for _ in range(MAX_ROUNDS):
        assert rounds.toolset(now=0.0).may_call
        rounds.on_reply(_reply(CUP), now=0.0)
        rounds.on_results([Result("answered", "5")])
    assert not rounds.toolset(now=0.0).may_call
    (step,) = rounds.on_reply(_reply(CUP), now=0.0)
    assert rounds.is_over and "the answer is due" in step.refusal
    with pytest.raises(BackendGarbled, match="instead of giving an answer"):
        rounds.whole()
    assert not _rounds(ends_t=10.0).toolset(now=10.0 - ANSWER_S).may_call


def test_a_second_look_is_told_and_runs_nothing() -> None:
    first = _rounds()
    first.on_reply(_reply(CUP), now=0.0)
    first.on_results([Result("answered", "5")])
    second = Rounds([PRICE], ends_t=30.0, tool_s=5.0, before=first.rounds)
    told = second.toolset(now=0.0)
    assert told.rounds == first.rounds and not told.may_call
    (step,) = second.on_reply(_reply(CUP, text="5 USD"), now=0.0)
    assert step.refusal and second.is_over and second.whole().text == "5 USD"


def test_results_that_are_missing_are_a_mistake_here() -> None:
    rounds = _rounds()
    rounds.on_reply(_reply(CUP), now=0.0)
    with pytest.raises(ValueError, match="1 calls and 0 results"):
        rounds.on_results([])


CALLS = st.builds(
    Wanted,
    st.sampled_from(["", "c1", "c2"]),
    st.sampled_from(["price", "rm -rf", "Price", ""]),
    st.sampled_from(['{"of": "x"}', '{"of": 1}', "{", "", "[]"]),
)
REPLIES = st.lists(
    st.tuples(st.lists(CALLS, max_size=8), st.sampled_from(["", "word"]), st.floats(0, 4)),
    max_size=8,
)


@given(REPLIES, st.floats(0.5, 30), st.floats(0.1, 9))
def test_whatever_a_model_asks_for(
    replies: list[tuple[list[Wanted], str, float]], ends_t: float, tool_s: float
) -> None:
    rounds, now, runs = _rounds(ends_t, tool_s), 0.0, 0
    for calls, text, took_s in replies:
        may_call = rounds.toolset(now=now).may_call
        steps = rounds.on_reply(_reply(*calls, text=text), now=now)
        assert len(steps) == len(calls)
        for step, call in zip(steps, calls, strict=True):
            if not step.refusal:
                runs += 1
                assert may_call and call.name == "price" and json.loads(call.arguments)
                assert 0 < step.within_s <= tool_s and now + step.within_s <= ends_t
        if rounds.is_over:
            break
        rounds.on_results([Result("answered", "x")] * len(steps))
        now += took_s
    assert runs <= MAX_ROUNDS * MAX_CALLS and len(rounds.rounds) <= MAX_ROUNDS
    for done in rounds.rounds:
        assert len(done.calls) == len(done.results)
        for call in done.calls:
            assert call.id and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", call.name)
            assert is_object(call.arguments) and call.arguments
