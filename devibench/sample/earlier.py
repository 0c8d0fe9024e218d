"""What the newest picture no longer shows: a sign that has left it, and which of two came first.

A model needs an earlier picture to answer. At the first frame of the question the sign is wholly in
view, and stays for a while; at its last, the look, none of it is. A sign is asked about only by a
colour that no other sign of the clip has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from devibench.clipset import Question
from devibench.sample.movement import STEP_S
from devibench.sample.questions import READ
from devibench.sample.scene import Board
from devibench.sample.sight import Sight

FIRST = "Object Perception"
STAYED_S = 0.4
"""So long the sign is wholly in view at first: a few frames may get lost."""
LEAST_S, MOST_S = 1.0, 5.0
"""From the first frame to the look; DeViBench's questions are about five seconds."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a clip's signs do."""

    boards: Sequence[Board]
    sights: Mapping[str, Sight]
    fps: float

    def questions(self, number: int) -> Iterator[Question]:
        """One that reads what is gone, and one that orders two; ids count from ``q`` and number."""
        for maker in (self._gone, self._first):
            question = next(maker(f"q{number}"), None)
            if question is not None:
                yield question
                number += 1

    def _gone(self, name: str) -> Iterator[Question]:
        for board in self._named():
            for first, last in self._spans():
                if self._was(board, first) and self._is_out(board, last):
                    wording = board.sign.wording
                    yield Question(
                        name, f"What did {_the(board)} say before it left the picture?",
                        (wording.text, *wording.also), READ, (board.item.object.id,), first, last,
                        "multi",
                    )  # fmt: skip

    def _first(self, name: str) -> Iterator[Question]:
        for one, two in permutations(self._named(), 2):
            for first, last in self._spans():
                seen = self._was(one, first) and self._is_out(two, first)
                if seen and self._is_out(one, last) and self._is_whole(two, last):
                    names = sorted((_the(one), _the(two)))
                    the = f"{one.sign.colour} {one.sign.kind.label}"
                    yield Question(
                        name, f"Which was in view first, {names[0]} or {names[1]}?",
                        (the, f"{one.sign.colour} one", one.sign.colour), FIRST,
                        (one.item.object.id, two.item.object.id), first, last, "multi",
                    )  # fmt: skip

    def _named(self) -> list[Board]:
        colours = [board.sign.colour for board in self.boards]
        return [board for board in self.boards if colours.count(board.sign.colour) == 1]

    def _spans(self) -> Iterator[tuple[int, int]]:
        """First and last frames, the shortest first."""
        frames = max(len(sight.visible) for sight in self.sights.values())
        step = max(1, round(STEP_S * self.fps))
        for span in range(round(LEAST_S * self.fps), round(MOST_S * self.fps) + 1, step):
            yield from ((last - span, last) for last in range(frames - 1, span - 1, -step))

    def _was(self, board: Board, first: int) -> bool:
        stayed = round(STAYED_S * self.fps) + 1
        return bool((self._sight(board).visible[first : first + stayed] >= 1.0).all())

    def _is_out(self, board: Board, frame: int) -> bool:
        return bool(self._sight(board).visible[frame] <= 0.0)

    def _is_whole(self, board: Board, frame: int) -> bool:
        return bool(self._sight(board).visible[frame] >= 1.0)

    def _sight(self, board: Board) -> Sight:
        return self.sights[board.item.object.id]


def _the(board: Board) -> str:
    return f"the {board.sign.colour} {board.sign.kind.label}"
