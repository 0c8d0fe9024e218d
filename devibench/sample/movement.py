"""What one picture cannot tell: how a sign moves in it. DeViBench's "Action Perception".

Asked about the sign whose name is nobody else's and that moves most; only where its centre goes one
way all the while, or its size does, or neither by more than a hand's tremor. The question may be
asked at the end of the movement, and its evidence is in view for as long as a model is shown
pictures of the past (`SPAN_S`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from devibench.clipset import Question
from devibench.sample.scene import Board
from devibench.sample.sight import Sight

Floats = NDArray[np.float64]

ACTION = "Action Perception"
SPAN_S = 1.5
"""Four pictures, two a second."""
MOVES, STAYS = 0.05, 0.004
"""Shares of the picture's width, within `SPAN_S`."""
GROWS, SAME_SIZE = 1.08, 1.01
"""Ratios of heights, within `SPAN_S`."""
BACK = 0.002
"""So much against the direction, from one picture to the next, is no change of it."""
STEP_S = 0.25
LEFT, RIGHT, CLOSER, STILL = "left", "right", "closer", "still"
ANSWERS = {
    LEFT: ("left", "to the left"),
    RIGHT: ("right", "to the right"),
    CLOSER: ("closer", "it gets closer", "larger"),
    STILL: ("it stays where it is", "it stays", "still", "no"),
}


@dataclass(frozen=True, slots=True)
class Moving:
    """What a clip's signs do."""

    boards: Sequence[Board]
    sights: Mapping[str, Sight]
    width_px: int
    fps: float

    def questions(self, number: int) -> Iterator[Question]:
        """At most one, with the id ``q`` and that number."""
        found = [(self._seen(board), board) for board in self.boards if self._is_named(board)]
        clear = [(seen, board) for seen, board in found if seen is not None]
        if not clear:
            return
        seen, board = max(clear, key=lambda one: abs(one[0].amount))
        the = f"the {board.sign.colour} {board.sign.kind.label}"
        yield Question(
            f"q{number}", TEXTS[seen.how].format(the=the), ANSWERS[seen.how], ACTION,
            (board.item.object.id,), seen.from_frame, seen.to_frame,
        )  # fmt: skip

    def _is_named(self, board: Board) -> bool:
        return sum(other.sign.colour == board.sign.colour for other in self.boards) == 1

    def _seen(self, board: Board) -> Seen | None:
        sight = self.sights[board.item.object.id]
        run = sight.full_run()
        span = round(SPAN_S * self.fps)
        if run is None or run[1] - run[0] < span:
            return None
        ends = range(run[1], run[0] + span - 1, -max(1, round(STEP_S * self.fps)))
        seen = [self._between(sight, end - span, end) for end in ends]
        clear = [one for one in seen if one is not None]
        return max(clear, key=lambda one: abs(one.amount)) if clear else None

    def _between(self, sight: Sight, first: int, last: int) -> Seen | None:
        step = max(1, round(STEP_S * self.fps))
        places = sight.centres()[first : last + 1 : step, 0] / self.width_px
        heights = (sight.boxes[:, 3] - sight.boxes[:, 1])[first : last + 1 : step]
        moved = float(places[-1] - places[0])
        if abs(moved) >= MOVES and (np.diff(places) * np.sign(moved) >= -BACK).all():
            return Seen(RIGHT if moved > 0 else LEFT, moved, first, last)
        grown = float(heights[-1] / heights[0])
        if abs(moved) < MOVES / 2 and grown >= GROWS:
            return Seen(CLOSER, grown - 1, first, last)
        if np.ptp(places) <= STAYS and heights.max() <= SAME_SIZE * heights.min():
            return Seen(STILL, 0.0, first, last)
        return None


class Seen(NamedTuple):
    """What a sign does from one frame to another."""

    how: str
    amount: float
    from_frame: int
    to_frame: int


_SIDEWAYS = "In the picture, does {the} move to the left, to the right, or does it stay?"
TEXTS = {
    LEFT: _SIDEWAYS,
    RIGHT: _SIDEWAYS,
    STILL: _SIDEWAYS,
    CLOSER: "Does the camera get closer to {the} or farther away from it?",
}
