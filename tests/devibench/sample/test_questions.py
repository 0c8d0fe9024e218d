"""Questions are checked against the scene by other means than those that made them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from devibench.clipset import ClipObject, Question
from devibench.sample.camera import CameraKind, draw_camera
from devibench.sample.questions import COUNT, READ, THING, Stage, ask
from devibench.sample.scene import draw_scene
from devibench.sample.sight import see

SIZE = (1280, 720)
DEVIBENCH_TYPES = {
    "Text-Rich Understanding",
    "Attribute Perception",
    "Counting",
    "Object Perception",
    "Spatial Understanding",
    "Action Perception",
}


def staged(kind: CameraKind, seed: int) -> tuple[Stage, tuple[Question, ...]]:
    """A scene, seen ten times a second for two seconds, and what is asked about it."""
    rng = np.random.default_rng(seed)
    while True:
        camera = draw_camera(kind, SIZE, 2.0, rng)
        scene = draw_scene(camera, rng)
        if scene is not None:
            views = np.array([camera.at(n / 10) for n in range(20)])
            sights = {item.object.id: see(item.quad, views, SIZE) for item in scene.items}
            stage = Stage(scene, sights, SIZE, min_frames=8)
            return stage, ask(stage, rng)


STAGES = [staged(kind, seed) for kind in ("still", "pan", "walking") for seed in range(3)]


@pytest.mark.parametrize(("stage", "questions"), STAGES)
def test_evidence_is_wholly_in_view_while_it_may_be_asked(
    stage: Stage, questions: tuple[Question, ...]
) -> None:
    assert questions
    for question in questions:
        assert question.task_type in DEVIBENCH_TYPES and question.answers and question.objects
        seen = slice(question.from_frame, question.to_frame + 1)
        assert question.to_frame - question.from_frame >= 7
        for object_id in question.objects:
            assert (stage.sights[object_id].visible[seen] == 1).all()


@pytest.mark.parametrize(("stage", "questions"), STAGES)
def test_the_answer_is_on_the_sign_and_only_one_sign_fits(
    stage: Stage, questions: tuple[Question, ...]
) -> None:
    signs = [board.item.object for board in stage.scene.boards]
    for question in questions:
        if question.task_type == READ:
            asked = [sign for sign in signs if sign.id in question.objects]
            assert len(asked) == 1 and question.answers[0] == asked[0].text
            assert question.answers[0] not in question.text
            fits = [sign for sign in signs if fits_words(question.text, sign)]
            assert fits == asked or names_a_place(question.text)


@pytest.mark.parametrize(("stage", "questions"), STAGES)
def test_places_hold_in_every_frame(stage: Stage, questions: tuple[Question, ...]) -> None:
    for question in questions:
        place = re.search(r"the sign (?:on|at) the (left|right|top|bottom)", question.text)
        if place:
            axis, sign = {"left": (0, 1), "right": (0, -1), "top": (1, 1), "bottom": (1, -1)}[
                place[1]
            ]
            for frame in range(question.from_frame, question.to_frame + 1):
                spots = {
                    board.item.object.id: sign
                    * stage.sights[board.item.object.id].centres()[frame][axis]
                    for board in stage.scene.boards
                    if stage.sights[board.item.object.id].visible[frame] > 0
                }
                assert min(spots, key=lambda name: spots[name]) == question.objects[0]


@pytest.mark.parametrize(("stage", "questions"), STAGES)
def test_counts_are_the_numbers_of_things(stage: Stage, questions: tuple[Question, ...]) -> None:
    for question in questions:
        if question.task_type == COUNT:
            assert question.answers[0] == str(len(question.objects))
            colour = question.text.split()[2]
            same = [g for g in stage.scene.groups if g.colour == colour]
            assert len(same) == 1 and len(same[0].items) == len(question.objects)
        if question.task_type == THING:
            assert "next to" in question.text


def fits_words(text: str, sign: ClipObject) -> bool:
    """Whether the colour or the kind in a question could mean this sign."""
    colours = re.search(r"\bthe (\w+) " + re.escape(sign.label) + r"\b", text)
    if colours and colours[1] == sign.colour:
        return True
    if re.search(r"\bthe \w+ (?:\w+ )*?" + re.escape(sign.label), text) and sign.label == "sign":
        return False
    label = "board" if sign.label == "time board" else sign.label
    return sign.label != "sign" and re.search(r"\bthe (?:time )?" + label, text) is not None


def names_a_place(text: str) -> bool:
    """Whether a question goes by place or neighbour."""
    return re.search(r"the sign (on|at|next to) the", text) is not None
