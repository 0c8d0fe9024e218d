"""The clips of the codec bench: drawn ones, and photographs that packages carry, filmed.

Photographs are laid over a wall, one alone or several beside each other, and filmed by the cameras
of the drawn clips. Nobody has written down what they show: asked is what the reader and the
detector find in the middle frame of the original, which is what every arm is compared with anyway.
They are never fitted on.
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from articgw.frame import yuv_to_rgb
from devibench.clipset import FORMAT, SET_FILE, ClipMeta, ClipObject, SetMeta
from devibench.sample.camera import Camera, CameraKind, draw_camera, unproject
from devibench.sample.light import LightKind, draw_light
from devibench.sample.make import LICENCE, Order, plans
from devibench.sample.photos import photo
from devibench.sample.render import Plan, film, render, write_boxes, write_film, write_json
from devibench.sample.sight import Sight, see
from devibench.sample.world import FINE, World
from tests.bench._codecs_look import WHOLE, Looker, View
from tests.bench._common import ROOT
from tests.bench._score import squeeze

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

PHOTO_LICENCE = "Photographs: from packages of scikit-image and matplotlib, CC0 or public domain."
SECONDS, FPS, SIZE_PX = 5.0, 30, (1280, 720)
SOURCES = ("devibench/sample", "devibench/framenumber.py")
LEAST_TEXT = 3
MOST_FOUND = 4
"""Of each kind, in one film of photographs."""


_ASTRONAUT, _HOPPER = "astronaut.png", "grace_hopper.jpg"


class Filmed(NamedTuple):
    """Photographs and how they are filmed."""

    name: str
    camera: CameraKind
    light: LightKind
    photos: tuple[str, ...]


FILMS = (
    Filmed("coffee", "hand-held", "day", ("coffee.png",)),
    Filmed("two", "still", "day", ("chelsea.png", "coffee.png")),
    Filmed("four", "hand-held", "day", (_ASTRONAUT, "coffee.png", "chelsea.png", _HOPPER)),
    Filmed(
        "four-dim", "hand-held", "low-light", ("coffee.png", _HOPPER, "chelsea.png", _ASTRONAUT)
    ),
    Filmed(
        "four-walked", "walking", "day", ("chelsea.png", "rocket.jpg", "coffee.png", _ASTRONAUT)
    ),
    Filmed("four-panned", "pan", "day", ("text.png", "coffee.png", "chelsea.png", _HOPPER)),
)


def drawn_set(work: Path, seed: int, clips: int, console: Console) -> Path:
    """Drawn clips; those of the same seed and the same drawing code are taken again."""
    folder = work / f"drawn-{seed}-{clips}-{_digest(*SOURCES)}"
    order = Order(seed=seed, clips=clips, seconds=SECONDS, size_px=SIZE_PX, fps=FPS)
    with console.status(f"drawing {clips} clips into {folder.name}"):
        return _made(folder, seed, LICENCE, partial(_draw, order))


def photo_set(work: Path, seed: int, console: Console) -> Path:
    """Films over photographs."""
    this = Path(__file__).resolve().relative_to(ROOT).as_posix()
    folder = work / f"photos-{seed}-{_digest(*SOURCES, this)}"
    with console.status(f"filming {len(FILMS)} photographs into {folder.name}"):
        return _made(folder, seed, PHOTO_LICENCE, partial(_film_all, seed))


def _made(folder: Path, seed: int, licence: str, fill: Callable[[Path], None]) -> Path:
    if not (folder / SET_FILE).is_file():
        draft = folder.with_suffix(".part")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        fill(draft)
        meta = SetMeta(FORMAT, seed, licence, "tests.bench.codecs")
        (draft / SET_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(meta), indent=1))
        draft.rename(folder)
    return folder


def _draw(order: Order, folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        for done in [pool.submit(_draw_one, plan, folder) for plan in plans(order)]:
            done.result()


def _draw_one(plan: Plan, folder: Path) -> None:
    render(plan, folder, lambda: None)


def _film_all(seed: int, folder: Path) -> None:
    looker = Looker()
    for index, filmed in enumerate(FILMS):
        _film_one(filmed, (seed, index), folder, looker)


def _film_one(filmed: Filmed, seed: tuple[int, int], folder: Path, looker: Looker) -> None:
    plan = Plan(
        f"{filmed.name}-{filmed.camera}-{filmed.light}",
        seed,
        filmed.camera,
        filmed.light,
        "score",
        SIZE_PX,
        FPS,
        round(SECONDS * FPS),
        False,
    )
    rng = np.random.default_rng(seed)
    camera = draw_camera(filmed.camera, SIZE_PX, SECONDS, rng)
    world = wall(camera, filmed.photos)
    light = draw_light(filmed.light, SIZE_PX, rng)
    middle = plan.frames // 2
    view = View(yuv_to_rgb(film(plan, camera, world, light, middle)), WHOLE)
    views = np.array([camera.at(number / FPS) for number in range(plan.frames)])
    sights: dict[str, Sight] = {}
    objects = []
    for thing, quad in things_on(view, looker):
        corners = np.array([unproject(views[middle], corner) for corner in quad])
        sights[thing.id] = see(corners, views, SIZE_PX)
        objects.append(thing)
    tags = ("photo", filmed.camera, filmed.light)
    meta = ClipMeta(float(FPS), SIZE_PX, plan.frames, "score", tags, tuple(objects))
    write_film(folder / f"{plan.name}.mkv", plan, camera, world, light, lambda: None)
    write_boxes(folder / f"{plan.name}.csv", plan.frames, sights)
    write_json(folder / f"{plan.name}.json", meta)


def wall(camera: Camera, photos: tuple[str, ...]) -> World:
    """All that the camera will see, covered with photographs in equal tiles."""
    x0, y0, x1, y1 = _seen(camera)
    width, height = math.ceil((x1 - x0) * FINE), math.ceil((y1 - y0) * FINE)
    columns = math.ceil(math.sqrt(len(photos)))
    rows = math.ceil(len(photos) / columns)
    tile = (math.ceil(width / columns), math.ceil(height / rows))

    def line(row: int) -> Pixels:
        names = (photos[(row * columns + column) % len(photos)] for column in range(columns))
        return np.hstack([covering(_photo(name), tile) for name in names])

    canvas = np.vstack([line(row) for row in range(rows)])[:height, :width]
    return World(np.ascontiguousarray(canvas), (x0, y0))


def covering(picture: Pixels, size_px: tuple[int, int]) -> Pixels:
    """The middle of a picture, enlarged or shrunk so that it fills that size."""
    width, height = size_px
    scale = max(width / picture.shape[1], height / picture.shape[0])
    whole = (math.ceil(picture.shape[1] * scale), math.ceil(picture.shape[0] * scale))
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    large = cv2.resize(picture, whole, interpolation=way)
    x, y = (whole[0] - width) // 2, (whole[1] - height) // 2
    return np.asarray(large[y : y + height, x : x + width], np.uint8)


def things_on(view: View, looker: Looker) -> Iterator[tuple[ClipObject, Floats]]:
    """Texts and objects of a frame, with their corners in px, clockwise from the top left."""
    height, width = view.rgb.shape[:2]

    def corners(x0: float, y0: float, x1: float, y1: float) -> Floats:
        return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) * (width, height)

    lines = [line for line in looker.lines(view) if len(squeeze(line.text)) >= LEAST_TEXT]
    for number, line in enumerate(lines[:MOST_FOUND]):
        x0, y0, x1, y1 = line.box
        thing = ClipObject(
            f"t{number}", "text", "line", text=line.text, height_px=round(line.height_px, 1)
        )
        yield thing, corners(x0, y0, x1, y1)
    for number, (label, box) in enumerate((looker.objects(view) or [])[:MOST_FOUND]):
        yield ClipObject(f"o{number}", "object", label), corners(*box)


def _photo(name: str) -> Pixels:
    if name != _HOPPER:
        return photo(name)
    import matplotlib

    file = Path(matplotlib.get_data_path()) / "sample_data" / name
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"), np.uint8)


def _seen(camera: Camera) -> tuple[float, float, float, float]:
    width, height = camera.size_px
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    moments = np.linspace(0, camera.seconds, 1 + int(camera.seconds * 60))
    seen = np.array([unproject(camera.at(t), corner) for t in moments for corner in frame])
    low, high = np.floor(seen.min(0)) - 8, np.ceil(seen.max(0)) + 8
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _digest(*paths: str) -> str:
    hashed = hashlib.sha256()
    for path in paths:
        file = ROOT / path
        for one in sorted(file.rglob("*.py")) if file.is_dir() else [file]:
            hashed.update(one.read_bytes())
    return hashed.hexdigest()[:8]
