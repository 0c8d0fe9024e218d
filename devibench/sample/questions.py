"""The wording of questions, in the manner of people and of DeViBench.

1. A question names exactly one sign: by a colour or a kind that no other sign of the clip has, by a
   place that no other sign comes near while it may be asked, or by a neighbour that is nobody
   else's. Where none of these holds, nothing is asked.
2. It may be asked only while all of its evidence is wholly in view.
3. Types are DeViBench's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devibench.clipset import Question
from devibench.sample.scene import Board, Group, Scene
from devibench.sample.sight import Sight, longest_run

Floats = NDArray[np.float64]

READ, COUNT, ATTRIBUTE = "Text-Rich Understanding", "Counting", "Attribute Perception"
THING, PLACE = "Object Perception", "Spatial Understanding"

READINGS = (
    "What does {the} say?",
    "What is written on {the}?",
    "What text is displayed on {the}?",
    "Can you read {the} for me?",
    "What does it say on {the}?",
)
WORD_READINGS = (*READINGS, "What word is displayed on {the}?", "Which word is written on {the}?")
BY_KIND = {
    "price tag": (
        "What is the price on the price tag?",
        "How much does it cost, according to the price tag?",
    ),
    "room plate": (
        "What is the room number on the room plate?",
        "Which room is this, according to the room plate?",
    ),
    "exit sign": (
        "What is the exit number on the exit sign?",
        "What number is displayed on the exit sign?",
    ),
    "bus stop sign": (
        "Which bus stops here, according to the bus stop sign?",
        "What number is on the bus stop sign?",
    ),
    "time board": ("What time is displayed on the time board?", "What time does the board show?"),
    "poster": ("What event is announced on the poster?", "What does the poster say?"),
    "label": ("What brand name is visible on the label?", "What is the name on the label?"),
}
BESIDE_HEIGHTS, CLEAR_OF_OTHERS = 2.5, 1.6


@dataclass(frozen=True, slots=True)
class Draft:
    """A question without its number."""

    text: str
    answers: tuple[str, ...]
    task_type: str
    objects: tuple[str, ...]
    frames: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stage:
    """The scene as the camera saw it."""

    scene: Scene
    sights: Mapping[str, Sight]
    size_px: tuple[int, int]
    min_frames: int

    def window(self, ids: tuple[str, ...]) -> tuple[int, int] | None:
        """When all of these are wholly in view, if that is long enough."""
        together = np.logical_and.reduce([self.sights[i].visible >= 1.0 for i in ids])
        run = longest_run(together)
        return run if run and run[1] - run[0] + 1 >= self.min_frames else None


def ask(stage: Stage, rng: np.random.Generator) -> tuple[Question, ...]:
    """The questions of a clip: two ways to ask for a sign where there are, then the other types."""
    drafts = [draft for board in stage.scene.boards for draft in _readings(stage, board, rng)]
    for maker in (_colours, _counts, _left_or_right, _beside):
        drafts += list(maker(stage, rng))
    return tuple(
        Question(f"q{number}", d.text, d.answers, d.task_type, d.objects, *d.frames)
        for number, d in enumerate(drafts)
    )


def _readings(stage: Stage, board: Board, rng: np.random.Generator) -> list[Draft]:
    frames = stage.window((board.item.object.id,))
    if frames is None:
        return []
    others = [other for other in stage.scene.boards if other is not board]
    ways = [way(stage, board, others, frames, rng) for way in _WAYS]
    texts = [text for text in ways if text]
    chosen = rng.permutation(len(texts))[:2]
    answers = (board.sign.wording.text, *board.sign.wording.also)
    about = (board.item.object.id,)
    return [Draft(texts[int(i)], answers, READ, about, frames) for i in chosen]


def _by_colour(
    stage: Stage,
    board: Board,
    others: list[Board],
    frames: tuple[int, int],
    rng: np.random.Generator,
) -> str | None:
    sign = board.sign
    if any(other.sign.colour == sign.colour for other in others):
        return None
    return _read(board, f"the {sign.colour} {sign.kind.label}", rng)


def _by_kind(
    stage: Stage,
    board: Board,
    others: list[Board],
    frames: tuple[int, int],
    rng: np.random.Generator,
) -> str | None:
    label = board.sign.kind.label
    if label not in BY_KIND or any(other.sign.kind.label == label for other in others):
        return None
    return str(rng.choice(BY_KIND[label]))


def _by_place(
    stage: Stage,
    board: Board,
    others: list[Board],
    frames: tuple[int, int],
    rng: np.random.Generator,
) -> str | None:
    seen = slice(frames[0], frames[1] + 1)
    frame = np.array(stage.size_px, np.float64)
    mine = stage.sights[board.item.object.id].centres()[seen] / frame
    rest = [
        stage.sights[other.item.object.id].centres()[seen] / frame
        for other in others
        if (stage.sights[other.item.object.id].visible[seen] > 0).any()
    ]
    if not rest:
        return None
    places = (
        (0, 1, ("on the left", "on the left side")),
        (0, -1, ("on the right", "on the right side")),
        (1, 1, ("at the top",)),
        (1, -1, ("at the bottom",)),
    )
    found = []
    for axis, sign, names in places:
        edge = mine[:, axis] if sign > 0 else 1 - mine[:, axis]
        gaps = [sign * (other[:, axis] - mine[:, axis]) for other in rest]
        if (edge < 0.42).all() and all((gap > 0.12).all() for gap in gaps):
            found += [f"the sign {name}" for name in names]
    return _read(board, str(rng.choice(found)), rng) if found else None


def _by_neighbour(
    stage: Stage,
    board: Board,
    others: list[Board],
    frames: tuple[int, int],
    rng: np.random.Generator,
) -> str | None:
    found = [
        f"the sign next to the {group.colour} {group.plural}"
        for group in stage.scene.groups
        if _stands_beside(board, group, others)
    ]
    return _read(board, str(rng.choice(found)), rng) if found else None


_Way = Callable[[Stage, Board, list[Board], tuple[int, int], np.random.Generator], str | None]
_WAYS: tuple[_Way, ...] = (_by_colour, _by_kind, _by_place, _by_neighbour)


def _read(board: Board, the: str, rng: np.random.Generator) -> str:
    readings = WORD_READINGS if board.sign.wording.is_word else READINGS
    return str(rng.choice(readings)).format(the=the)


def _colours(stage: Stage, rng: np.random.Generator) -> Iterator[Draft]:
    for board in stage.scene.boards:
        about = (board.item.object.id,)
        frames = stage.window(about)
        if frames and rng.uniform() < 0.5:
            text = f"What color is the {board.sign.kind.label} that says {board.sign.wording.text}?"
            yield Draft(text, (board.sign.colour,), ATTRIBUTE, about, frames)


def _counts(stage: Stage, rng: np.random.Generator) -> Iterator[Draft]:
    for group in stage.scene.groups:
        about = tuple(item.object.id for item in group.items)
        frames = stage.window(about)
        if frames:
            plural = Group(group.label, group.colour, group.items * 2).plural
            ending = str(rng.choice(["are there", "are visible", "can you see"]))
            count = str(len(group.items))
            text = f"How many {group.colour} {plural} {ending}?"
            yield Draft(text, (count, _NUMBERS[len(group.items)]), COUNT, about, frames)


_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight")


def _left_or_right(stage: Stage, rng: np.random.Generator) -> Iterator[Draft]:
    boards = stage.scene.boards
    colours = [board.sign.colour for board in boards]
    pairs = [(a, b) for a in boards for b in boards if a is not b]
    for index in rng.permutation(len(pairs)):
        one, two = pairs[int(index)]
        ids = (one.item.object.id, two.item.object.id)
        frames = stage.window(ids)
        if not frames or any(colours.count(b.sign.colour) > 1 for b in (one, two)):
            continue
        seen = slice(frames[0], frames[1] + 1)
        gap = (stage.sights[ids[1]].centres() - stage.sights[ids[0]].centres())[seen, 0]
        if (np.abs(gap) > 0.12 * stage.size_px[0]).all():
            names = [f"the {b.sign.colour} {b.sign.kind.label}" for b in (one, two)]
            text = f"Is {names[0]} to the left or to the right of {names[1]}?"
            yield Draft(text, ("left" if gap[0] > 0 else "right",), PLACE, ids, frames)
            return


def _beside(stage: Stage, rng: np.random.Generator) -> Iterator[Draft]:
    boards = stage.scene.boards
    for group in stage.scene.groups:
        for board in boards:
            others = [other for other in boards if other is not board]
            ids = (board.item.object.id, *(item.object.id for item in group.items))
            frames = stage.window(ids)
            if not frames or not _stands_beside(board, group, others):
                continue
            if any(other.sign.colour == board.sign.colour for other in others):
                continue
            near = [g for g in stage.scene.groups if _distance(board, g) < 4 * _height(board)]
            if near == [group]:
                the = f"the {board.sign.colour} {board.sign.kind.label}"
                answers = (f"{group.colour} {group.plural}", group.plural, group.label)
                yield Draft(f"What is next to {the}?", answers, THING, ids, frames)
                return


def _stands_beside(board: Board, group: Group, others: list[Board]) -> bool:
    mine = _distance(board, group)
    limit = min((_distance(other, group) for other in others), default=np.inf)
    return mine < BESIDE_HEIGHTS * _height(board) and CLEAR_OF_OTHERS * mine + 40 < limit


def _distance(board: Board, group: Group) -> float:
    quads = np.concatenate([item.quad for item in group.items])
    low, high = board.item.quad.min(0), board.item.quad.max(0)
    apart = np.maximum(np.maximum(low - quads.max(0), quads.min(0) - high), 0)
    return float(np.hypot(*apart))


def _height(board: Board) -> float:
    return float(np.ptp(board.item.quad[:, 1]))
