"""The command as its user has it, over a small set and a back end that repeats itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import ConfigError
from devibench.evaluate.command import estimate, perform, rescore
from devibench.evaluate.order import Order
from devibench.evaluate.store import read_lines
from devibench.report.keepsakes import read_questions


def order(own_set: Path, **options: object) -> Order:
    wanted = {"backend": "scripted", "cached": False, "degrade": ("original",)}
    return Order(str(own_set), own_set.parent / "run", **(wanted | options))  # type: ignore[arg-type]


async def test_a_run_is_made_told_of_and_judged_again(
    own_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert estimate(order(own_set)) == 0
    wanted = int(capsys.readouterr().out.split(" known, ")[1].split()[0])
    assert await perform(order(own_set)) == 0
    lines = read_lines(own_set.parent / "run")
    assert len(lines) == wanted > 0
    assert {line.arm for line in lines} == {"original", "text-only"}
    assert read_questions(own_set.parent / "run").keys() == {line.key for line in lines}
    assert await rescore(order(own_set)) == 0
    assert read_lines(own_set.parent / "run") == lines
    assert estimate(order(own_set)) == 0
    assert " 0 to ask" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"backend": "oracle"}, "none of"),
        ({"degrade": ("h264:fast",)}, "cannot be understood"),
        ({"per_minute": -1.0}, "per_minute"),
        ({"prices": Path("absent.json")}, "absent.json"),
    ],
)
async def test_what_cannot_work_is_said_before_anything_is_asked(
    own_set: Path, change: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        await perform(order(own_set, **change))


async def test_nobody_is_asked_without_a_picture_where_that_is_not_wanted(own_set: Path) -> None:
    assert await perform(order(own_set, text_only=False, questions=1)) == 0
    assert {line.arm for line in read_lines(own_set.parent / "run")} == {"original"}


async def test_two_judges_are_heard(own_set: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await perform(order(own_set, second_judge="words", questions=1)) == 0
    lines = read_lines(own_set.parent / "run")
    assert all(line.second == line.correct for line in lines)
    assert "words and words agree on 100.0% of" in " ".join(capsys.readouterr().err.split())


async def test_another_sets_answers_are_not_judged_by_this_one(own_set: Path) -> None:
    assert await perform(order(own_set, questions=1, text_only=False)) == 0
    before = (own_set.parent / "run" / "answers.jsonl").read_bytes()
    (own_set / "set.json").write_text((own_set / "set.json").read_text() + "\n")
    with pytest.raises(ConfigError, match="holds answers about set"):
        await rescore(order(own_set))
    with pytest.raises(ConfigError, match="dataset_sha256"):
        await perform(order(own_set))
    assert (own_set.parent / "run" / "answers.jsonl").read_bytes() == before


async def test_what_cannot_be_read_fails_by_itself(own_set: Path) -> None:
    videos = sorted(own_set.glob("*.mkv"))
    videos[0].write_bytes(b"no film at all")
    videos[1].write_bytes(b"")
    assert await perform(order(own_set, questions=1, text_only=False)) == 1
    lines = {line.group: line for line in read_lines(own_set.parent / "run")}
    for video in videos[:2]:
        assert lines[video.stem].answer is None
        assert (lines[video.stem].why or "").startswith(f"not degraded: {video}:1: cannot be")
    assert lines[videos[2].stem].answer is not None


async def test_a_disk_that_fills_with_pictures_stops_the_run(
    own_set: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("devibench.evaluate.order.keep_picture", full)
    assert await perform(order(own_set, questions=1, pictures=True)) == 1
    assert "No space left on device. The same command goes on" in " ".join(
        capsys.readouterr().err.split()
    )
