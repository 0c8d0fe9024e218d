"""When a still is worth more than more rate; and a still that does not come as it should."""

from __future__ import annotations

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends import LookedAt, Prompt, Reply
from articgw.config import Config
from articgw.frame import Frame
from articgw.protocol import AnswerDelta, AnswerDone, Ask, Hello, StillRequest
from articgw.still_parts import StillPart, parts_of
from articgw.stills import region_of, weigh
from articgw.testing import LoopbackPeer, ScriptedBackend, Turn, loopback_call, picture

SIGN = LookedAt((0.4, 0.4, 0.5, 0.45), "?", 9.0)
UNREAD = Turn("I can't read it.", (SIGN,), 0.1)
CAN = ("cap", "fps", "size", "still")

CHOICES = [
    ("a small sign on a good link", 20_000, 500_000, 1_500_000, 5_000_000, True, "cheaper"),
    ("nothing more to be had", 20_000, 200_000, 900_000, 200_000, True, "cheaper"),
    ("all of a large picture on a thin link", 900_000, 200_000, 900_000, 200_000, False, "slow"),
    ("all of it, where a little more would do", 900_000, 1e6, 1.1e6, 2e6, False, "dearer"),
]


@pytest.mark.parametrize(
    ("pixels", "cap_bps", "raised_bps", "estimate_bps", "still", "why"),
    [case[1:] for case in CHOICES],
    ids=[case[0] for case in CHOICES],
)
def test_a_still_or_more_rate(
    pixels: int, cap_bps: float, raised_bps: float, estimate_bps: float, still: bool, why: str
) -> None:
    choice = weigh(
        pixels, cap_bps=cap_bps, raised_bps=raised_bps, estimate_bps=estimate_bps, settles_s=0.3
    )
    assert choice.still is still
    assert why in choice.why


@given(
    st.integers(0, 10**7), st.floats(1, 1e8), st.floats(1, 1e8), st.floats(0, 1e8),
    st.floats(0, 2),
)  # fmt: skip
def test_both_costs_are_told_whatever_the_link(
    pixels: int, cap_bps: float, raised_bps: float, estimate_bps: float, settles_s: float
) -> None:
    choice = weigh(
        pixels, cap_bps=cap_bps, raised_bps=raised_bps, estimate_bps=estimate_bps,
        settles_s=settles_s,
    )  # fmt: skip
    assert choice.still_s > 0 and choice.raise_s > 0 and not math.isnan(choice.still_s)
    assert not (choice.still and choice.still_s > choice.raise_s)


def test_a_still_is_wanted_of_the_evidence_and_what_is_around_it() -> None:
    x0, y0, x1, y1 = region_of(Reply("", "m", regions=(SIGN,)), None)
    assert x0 < 0.4 < 0.5 < x1 and y0 < 0.4 < 0.45 < y1
    assert (x1 - x0) * (y1 - y0) < 0.05
    assert region_of(Reply("", "m"), None) == (0, 0, 1, 1)
    corner = region_of(Reply("", "m"), (0.97, 0.0, 1.0, 0.02))
    assert corner[2] == 1.0 and corner[1] == 0.0 and corner[0] < 0.9


async def asked(
    peer: LoopbackPeer, turns_in: list[StillPart] | None, *, can: tuple[str, ...] = CAN
) -> AnswerDone:
    """One question; its still, if it is asked for, is answered so."""
    peer.say(Hello(can=can))
    peer.show(picture(1280, 720))
    peer.say(Ask(id="1", text="What does the sign say?"))
    if turns_in is not None:
        request = await peer.hears(StillRequest)
        for part in turns_in:
            given = StillPart(request.id if part.id == 1 else part.id, part.offset, part.data)
            peer.say(given.pack())
    return await peer.hears(AnswerDone)


def jpeg() -> bytes:
    return Frame(picture(230, 130), 0.0).jpeg()


def script(*turns: Turn) -> ScriptedBackend:
    return ScriptedBackend(list(turns))


async def test_what_cannot_be_read_is_asked_again_about_one_still() -> None:
    backend = script(UNREAD, Turn("EXIT 9", (SIGN,), 0.9))
    async with loopback_call(backend, config=Config(idle=False)) as peer:
        done = await asked(peer, list(parts_of(1, jpeg())))
        asked_for = [m for m in peer.heard if isinstance(m, StillRequest)]
        said = [m.text for m in peer.heard if isinstance(m, AnswerDelta)]
    assert (done.text, done.readability.value) == ("EXIT 9", 0.9)
    assert len(asked_for) == 1 and len(backend.prompts) == 2
    again: Prompt = backend.prompts[1]
    assert again.frame.window == asked_for[0].region and again.question.startswith("What")
    assert "".join(said).split("\n")[-1].strip() == "EXIT 9"


FAILING = [
    ("declined", [StillPart(1, 0, b"")]),
    ("torn", [StillPart(1, 0, b"abc"), StillPart(1, 7, b"d")]),
    ("no picture", list(parts_of(1, b"nonsense"))),
    ("half a picture", list(parts_of(1, jpeg()[:300]))),
    ("another shape", list(parts_of(1, Frame(picture(64, 640), 0.0).jpeg()))),
    ("another's, then none", [StillPart(99, 0, b"abc"), StillPart(1, 0, b"")]),
    ("too large", [StillPart(1, n * 16_000, bytes(16_000)) for n in range(20)]),
]


@pytest.mark.parametrize("parts", [case[1] for case in FAILING], ids=[c[0] for c in FAILING])
async def test_a_still_that_is_none_ends_and_the_first_answer_holds(parts: list[StillPart]) -> None:
    backend = script(UNREAD, Turn("next", (), 0.9))
    async with loopback_call(backend, config=Config(idle=False)) as peer:
        done = await asked(peer, parts)
        assert (done.text, len(backend.prompts)) == ("I can't read it.", 1)
        peer.say(Ask(id="2", text="Go on?"))
        assert (await peer.hears(AnswerDone)).text == "next"


async def test_who_gives_no_stills_is_not_asked_for_one() -> None:
    backend = script(UNREAD)
    async with loopback_call(backend, config=Config(idle=False)) as peer:
        done = await asked(peer, None, can=("cap", "fps"))
        assert done.text == "I can't read it."
        assert not [m for m in peer.heard if isinstance(m, StillRequest)]


async def test_a_second_look_that_is_worse_is_not_told() -> None:
    backend = script(Turn("Perhaps EXIT", (SIGN,), 0.5), Turn("???", (), 0.2))
    async with loopback_call(backend, config=Config(idle=False)) as peer:
        done = await asked(peer, list(parts_of(1, jpeg())))
    assert (done.text, len(backend.prompts)) == ("Perhaps EXIT", 2)


async def test_parts_that_nobody_asked_for_do_no_harm() -> None:
    async with loopback_call(script(Turn("fine"))) as peer:
        for n in range(5):
            peer.say(StillPart(n, 0, b"x" * 100).pack())
            await asyncio.sleep(0)
        assert (await asked(peer, None)).text == "fine"
