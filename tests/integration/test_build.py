"""A benchmark built offline from end to end: a server makes questions up, the embedded model sifts.

The film is drawn, so that it is known what stands in it: the generator asks that, and nonsense
besides; the verifier knows all but one answer.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import Behaviour, Talk, says
from articgw.testing.servers.chat import CHAT
from devibench.build.ledger import Ledger
from devibench.build.sift import DISAGREES, RIGHT_ON_DEGRADED, WRONG_ON_ORIGINAL
from devibench.cli import main
from devibench.clipset import Clip, ClipSet
from devibench.datasets.opening import open_dataset
from devibench.sample import make

pytestmark = pytest.mark.integration

FILM = make.Order(seed=201, clips=2, seconds=2.0, size_px=(640, 360), fps=10)
BITS, QUESTIONS = "20000", 5
NONSENSE: tuple[tuple[Mapping[str, str], str], ...] = (
    ({"question": "Is the left half sharp?", "answer": "yes"}, "speaks of the degradation"),
    ({"question": "What do you smell?", "answer": "tea", "task_type": "Smelling"},
     "unknown task type"),
    ({"question": "What is written there?", "answer": ""}, "no question or no answer"),
)  # fmt: skip


def known(clip: Clip) -> dict[str, str]:
    """What may be asked at the film's middle, and the answer."""
    middle = clip.meta.frames // 2
    asked = [q for q in clip.meta.questions if q.from_frame <= middle <= q.to_frame]
    return {q.text: q.answers[0] for q in asked[:QUESTIONS]}


def answers(truth: Mapping[str, str]) -> Behaviour:
    """Knows it all, but for what it is asked first."""
    first: list[str] = []

    async def speak(talk: Talk) -> None:
        asked = talk.wire.read(talk.body, "").question
        (question,) = [one for one in truth if one in asked]
        first.append(question)
        await says("I cannot tell." if question == first[0] else truth[question]).speak(talk)

    return Behaviour(speak)


async def test_what_survives_was_read_on_the_original_only_and_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make.make_set(FILM, tmp_path / "drawn")
    clip = ClipSet.load(tmp_path / "drawn").clips[1]
    truth = known(clip)
    (tmp_path / "videos").mkdir()
    shutil.copy(clip.video, tmp_path / "videos")
    (tmp_path / "videos" / "torn.mp4").write_bytes(b"\0" * 999)
    asked = [{"question": q, "answer": a} for q, a in truth.items()] + [q for q, _ in NONSENSE]
    common = {"task_type": "Text-Rich Understanding", "frames": "Single"}
    reply = json.dumps([common | dict(one) for one in asked])

    out = tmp_path / "built"
    async with (
        ModelServer(CHAT, says(reply)) as generator,
        ModelServer(CHAT, answers(truth)) as verifier,
    ):
        words = [
            "build", str(tmp_path / "videos"), str(out), "--seconds", "2", "--bitrate", BITS,
            "--generator", f"openai:gen@{generator.url}", "--filter", "embedded",
            "--verifier", f"openai:see@{verifier.url}", "--questions", "40",
        ]  # fmt: skip
        assert await asyncio.to_thread(main, words) == 0
    said = capsys.readouterr().out
    sifted = Ledger(out / "stages" / "4-filter.jsonl")
    survived = [one.data for one in sifted.accepted()]
    assert len(survived) > 1
    assert sum(sifted.reasons().values()) + len(survived) == len(truth)
    assert sifted.reasons().keys() <= {RIGHT_ON_DEGRADED, WRONG_ON_ORIGINAL}
    assert all(one["on_original"] != one["on_degraded"] for one in survived)
    for reason in ("cannot be decoded", DISAGREES, *(reason for _, reason in NONSENSE)):
        assert f"1 x {reason}" in said
    samples = open_dataset(str(out / "dataset" / "devibench_v2_open.csv")).samples()
    assert len(samples) == len(survived) - 1
    assert all(truth[one.question] == one.answers[0] for one in samples)
    assert all(one.video is not None for one in samples)
    assert (out / "review.html").stat().st_size > 1000
