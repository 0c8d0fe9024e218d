"""What a worker does; a whole cluster: integration/test_evaluate_ray.py."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from articgw.errors import ConfigError
from devibench.datasets.opening import open_dataset
from devibench.evaluate.cluster import About, Worker, cluster
from devibench.evaluate.order import Order
from devibench.samples import Line


def order(made_set: Path) -> Order:
    return Order(str(made_set), Path("run"), backend="scripted", cached=False, ray="local")


async def test_a_worker_opens_what_it_needs_and_answers_by_key_and_arm(made_set: Path) -> None:
    worker = Worker(order(made_set))
    about = msgspec.json.decode(await worker.about(), type=About)
    assert about.model == "scripted"
    assert about.dataset_sha256 == open_dataset(str(made_set)).sha256
    line = msgspec.json.decode(await worker.answer("small/2", "original", None), type=Line)
    assert (line.key, line.arm, line.attempt) == ("small/2", "original", 1)
    assert (line.answer or "").startswith("You asked: ")
    known = msgspec.json.encode(msgspec.structs.replace(line, answer="x", correct=None))
    again = msgspec.json.decode(await worker.answer("small/2", "original", known), type=Line)
    assert (again.answer, again.correct) == ("x", False)
    await worker.close()


async def test_without_ray_the_command_that_installs_it_is_told(
    made_set: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match=r"ray is not installed.*articgw\[ray\]"):
        async with cluster(order(made_set), ""):
            pass
