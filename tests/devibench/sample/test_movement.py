from __future__ import annotations

import numpy as np
import pytest

from devibench.clipset import Question
from devibench.sample.camera import CameraKind, draw_camera
from devibench.sample.movement import ACTION, ANSWERS, CLOSER, LEFT, RIGHT, SPAN_S, STILL, Moving
from devibench.sample.scene import draw_scene
from devibench.sample.sight import see

SIZE = (1280, 720)
FPS, SECONDS = 10, 4.0


def filmed(kind: CameraKind, seed: int) -> tuple[Moving, list[Question]]:
    """A scene of four seconds and what is asked of its movement."""
    rng = np.random.default_rng(seed)
    while True:
        camera = draw_camera(kind, SIZE, SECONDS, rng)
        scene = draw_scene(camera, rng)
        if scene is not None:
            views = np.array([camera.at(n / FPS) for n in range(round(SECONDS * FPS))])
            sights = {item.object.id: see(item.quad, views, SIZE) for item in scene.items}
            moving = Moving(scene.boards, sights, SIZE[0], FPS)
            return moving, list(moving.questions(7))


FILMED = [(kind, *filmed(kind, seed)) for kind in ("still", "pan", "walking") for seed in range(2)]


@pytest.mark.parametrize(("kind", "moving", "asked"), FILMED)
def test_what_is_asked_is_what_the_sign_does(
    kind: CameraKind, moving: Moving, asked: list[Question]
) -> None:
    assert len(asked) <= 1
    for question in asked:
        assert (question.id, question.task_type) == ("q7", ACTION)
        sight = moving.sights[question.objects[0]]
        seen = slice(question.from_frame, question.to_frame + 1)
        assert question.to_frame - question.from_frame == round(SPAN_S * FPS)
        assert (sight.visible[seen] == 1).all()
        moved = np.ptp(sight.centres()[seen, 0])
        gone = sight.centres()[question.to_frame, 0] - sight.centres()[question.from_frame, 0]
        if question.answers == ANSWERS[STILL]:
            assert moved <= 6
        elif question.answers == ANSWERS[CLOSER]:
            heights = (sight.boxes[:, 3] - sight.boxes[:, 1])[seen]
            assert heights[-1] > 1.05 * heights[0]
        else:
            assert question.answers == ANSWERS[RIGHT if gone > 0 else LEFT]
            assert abs(gone) >= 64


def test_every_camera_gives_its_own_answers() -> None:
    found = {kind: {q.answers for k, _, asked in FILMED if k == kind for q in asked}
             for kind in ("still", "pan", "walking")}  # fmt: skip
    assert found["still"] == {ANSWERS[STILL]}
    assert found["pan"] <= {ANSWERS[LEFT], ANSWERS[RIGHT]} and found["pan"]
    assert found["walking"]


def test_a_short_film_is_not_asked_about() -> None:
    moving, _ = filmed("pan", 1)
    short = {name: type(one)(one.boxes[:5], one.visible[:5]) for name, one in moving.sights.items()}
    assert not list(Moving(moving.boards, short, SIZE[0], FPS).questions(0))
