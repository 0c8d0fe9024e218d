"""One call, without network, camera or clock."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from articgw.backends import LookedAt, Prompt
from articgw.config import Config
from articgw.errors import BackendGarbled, BackendUnavailable
from articgw.protocol import (
    AnswerDelta,
    AnswerDone,
    Ask,
    Cancel,
    Error,
    GatewayMessage,
    Hello,
    Ready,
    Typing,
)
from articgw.session import KEPT_LOOKS, Session
from articgw.testing import (
    FakeClock,
    LoopbackPeer,
    ScriptedBackend,
    Turn,
    loopback_call,
    picture,
)
from articgw.trace import MemoryTrace

EXIT = LookedAt((0.1, 0.2, 0.3, 0.4), "EXIT", 17.0)


async def test_an_answer_streams_and_then_says_what_it_rests_on() -> None:
    async with loopback_call(ScriptedBackend([Turn("It says EXIT", (EXIT,), 0.9)])) as peer:
        peer.show(picture(1280, 720), age_s=0.05)
        peer.say(Ask(id="q1", text="What does it say?"))
        done = await peer.hears(AnswerDone)
    assert "".join(m.text for m in peer.heard if isinstance(m, AnswerDelta)).strip() == done.text
    assert done.text == "It says EXIT"
    assert done.readability.value == 0.9
    assert done.regions[0].box == EXIT.box and done.regions[0].min_text_px == 17.0
    assert done.regions[0].priority == 1.0 and done.regions[0].ttl_s > 0
    assert done.frame_age_ms == pytest.approx(50)
    assert done.frame_size_px == (1280, 720)
    assert done.frame_url.endswith("/looks/q1.jpg")


async def test_a_question_sees_the_newest_frame() -> None:
    backend = ScriptedBackend([Turn("a"), Turn("b")])
    async with loopback_call(backend) as peer:
        peer.show(picture(), age_s=1.0)
        newest = peer.show(picture())
        peer.say(Ask(id="1", text="?"))
        await peer.hears(AnswerDone)
        peer.clock.advance(2.0)
        peer.say(Ask(id="2", text="?"))
        done = await peer.hears(AnswerDone)
    assert backend.prompts[0].frame is newest
    assert done.frame_age_ms == pytest.approx(2000)


async def test_only_the_first_question_is_the_first_turn() -> None:
    backend = ScriptedBackend([Turn("a"), Turn("b")])
    async with loopback_call(backend) as peer:
        peer.show(picture())
        for id_ in "12":
            peer.say(Ask(id=id_, text="?"))
            await peer.hears(AnswerDone)
    assert [prompt.first_turn for prompt in backend.prompts] == [True, False]


async def test_a_new_question_supersedes_the_running_one() -> None:
    backend = ScriptedBackend([Turn("never", gate=asyncio.Event()), Turn("second")])
    async with loopback_call(backend) as peer:
        peer.show(picture())
        peer.say(Ask(id="1", text="first"))
        await backend.asked(1)
        peer.say(Ask(id="2", text="second"))
        done = await peer.hears(AnswerDone)
    ends = {m.id: m for m in peer.heard if isinstance(m, AnswerDone | Error)}
    assert done.id == "2" and done.text == "second"
    assert isinstance(ends["1"], Error) and ends["1"].code == "superseded"
    assert not any(isinstance(m, AnswerDelta) and m.id == "1" for m in peer.heard)


async def test_a_cancelled_question_ends_and_the_next_one_is_answered() -> None:
    backend = ScriptedBackend([Turn("never", gate=asyncio.Event()), Turn("next")])
    async with loopback_call(backend) as peer:
        peer.show(picture())
        peer.say(Ask(id="1", text="?"))
        await backend.asked(1)
        peer.say(Cancel(id="other"))
        peer.say(Cancel(id="1"))
        error = await peer.hears(Error)
        peer.say(Ask(id="2", text="?"))
        done = await peer.hears(AnswerDone)
    assert (error.code, error.id) == ("cancelled", "1")
    assert done.text == "next"


async def test_a_slow_model_ends_at_the_deadline() -> None:
    backend = ScriptedBackend([Turn("never", gate=asyncio.Event())])
    async with loopback_call(backend, config=Config(answer_deadline_s=0.01)) as peer:
        peer.show(picture())
        peer.say(Ask(id="1", text="?"))
        error = await peer.hears(Error)
    assert (error.code, error.id) == ("backend_unavailable", "1")


@pytest.mark.parametrize(
    ("error", "code", "retry_after_s"),
    [
        (BackendUnavailable("busy", 3.0), "backend_unavailable", 3.0),
        (BackendGarbled("what?", raw="{"), "backend_garbled", None),
    ],
)
async def test_a_failing_model_is_a_typed_error_and_the_call_goes_on(
    error: BackendUnavailable, code: str, retry_after_s: float | None
) -> None:
    async with loopback_call(ScriptedBackend([Turn("half", error=error), Turn("well")])) as peer:
        peer.show(picture())
        peer.say(Ask(id="1", text="?"))
        told = await peer.hears(Error)
        peer.say(Ask(id="2", text="?"))
        done = await peer.hears(AnswerDone)
    assert (told.code, told.id, told.retry_after_s) == (code, "1", retry_after_s)
    assert done.text == "well"


async def test_a_bug_in_a_back_end_ends_one_question_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def script(prompt: Prompt) -> Turn:
        if prompt.question == "bug":
            raise ZeroDivisionError("a bug")
        return Turn("fine")

    async with loopback_call(ScriptedBackend(script)) as peer:
        peer.show(picture())
        peer.say(Ask(id="1", text="bug"))
        error = await peer.hears(Error)
        peer.say(Ask(id="2", text="no bug"))
        done = await peer.hears(AnswerDone)
    assert error.code == "internal" and "a bug" not in error.message
    incident = error.message.split("incident ")[1].rstrip(".")
    assert incident in caplog.text and "ZeroDivisionError" in caplog.text
    assert done.text == "fine"


BAD = [
    ("a question before any frame", '{"type":"ask","id":"1","text":"?"}', "no_frame", "1"),
    ("not JSON", "hello?", "bad_message", None),
    ("not an object", "[1]", "bad_message", None),
    ("not UTF-8", b"\xff\xfe", "bad_message", None),
    ("an unknown type", '{"type":"steer","id":"7"}', "unknown_type", "7"),
    ("no type", "{}", "bad_message", None),
    ("a missing field", '{"type":"ask","id":"1"}', "bad_message", "1"),
    ("a field of the wrong type", '{"type":"ask","id":"1","text":5}', "bad_message", "1"),
    ("an id that is a path", '{"type":"ask","id":"../x","text":"?"}', "bad_message", "../x"),
    ("an empty question", '{"type":"ask","id":"1","text":"  "}', "empty_question", "1"),
    ("2001 characters", f'{{"type":"ask","id":"1","text":"{"x" * 2001}"}}',
     "question_too_long", "1"),
    ("100 KB", f'{{"type":"ask","id":"1","text":"{"x" * 100_000}"}}', "too_large", "1"),
    ("1 MiB", "x" * 2**20, "too_large", None),
    ("another version", '{"type":"hello","version":99}', "unsupported_version", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "code", "id_"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
async def test_bad_input_is_a_typed_error_and_the_call_goes_on(
    raw: str | bytes, code: str, id_: str | None
) -> None:
    async with loopback_call(ScriptedBackend([Turn("fine")])) as peer:
        peer.say(raw)
        error = await peer.hears(Error)
        peer.show(picture())
        peer.say(Ask(id="good", text="?"))
        done = await peer.hears(AnswerDone)
    assert (error.code, error.id) == (code, id_)
    assert error.message
    assert done.text == "fine"


async def test_a_question_before_hello_is_refused() -> None:
    peer = LoopbackPeer()
    session = Session(peer, ScriptedBackend([]), Config(), peer.clock)
    running = asyncio.create_task(session.run())
    peer.show(picture())
    peer.say(Ask(id="1", text="?"))
    error = await peer.hears(Error)
    peer.say(Hello())
    ready = await peer.hears(Ready)
    peer.hang_up()
    await running
    assert (error.code, error.id) == ("bad_message", "1")
    assert ready.session == session.id and len(session.id) >= 22


async def test_unknown_fields_are_ignored() -> None:
    async with loopback_call(ScriptedBackend([Turn("fine")])) as peer:
        peer.show(picture())
        peer.say('{"type":"ask","id":"1","text":"?","mood":"curious"}')
        assert (await peer.hears(AnswerDone)).text == "fine"


async def test_a_camera_that_has_stopped_is_said_to_have_stopped() -> None:
    async with loopback_call(ScriptedBackend([]), clock=FakeClock()) as peer:
        peer.show(picture())
        peer.clock.advance(60.0)
        peer.say(Ask(id="1", text="?"))
        stale = await peer.hears(Error)
        peer.show(picture())
        peer.slot.end()
        at_once = await peer.hears(Error)
        peer.say(Ask(id="2", text="?"))
        ended = await peer.hears(Error)
    assert (stale.code, stale.id) == ("camera_stopped", "1") and "60 s" in stale.message
    assert (at_once.code, at_once.id) == ("camera_stopped", None)
    assert (ended.code, ended.id) == ("camera_stopped", "2")


async def test_hanging_up_ends_the_open_question_and_the_session() -> None:
    backend = ScriptedBackend([Turn("never", gate=asyncio.Event())])
    async with loopback_call(backend) as peer:
        peer.show(picture())
        peer.say(Ask(id="1", text="?"))
        await backend.asked(1)
    assert ("cancelled", "1") in [(m.code, m.id) for m in peer.heard if isinstance(m, Error)]


async def test_what_was_read_ahead_comes_with_the_question() -> None:
    backend = ScriptedBackend([Turn("fine")])
    async with loopback_call(backend) as peer:
        shown = peer.show(picture())
        while not backend.glimpsed:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        peer.say(Ask(id="1", text="?"))
        await peer.hears(AnswerDone)
    assert backend.glimpsed == [shown]
    assert backend.prompts[0].glimpse == 1


async def test_the_newest_frame_is_announced_once_a_question_is_likely() -> None:
    backend = ScriptedBackend([Turn("fine")])
    async with loopback_call(backend) as peer:
        peer.show(picture())
        while not backend.glimpsed:
            await asyncio.sleep(0)
        assert backend.expected == []
        peer.say(Typing())
        await asyncio.sleep(0)
        shown = peer.show(picture())
        while not backend.expected:
            await asyncio.sleep(0)
    assert backend.expected == [shown]


async def test_what_was_read_while_the_question_was_typed_is_the_look() -> None:
    backend, trace = ScriptedBackend([Turn("fine")]), MemoryTrace()
    backend.warms = True
    async with loopback_call(backend, trace=trace, can=("fps",)) as peer:
        peer.say(Typing())
        await asyncio.sleep(0)
        shown = peer.show(picture())
        while not backend.warmed:
            await asyncio.sleep(0)
        peer.clock.advance(0.2)
        peer.show(picture())
        peer.say(Ask(id="1", text="?"))
        done = await peer.hears(AnswerDone)
    (ahead,), (asked,) = backend.warmed, backend.prompts
    assert ahead.frame is asked.frame is shown and ahead.question == ""
    assert ahead.session == asked.session
    assert done.frame_age_ms == 200.0, "as old as it is"
    assert done.tokens.input == 10, "and paid for"
    look = next(line for line in trace.lines if line["what"] == "look")
    assert look["why"] == "read ahead"


async def test_what_moved_on_since_is_looked_at_anew() -> None:
    backend = ScriptedBackend([Turn("fine")])
    backend.warms = True
    async with loopback_call(backend) as peer:
        peer.say(Typing())
        await asyncio.sleep(0)
        peer.show(picture())
        while not backend.warmed:
            await asyncio.sleep(0)
        newest = peer.show(picture(rgb=np.zeros((360, 640, 3), np.uint8)))
        peer.say(Ask(id="1", text="?"))
        await peer.hears(AnswerDone)
    assert backend.prompts[0].frame is newest


async def test_prompts_tell_what_was_said_before_where_that_is_wanted() -> None:
    backend = ScriptedBackend([Turn("a sign"), Turn("a door"), Turn("a lamp")])
    async with loopback_call(backend, config=Config(frames=2)) as peer:
        for name in ("1", "2", "3"):
            peer.show(picture())
            peer.say(Ask(id=name, text=f"what {name}?"))
            await peer.hears(AnswerDone)
            peer.clock.advance(2.0)
    first, second, third = backend.prompts
    assert first.earlier == third.earlier == ()
    (before,) = second.earlier
    assert before.frame is first.frame
    assert (before.words, before.answer) == ("what 1?", "a sign")


async def test_the_last_looks_are_kept_and_no_more() -> None:
    peer = LoopbackPeer()
    session = Session(peer, ScriptedBackend(lambda _: Turn("a")), Config(), peer.clock)
    running = asyncio.create_task(session.run())
    peer.say(Hello())
    shown = []
    for number in range(KEPT_LOOKS + 2):
        shown.append(peer.show(picture()))
        peer.say(Ask(id=str(number), text="?"))
        await peer.hears(AnswerDone)
    peer.hang_up()
    await running
    assert list(session.looks.values()) == shown[-KEPT_LOOKS:]
    assert session.vitals(now=peer.clock()).readability is None


async def test_who_asks_from_outside_is_told_instead_of_the_peer() -> None:
    told: list[GatewayMessage] = []
    async with loopback_call(ScriptedBackend([Turn("a sign")])) as peer:
        assert peer.session is not None
        peer.session.ask(Ask(id="early", text="what?"), told.append)
        peer.show(picture())
        peer.session.ask(Ask(id="1", text="what?"), told.append)
        while not isinstance(told[-1], AnswerDone):
            await asyncio.sleep(0)
    early, *deltas, done = told
    assert isinstance(early, Error) and (early.code, early.id) == ("no_frame", "early")
    assert len(deltas) == 2 and isinstance(done, AnswerDone) and done.text == "a sign"
    assert not any(isinstance(message, AnswerDelta | AnswerDone) for message in peer.heard)


async def test_an_outsiders_question_ends_with_the_call_and_none_is_taken_after() -> None:
    told: list[GatewayMessage] = []
    backend = ScriptedBackend([Turn(gate=asyncio.Event())])
    async with loopback_call(backend) as peer:
        peer.show(picture())
        assert peer.session is not None
        peer.session.ask(Ask(id="1", text="what?"), told.append)
        await backend.asked(1)
    peer.session.ask(Ask(id="2", text="what?"), told.append)
    assert [(m.code, m.id) for m in told if isinstance(m, Error)] == [
        ("cancelled", "1"),
        ("cancelled", "2"),
    ]


async def test_an_outsider_can_take_its_question_back() -> None:
    told: list[GatewayMessage] = []
    backend = ScriptedBackend([Turn(gate=asyncio.Event())])
    async with loopback_call(backend) as peer:
        peer.show(picture())
        assert peer.session is not None
        peer.session.ask(Ask(id="1", text="what?"), told.append)
        await backend.asked(1)
        peer.session.cancel("another")
        assert told == []
        peer.session.cancel("1")
        assert isinstance(told[-1], Error) and told[-1].code == "cancelled"
