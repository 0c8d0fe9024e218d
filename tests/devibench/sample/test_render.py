from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from devibench.clipset import ClipSet
from devibench.sample.camera import Camera
from devibench.sample.light import draw_light
from devibench.sample.palette import PLATES
from devibench.sample.render import Plan, film
from devibench.sample.world import World, rectangle


def test_boxes_are_where_the_plates_are(made_set: Path) -> None:
    checked = 0
    clip = ClipSet.load(made_set).clip("000-still-day")
    for number, yuv in clip.frames():
        for about in clip.meta.objects:
            box = clip.box(about.id, number)
            if about.kind == "text" and about.colour and box and box.visible == 1:
                inside = yuv[int(box.y0) + 3 : int(box.y1) - 3, int(box.x0) + 3 : int(box.x1) - 3]
                red, green, blue = PLATES[about.colour]
                luma = 16 + (65.5 * red + 128.6 * green + 25.0 * blue) / 255
                assert (np.abs(inside - luma * 0.95) < 25).mean() > 0.3
                checked += 1
    assert checked >= 18


def test_a_pixel_of_the_world_is_a_pixel_of_a_still_frame() -> None:
    world = World(np.full((300, 600, 3), 30, np.uint8), (-20.0, -10.0))
    world.paste(np.full((8, 8, 4), 255, np.uint8), rectangle(100, 50, 140, 90))
    plan = Plan("a", (1, 1), "still", "day", "fit", (320, 180), 10, 4, False)
    light = draw_light("day", (320, 180), np.random.default_rng(1))
    yuv = film(plan, Camera((320, 180), 1.0), world, light, 0)
    rows, columns = np.nonzero(yuv[:180] > 130)
    assert (columns.min(), columns.max() + 1) == pytest.approx((100, 140), abs=1)
    assert (rows.min(), rows.max() + 1) == pytest.approx((50, 90), abs=1)


def test_the_shutter_blurs_what_moves() -> None:
    world = World(np.full((300, 900, 3), 30, np.uint8), (-100.0, -10.0))
    world.paste(np.full((8, 8, 4), 255, np.uint8), rectangle(160, 50, 200, 90))
    plan = Plan("a", (1, 1), "pan", "low-light", "fit", (320, 180), 10, 10, False)
    edges = []
    for travel in (0.0, 400.0):
        light = draw_light("low-light", (320, 180), np.random.default_rng(1))
        camera = Camera((320, 180), 1.0, travel_px=(travel, 0.0))
        yuv = film(plan, camera, world, light, 2).astype(int)
        edges.append(np.abs(np.diff(yuv[60:80, :320].mean(0))).max())
    assert edges[1] < 0.75 * edges[0]
