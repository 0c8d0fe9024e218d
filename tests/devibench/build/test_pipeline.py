"""The stages in order: counted, resumed, and never asked twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from articgw.backends import Prompt
from articgw.errors import BackendRefused, BackendUnavailable, ConfigError
from articgw.testing import ScriptedBackend, Turn
from devibench.build.pipeline import BuildOrder, Models, Pipeline
from devibench.build.wording import same_words

ASKED = [
    {"question": "Which gate?", "answer": "seven", "task_type": "Counting", "frames": "Single"},
    {"question": "Which exit?", "answer": "twelve", "task_type": "Counting", "frames": "Single"},
    {"question": "Which door?", "answer": "nine", "task_type": "Cooking", "frames": "Single"},
]


def _generator(prompt: Prompt) -> Turn:
    assert prompt.frame.size_px[0] > 1280
    return Turn(json.dumps(ASKED))


class _Eyes:
    """Knows the gate on sharp pictures only, and the exit on all."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        """Sharp pictures come first: of each question about the gate, the first is."""

    def __call__(self, prompt: Prompt) -> Turn:
        if "exit" in prompt.question:
            return Turn("twelve")
        known = prompt.frame.yuv().tobytes()
        sharp = known in self.seen or len(self.seen) % 2 == 0
        self.seen.add(known)
        return Turn("seven" if sharp else "one")


def _models(generator: ScriptedBackend, sieve: ScriptedBackend) -> Models:
    agrees = ScriptedBackend(lambda prompt: Turn("It is seven"))
    return Models(generator, sieve, agrees, same_words, concurrency=1, deadline_s=5.0)


@pytest.fixture
def order(videos: Path, tmp_path: Path) -> BuildOrder:
    return BuildOrder(videos, tmp_path / "set", bps=100_000, segment_s=1.0, per_video=1)


async def test_what_survives_was_right_then_wrong_then_agreed_on(order: BuildOrder) -> None:
    pipeline = Pipeline(order, _models(ScriptedBackend(_generator), ScriptedBackend(_Eyes())))
    built = await pipeline.run()
    assert [(one.video, one.answer) for one in built] == [
        ("gate.mp4", "seven"),
        ("more/exit.mkv", "seven"),
    ]
    assert (built[0].on_original, built[0].on_degraded) == ("seven", "one")
    told = {one.stage: (one.given, one.accepted, one.undecided) for one in pipeline.counts}
    assert told == {
        "collect": (4, 2, 0), "transcode": (2, 2, 0), "generate": (2, 4, 0), "filter": (4, 2, 0),
        "verify": (2, 2, 0),
    }  # fmt: skip
    reasons = {one.stage: one.reasons for one in pipeline.counts}
    assert reasons["collect"] == {"shorter than a segment": 1, "cannot be decoded": 1}
    assert reasons["generate"] == {"unknown task type": 2}
    assert reasons["filter"] == {"the filter is right on the degraded": 2}


async def test_a_second_run_asks_nothing(order: BuildOrder) -> None:
    first = await Pipeline(
        order, _models(ScriptedBackend(_generator), ScriptedBackend(_Eyes()))
    ).run()
    silent = ScriptedBackend([])
    again = Pipeline(order, Models(silent, silent, silent, same_words))
    assert await again.run() == first
    assert silent.prompts == []


async def test_what_could_not_be_answered_is_asked_again(order: BuildOrder) -> None:
    busy = ScriptedBackend(lambda prompt: Turn(error=BackendUnavailable("busy", 1.0)))
    pipeline = Pipeline(order, _models(ScriptedBackend(_generator), busy))
    assert await pipeline.run() == ()
    assert {one.stage: one.undecided for one in pipeline.counts}["filter"] == 4
    silent = ScriptedBackend([])
    built = await Pipeline(order, _models(silent, ScriptedBackend(_Eyes()))).run()
    assert len(built) == 2
    assert silent.prompts == []


async def test_a_kill_between_stages_loses_nothing(order: BuildOrder) -> None:
    first = await Pipeline(
        order, _models(ScriptedBackend(_generator), ScriptedBackend(_Eyes()))
    ).run()
    ledger = order.out / "stages" / "5-verify.jsonl"
    ledger.write_bytes(ledger.read_bytes()[:-9])
    silent = ScriptedBackend([])
    models = _models(silent, silent)
    assert await Pipeline(order, models).run() == first
    assert isinstance(models.verifier, ScriptedBackend)
    assert len(models.verifier.prompts) == 1


async def test_a_refusal_is_a_reason(order: BuildOrder) -> None:
    refusing = ScriptedBackend(lambda prompt: Turn(error=BackendRefused("policy")))
    pipeline = Pipeline(order, _models(refusing, refusing))
    assert await pipeline.run() == ()
    assert {one.stage: one.reasons for one in pipeline.counts}["generate"] == {
        "the model refuses": 2
    }


def test_a_folder_goes_on_with_one_order(order: BuildOrder) -> None:
    models = _models(ScriptedBackend([]), ScriptedBackend([]))
    Pipeline(order, models)
    Pipeline(order, models)
    with pytest.raises(ConfigError, match="begun with other settings"):
        Pipeline(replace(order, bps=50_000), models)


def test_a_folder_without_videos_is_refused(tmp_path: Path) -> None:
    models = _models(ScriptedBackend([]), ScriptedBackend([]))
    with pytest.raises(ConfigError, match="holds no video"):
        Pipeline(BuildOrder(tmp_path, tmp_path / "set"), models)
