"""What is asked of the past cannot be seen at the look, and could be before."""

from __future__ import annotations

import numpy as np
import pytest

from devibench.clipset import ClipMeta
from devibench.sample.earlier import FIRST, LEAST_S, STAYED_S
from devibench.sample.make import Order, plans
from devibench.sample.questions import READ
from devibench.sample.render import _compose
from devibench.sample.sight import Sight

FPS = 10


@pytest.fixture(scope="module")
def pans() -> list[tuple[ClipMeta, dict[str, Sight]]]:
    """Composed, not drawn."""
    order = Order(seed=201, clips=24, size_px=(640, 360), fps=FPS, movements=True)
    found = []
    for plan in plans(order):
        if plan.camera == "pan":
            _, _, stage, meta = _compose(plan, np.random.default_rng(plan.seed))
            found.append((meta, dict(stage.sights)))
    return found


def test_each_pan_has_a_question_that_the_newest_picture_cannot_answer(
    pans: list[tuple[ClipMeta, dict[str, Sight]]],
) -> None:
    types = []
    for meta, sights in pans:
        asked = [one for one in meta.questions if one.frames_needed == "multi"]
        assert asked
        for question in asked:
            types.append(question.task_type)
            first, last = question.from_frame, question.to_frame
            assert last - first >= LEAST_S * FPS
            assert (
                sights[question.objects[0]].visible[first : first + round(STAYED_S * FPS)] == 1
            ).all()
            assert sights[question.objects[0]].visible[last] == 0
            if question.task_type == FIRST:
                assert sights[question.objects[1]].visible[[first, last]].tolist() == [0, 1]
    assert set(types) == {READ, FIRST}


def test_its_answer_is_what_stands_on_the_sign_or_the_sign(
    pans: list[tuple[ClipMeta, dict[str, Sight]]],
) -> None:
    for meta, _ in pans:
        about = {one.id: one for one in meta.objects}
        for question in meta.questions:
            if question.frames_needed == "multi":
                sign = about[question.objects[0]]
                named = f"{sign.colour} {sign.label}"
                assert question.answers[0] == (sign.text if question.task_type == READ else named)
                assert sum(one.colour == sign.colour for one in meta.objects if one.text) == 1
