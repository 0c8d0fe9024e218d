"""An evaluation against servers that fail: nothing is lost, and every request is accounted for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import (
    Behaviour,
    Talk,
    breaks_off,
    complains_in_stream,
    fails,
    garbles,
    hangs_up,
    says,
)
from articgw.testing.servers.chat import CHAT
from devibench.datasets.opening import open_dataset
from devibench.evaluate.command import perform
from devibench.evaluate.order import Order
from devibench.evaluate.store import read_lines
from devibench.sample import make
from devibench.samples import Line

pytestmark = pytest.mark.integration

FAULTS = (
    fails(429, headers={"Retry-After": "1"}), fails(500), fails(503), hangs_up(), breaks_off(),
    garbles(b"data: {torn\n\n"), complains_in_stream("the engine has died"),
)  # fmt: skip
"""A server may yet do better after each of these."""
MENDED = 3
"""The back end itself sends the same again, once: 429 with a time, 503, a closed connection."""


@pytest.fixture(scope="module")
def made_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets") / "small"
    make.make_set(make.Order(seed=201, clips=2, seconds=0.6, size_px=(640, 360), fps=10), folder)
    return folder


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the server names no time, it is asked again at once."""
    monkeypatch.setattr("devibench.retrying.FIRST_WAIT_S", 0.0)


def judges() -> Behaviour:
    """Strictly, by what stands in the request."""

    async def speak(talk: Talk) -> None:
        asked = talk.wire.read(talk.body, "").question
        lines = dict(line.split(": ", 1) for line in asked.splitlines() if ": " in line)
        agrees = lines["Reference"].casefold() in lines["Answer"].casefold()
        await says("Correct" if agrees else "Incorrect").speak(talk)

    return Behaviour(speak)


def order(made_set: Path, run: Path, model: ModelServer, judge: ModelServer) -> Order:
    return Order(
        str(made_set), run, backend=f"openai:tiny@{model.url}", judge=f"openai:judge@{judge.url}",
        cached=False, workers=1, attempts=3, questions=3, degrade=("original", "h264:100k"),
        api_key="none",
    )  # fmt: skip


def told(lines: list[Line]) -> dict[tuple[str, str], tuple[str | None, bool | None]]:
    return {(one.key, one.arm): (one.answer, one.correct) for one in lines}


def answer(made_set: Path) -> str:
    return open_dataset(str(made_set)).samples()[0].answers[0]


async def test_nothing_is_lost_and_every_request_is_accounted_for(
    made_set: Path, tmp_path: Path
) -> None:
    good = says(f"It says {answer(made_set)}.")
    async with ModelServer(CHAT, good) as model, ModelServer(CHAT, judges()) as judge:
        assert await perform(order(made_set, tmp_path / "well", model, judge)) == 0
    faults = [one for fault in FAULTS for one in (fault, good)]
    doubts = [one for fault in (*FAULTS, says("Perhaps.")) for one in (fault, judges())]
    async with ModelServer(CHAT, *faults) as model, ModelServer(CHAT, *doubts) as judge:
        assert await perform(order(made_set, tmp_path / "ill", model, judge)) == 0
        waited_s = model.asked[1].t - model.asked[0].t
        requests = len(model.asked), len(judge.asked)
    well, ill = (read_lines(tmp_path / name) for name in ("well", "ill"))
    assert told(ill) == told(well)
    assert {one.correct for one in well} == {True, False}
    told_of = sum(x.attempt for x in ill), sum(x.judge_attempt for x in ill)
    assert (told_of[0] + MENDED, told_of[1] + MENDED) == requests
    assert requests[0] == sum(x.attempt for x in well) + len(FAULTS)
    assert requests[1] == sum(x.judge_attempt for x in well) + len(FAULTS) + 1
    assert waited_s >= 1.0  # as the server asked


async def test_a_judge_that_is_down_costs_no_answer(made_set: Path, tmp_path: Path) -> None:
    async with (
        ModelServer(CHAT, says("It says EXIT.")) as model,
        ModelServer(CHAT, judges()) as judge,
        ModelServer(CHAT, fails(500)) as down,
    ):
        wanted = order(made_set, tmp_path / "run", model, judge)
        assert await perform(wanted) == 0
        whole, asked = read_lines(tmp_path / "run"), len(model.asked)
        shutil.rmtree(tmp_path / "run")
        judge_url, judge.url = judge.url, down.url
        broken = order(made_set, tmp_path / "run", model, judge)
        assert await perform(broken) == 1
        lines = read_lines(tmp_path / "run")
        assert {one.answer for one in lines} == {"It says EXIT."}
        assert {one.correct for one in lines} == {None}
        assert all((one.why or "").startswith("not judged: backend_unavailable") for one in lines)
        run_json = tmp_path / "run" / "run.json"
        run_json.write_text(run_json.read_text().replace(down.url, judge_url))
        assert await perform(wanted) == 0
        assert len(model.asked) == 2 * asked  # the model is not asked again
    assert told(read_lines(tmp_path / "run")[len(lines) :]) == told(whole)
