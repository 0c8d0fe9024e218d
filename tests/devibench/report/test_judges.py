"""Two judges of one run."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from devibench.report.judges import judged_twice
from devibench.report.runs import read_run
from devibench.samples import ANSWERS_FILE, Line
from tests.devibench.report.made import make_run


def test_their_agreement_is_over_what_both_have_judged(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", videos=3, policies=("ours",))
    file = run / ANSWERS_FILE
    lines = [msgspec.json.decode(x, type=Line) for x in file.read_bytes().splitlines()]
    lines = [
        msgspec.structs.replace(one, second=bool(one.correct) ^ (k == 0)) if k < 50 else one
        for k, one in enumerate(lines)
    ]
    file.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in lines))
    (told,) = judged_twice([read_run(run)])
    assert told.found.count == 50
    assert told.found.share == pytest.approx(0.98)
    assert told.found.kappa is not None and 0.8 < told.found.kappa < 1


def test_a_run_with_one_judge_has_none(run: Path) -> None:
    assert judged_twice([read_run(run)]) == ()
