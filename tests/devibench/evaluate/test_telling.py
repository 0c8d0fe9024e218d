"""What is told at the end."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
from rich.console import Console

from devibench.evaluate.runner import Outcome
from devibench.evaluate.store import open_run
from devibench.evaluate.telling import tell
from tests.devibench.evaluate.test_asking import SAMPLE
from tests.devibench.evaluate.test_store import META, line


def test_arms_are_told_beside_the_commonest_answer_and_judges_beside_each_other(
    tmp_path: Path,
) -> None:
    meta = msgspec.structs.replace(META, second_judge="openai:x")
    store = open_run(tmp_path / "run", meta)
    for key, second in (("s/1", True), ("s/2", False)):
        store.append(msgspec.structs.replace(line(key), second=second, judge_attempt=2))
    store.append(msgspec.structs.replace(line("s/3"), correct=None, why="not judged: busy"))
    out = io.StringIO()
    tell(store, [SAMPLE], Outcome(failed=1), Console(file=out, width=160))
    said = out.getvalue()
    assert "always “exit”" in said and "100.0%" in said
    assert "words and openai:x agree on 50.0% of 2 answers" in said
    assert "judging took 4 requests" in said
    assert "s/3, original: not judged: busy" in said
    assert "asks again for what failed, and for nothing else" in said
