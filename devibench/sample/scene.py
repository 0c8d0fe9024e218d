"""One scene: what stands in it, chosen and placed and painted.

Signs are drawn with text heights spread over 10-40 px (evenly in their logarithm, so that every
clip has small and large ones), mostly in colours of their own. Things come in groups of one shape
and colour; the first group stands beside a sign, so that there is something to ask about
neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from devibench.clipset import ClipObject
from devibench.sample.backdrop import draw_backdrop
from devibench.sample.camera import Camera, unproject
from devibench.sample.layout import Layout
from devibench.sample.palette import THINGS
from devibench.sample.signs import Sign, draw_plate, quad_around_zero
from devibench.sample.things import PLURALS, draw_thing
from devibench.sample.words import KINDS, SignKind, Wording
from devibench.sample.world import FINE, World, rectangle

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

MIN_TEXT_PX, MAX_TEXT_PX = 10.0, 40.0
POST_RGB = (112, 112, 116)


@dataclass(frozen=True, slots=True)
class Item:
    """An object and the (4, 2) world quad it fills."""

    object: ClipObject
    quad: Floats


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one shape and colour, standing together."""

    label: str
    colour: str
    items: tuple[Item, ...]

    @property
    def plural(self) -> str:
        """As a question names them."""
        return PLURALS[self.label] if len(self.items) > 1 else self.label


@dataclass(frozen=True, slots=True)
class Board:
    """A sign in its place."""

    sign: Sign
    item: Item


@dataclass(frozen=True, slots=True)
class Scene:
    """The painted world and what is in it."""

    world: World
    boards: tuple[Board, ...]
    groups: tuple[Group, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything a question can be about."""
        things = tuple(item for group in self.groups for item in group.items)
        return tuple(board.item for board in self.boards) + things


def draw_scene(camera: Camera, rng: np.random.Generator) -> Scene | None:
    """A random scene for that camera; None if three signs found no room (draw again)."""
    layout = Layout(camera)
    boards, plates = [], []
    for sign in _signs(camera.size_px, rng):
        plate = draw_plate(sign)
        quad = quad_around_zero(sign, plate)
        centre = layout.place(np.ptp(quad, 0), rng)
        if centre is not None:
            item = Item(_sign_object(sign), quad + centre)
            boards.append(Board(sign, item))
            plates.append(plate)
    if len(boards) < 3:
        return None
    groups = _groups(layout, boards, rng)
    world = draw_backdrop(_area(camera), rng)
    for board in boards:
        if board.sign.kind.post:
            _paint_post(world, board)
    for board, plate in zip(boards, plates, strict=True):
        world.paste(plate, board.item.quad, shadow=0.45)
    for group in groups:
        for item in group.items:
            side = float(np.ptp(item.quad[:, 0]))
            world.paste(draw_thing(group.label, group.colour, side), item.quad, shadow=0.4)
    return Scene(world, tuple(boards), tuple(groups))


def _signs(size_px: tuple[int, int], rng: np.random.Generator) -> list[Sign]:
    count = int(rng.integers(3, 6))
    top = max(MIN_TEXT_PX + 2, min(MAX_TEXT_PX, size_px[1] / 14))
    steps = (rng.permutation(count) + rng.uniform(0, 1, count)) / count
    heights = MIN_TEXT_PX * (top / MIN_TEXT_PX) ** steps
    kinds = [KINDS[0], *(KINDS[i] for i in 1 + rng.permutation(len(KINDS) - 1))]
    signs: list[Sign] = []
    for number in range(count):
        kind = KINDS[0] if number and rng.uniform() < 0.15 else kinds[number]
        wording = _new_wording(kind, [sign.wording.text for sign in signs], rng)
        turn = rng.uniform(-1, 1, 3) * np.radians([32, 10, 5])
        sign = Sign(
            id=f"s{number}",
            kind=kind,
            wording=wording,
            colour=_new_colour(kind, [sign.colour for sign in signs], rng),
            font=str(rng.choice(kind.fonts)),
            height_px=round(float(heights[number]), 1),
            turn_rad=(float(turn[0]), float(turn[1]), float(turn[2])),
        )
        signs.append(sign)
    # The large ones first: they find room while there is some.
    return sorted(signs, key=lambda sign: -sign.height_px)


def _new_wording(kind: SignKind, texts: list[str], rng: np.random.Generator) -> Wording:
    while True:
        wording = kind.draw(rng)
        if not any(text in wording.text or wording.text in text for text in texts):
            return wording


def _new_colour(kind: SignKind, colours: list[str], rng: np.random.Generator) -> str:
    fresh = [colour for colour in kind.plates if colour not in colours]
    return str(rng.choice(fresh if fresh and rng.uniform() < 0.9 else list(kind.plates)))


def _sign_object(sign: Sign) -> ClipObject:
    return ClipObject(
        id=sign.id,
        kind="text",
        label=sign.kind.label,
        colour=sign.colour,
        text=sign.wording.text,
        height_px=sign.height_px,
    )


def _groups(layout: Layout, boards: list[Board], rng: np.random.Generator) -> list[Group]:
    labels = [str(label) for label in rng.permutation(list(PLURALS))]
    colours = [str(colour) for colour in rng.permutation(list(THINGS))]
    groups: list[Group] = []
    made = 0
    for number in range(int(rng.integers(2, 4))):
        count = int(rng.integers(1, 7)) if number else int(rng.integers(2, 6))
        side = float(rng.uniform(0.045, 0.08)) * layout.camera.size_px[1]
        columns = int(rng.integers(1, min(count, 3) + 1))
        pitch = 1.2 * side
        size = np.array([columns, -(-count // columns)]) * pitch
        centre = None
        if number == 0:
            quad = boards[int(rng.integers(len(boards)))].item.quad
            middle = (quad.min(0) + quad.max(0)) / 2
            centre = layout.place_beside(middle, np.ptp(quad, 0), size, rng)
        if centre is None:
            centre = layout.place(size, rng)
        if centre is None:
            continue
        label, colour = labels.pop(), colours.pop()
        items = []
        for k in range(count):
            cell = centre - size / 2 + (np.array([k % columns, k // columns]) + 0.5) * pitch
            x, y = cell + rng.uniform(-0.06, 0.06, 2) * side
            about = ClipObject(id=f"o{made}", kind="object", label=label, colour=colour)
            half = side / 2
            items.append(Item(about, rectangle(x - half, y - half, x + half, y + half)))
            made += 1
        groups.append(Group(label, colour, tuple(items)))
    return groups


def _area(camera: Camera) -> tuple[float, float, float, float]:
    width, height = camera.size_px
    corners = rectangle(0, 0, width, height)
    moments = np.linspace(0, camera.seconds, 1 + int(camera.seconds * 60))
    seen = np.array([unproject(camera.at(t), corner) for t in moments for corner in corners])
    pad = 8
    low, high = np.floor(seen.min(0)) - pad, np.ceil(seen.max(0)) + pad
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _paint_post(world: World, board: Board) -> None:
    foot = board.item.quad[2:].mean(0)
    half = max(1.5, 0.12 * board.sign.height_px)
    top_left = (foot + [-half, 0] - np.array(world.origin)) * FINE
    bottom_right = (foot + [half, 9 * board.sign.height_px] - np.array(world.origin)) * FINE
    corners = [tuple(int(v) for v in corner) for corner in (top_left, bottom_right)]
    cv2.rectangle(world.canvas, corners[0], corners[1], POST_RGB, cv2.FILLED, cv2.LINE_AA)
