"""The shell keeps the contract of a back end, whichever server answers."""

from __future__ import annotations

import asyncio

import pytest

from articgw.backends import Prompt, Reply, registry
from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.config import Config
from articgw.dispatch.backend import DispatchBackend
from articgw.errors import BackendRefused, BackendUnavailable, ConfigError
from articgw.frame import Frame
from articgw.protocol import AnswerDone, Ask, Error
from articgw.testing import loopback_call, picture
from articgw.tools.toolset import Wanted

PROMPT = Prompt("What does it say?", Frame(picture(64, 36), 0.0), session="s")


async def ask(backend: DispatchBackend, deadline_s: float = 5.0) -> tuple[str, Reply]:
    """The pieces of an answer, joined, and its reply."""
    *pieces, reply = [one async for one in backend.ask(PROMPT, deadline_s=deadline_s)]
    assert isinstance(reply, Reply)
    return "".join(str(piece) for piece in pieces), reply


def says(text: str, times: int = 9) -> ScriptedBackend:
    return ScriptedBackend([Turn(text)] * times)


def fails(retry_after_s: float | None = None) -> ScriptedBackend:
    def script(_prompt: Prompt) -> Turn:
        gate = asyncio.Event()
        gate.set()
        raise BackendUnavailable("it is down", retry_after_s)

    return ScriptedBackend(script)


async def test_an_answer_is_one_servers() -> None:
    servers = says("EXIT"), says("EXIT")
    assert (await ask(DispatchBackend(servers)))[0].strip() == "EXIT"
    assert sum(len(one.prompts) for one in servers) == 1


async def test_a_server_that_fails_before_its_first_word_is_not_noticed() -> None:
    for servers in ((fails(), says("EXIT")), (says("EXIT"), fails())):
        backend = DispatchBackend(servers)
        for _ in range(3):
            assert (await ask(backend))[1].text == "EXIT"


async def test_where_all_fail_the_last_failure_is_told() -> None:
    with pytest.raises(BackendUnavailable, match="it is down") as raised:
        await ask(DispatchBackend([fails(3.0), fails(3.0)]))
    assert raised.value.retry_after_s == 3.0


async def test_tools_are_for_those_who_all_take_them() -> None:
    takes, takes_none = says("EXIT"), says("EXIT")
    takes_none.takes_tools = False
    assert DispatchBackend([takes, takes]).takes_tools
    assert not DispatchBackend([takes, takes_none]).takes_tools
    wanted = Wanted("c", "price", "{}")
    reply = (await ask(DispatchBackend([ScriptedBackend([Turn("", calls=(wanted,))])])))[1]
    assert reply.calls == (wanted,), "an answer may begin with its end"


async def test_a_prompt_is_read_ahead_where_its_question_will_be_asked() -> None:
    servers = says("EXIT"), says("EXIT"), says("EXIT")
    for one in servers[1:]:
        one.warms = True
    backend = DispatchBackend(servers)
    await ask(backend)
    assert backend.warms
    assert await backend.warm(PROMPT, deadline_s=1.0) is not None
    (read,) = [one for one in servers if one.warmed]
    await ask(backend)
    assert read.prompts, "it has the beginning of the prompt"


async def test_nobody_reads_ahead_who_has_a_question_to_answer() -> None:
    gate = asyncio.Event()
    server = ScriptedBackend([Turn("EXIT", gate=gate)])
    server.warms = True
    backend = DispatchBackend([server])
    asking = asyncio.create_task(ask(backend))
    await server.asked(1)
    assert await backend.warm(PROMPT, deadline_s=1.0) is None and server.warmed == []
    gate.set()
    await asking


async def test_a_refusal_is_not_tried_elsewhere() -> None:
    def refuses(_prompt: Prompt) -> Turn:
        raise BackendRefused("no")

    servers = ScriptedBackend(refuses), ScriptedBackend(refuses)
    with pytest.raises(BackendRefused):
        await ask(DispatchBackend(servers))
    assert sum(len(one.prompts) for one in servers) == 1


async def test_a_failure_behind_the_first_word_is_told() -> None:
    broken = Turn("It says", error=BackendUnavailable("broke off"))
    servers = ScriptedBackend([broken]), ScriptedBackend([broken])
    with pytest.raises(BackendUnavailable, match="broke off"):
        await ask(DispatchBackend(servers))


async def test_who_waits_in_vain_is_told_that_all_are_busy() -> None:
    gate = asyncio.Event()
    server = ScriptedBackend([Turn("EXIT", gate=gate), Turn("EXIT")])
    backend = DispatchBackend([server], window=1)
    first = asyncio.create_task(ask(backend))
    await server.asked(1)
    with pytest.raises(BackendUnavailable, match="busy") as raised:
        await ask(backend, 0.1)
    assert raised.value.retry_after_s is not None
    gate.set()
    assert (await first)[1].text == "EXIT"


async def test_who_leaves_frees_the_server() -> None:
    server = ScriptedBackend([Turn("EXIT", gate=asyncio.Event()), Turn("NOW")])
    backend = DispatchBackend([server], window=1)
    asking = asyncio.create_task(ask(backend))
    await server.asked(1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await ask(backend))[1].text == "NOW"
    assert server.cancelled == 1
    await backend.close()


async def test_a_new_question_of_a_call_supersedes_the_old_one() -> None:
    gate = asyncio.Event()
    server = ScriptedBackend([Turn("old", gate=gate), Turn("new")])
    backend = DispatchBackend([server], window=1)
    async with loopback_call(backend) as peer:
        peer.show(picture(64, 36))
        peer.say(Ask(id="1", text="?"))
        await server.asked(1)
        peer.say(Ask(id="2", text="?"))
        assert (await peer.hears(Error)).code == "superseded"
        assert (await peer.hears(AnswerDone)).text == "new"


async def test_the_likely_server_makes_ready() -> None:
    servers = says("EXIT"), says("EXIT")
    backend = DispatchBackend(servers)
    backend.expect(PROMPT.frame)
    assert sum(len(one.expected) for one in servers) == 1
    assert await backend.look(PROMPT.frame) is None


class Dead(ScriptedBackend):
    async def start(self) -> None:
        raise BackendUnavailable("no")


async def test_it_starts_if_one_of_them_does() -> None:
    await DispatchBackend([Dead([]), says("EXIT")]).start()
    with pytest.raises(BackendUnavailable):
        await DispatchBackend([Dead([]), Dead([])]).start()


def test_several_names_make_one() -> None:
    backend = registry.load(
        Config(backend="openai:a@http://127.0.0.1:1 anthropic:b@http://127.0.0.1:2", api_key="k"),
        {"anthropic": "other"},
    )
    assert isinstance(backend, DispatchBackend) and backend.model == "a, b"
    assert "2 servers" in backend.about
    assert [getattr(one, "_api_key") for one in backend.replicas] == ["k", "other"]  # noqa: B009


def test_no_error_of_several_repeats_what_may_be_a_password() -> None:
    with pytest.raises(ConfigError) as raised:
        registry.load(Config(backend="openai:m@http://me:SECRET WORD9@h"))
    assert "SECRET" not in str(raised.value) and "WORD9" not in str(raised.value)
