"""One clip: draw its scene, film it, and write the film, the boxes and the questions."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, cast

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from devibench.clipset import CSV_HEADER, ClipMeta
from devibench.framenumber import stamp
from devibench.sample.camera import Camera, CameraKind, draw_camera, project, unproject
from devibench.sample.earlier import Earlier
from devibench.sample.light import Light, LightKind, draw_light
from devibench.sample.movement import Moving
from devibench.sample.questions import READ, Stage, ask
from devibench.sample.scene import Scene, draw_scene
from devibench.sample.sight import Sight, see
from devibench.sample.world import World

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

CRF = "6"
MIN_READINGS = 4
ATTEMPTS = 60
PASSING_S = 3.0
"""A pan that lasts so long passes something by."""
BLUR_SAMPLES = 3
BLUR_FROM_PX = 0.7


@dataclass(frozen=True, slots=True)
class Plan:
    """What one clip is to be."""

    name: str
    seed: tuple[int, int]
    camera: CameraKind
    light: LightKind
    split: Literal["fit", "score"]
    size_px: tuple[int, int]
    fps: int
    frames: int
    frame_numbers: bool
    movements: bool = False
    """Ask what only several pictures can tell, too."""


def render(plan: Plan, folder: Path, on_frame: Callable[[], None]) -> ClipMeta:
    """Write NAME.mkv, NAME.json and NAME.csv; calls on_frame after every frame."""
    rng = np.random.default_rng(plan.seed)
    camera, scene, stage, meta = _compose(plan, rng)
    light = draw_light(plan.light, plan.size_px, rng)
    write_film(folder / f"{plan.name}.mkv", plan, camera, scene.world, light, on_frame)
    write_boxes(folder / f"{plan.name}.csv", plan.frames, stage.sights)
    write_json(folder / f"{plan.name}.json", meta)
    return meta


def _compose(plan: Plan, rng: np.random.Generator) -> tuple[Camera, Scene, Stage, ClipMeta]:
    # Scenes that leave too little to ask (signs in view too briefly, or in a pan none that goes)
    # are drawn again.
    min_frames = max(1, min(plan.fps, plan.frames // 2))
    for attempt in range(ATTEMPTS):
        camera = draw_camera(
            plan.camera, plan.size_px, plan.frames / plan.fps, rng, far=plan.movements
        )
        scene = draw_scene(camera, rng)
        if scene is None:
            continue
        views = np.array([camera.at(n / plan.fps) for n in range(plan.frames)])
        sights = {item.object.id: see(item.quad, views, plan.size_px) for item in scene.items}
        stage = Stage(scene, sights, plan.size_px, min_frames)
        questions = ask(stage, rng)
        if sum(question.task_type == READ for question in questions) >= MIN_READINGS:
            if plan.movements:
                moving = Moving(scene.boards, sights, plan.size_px[0], plan.fps)
                questions += tuple(moving.questions(len(questions)))
                earlier = Earlier(scene.boards, sights, plan.fps)
                asked = tuple(earlier.questions(len(questions)))
                if not asked and attempt < ATTEMPTS // 2 and _passes(plan):
                    continue
                questions += asked
            meta = ClipMeta(
                fps=plan.fps,
                size_px=plan.size_px,
                frames=plan.frames,
                split=plan.split,
                tags=(plan.camera, plan.light),
                objects=tuple(item.object for item in scene.items),
                questions=questions,
            )
            return camera, scene, stage, meta
    raise AssertionError(f"no scene of {ATTEMPTS} for {plan} leaves {MIN_READINGS} questions")


def _passes(plan: Plan) -> bool:
    return plan.camera == "pan" and plan.frames / plan.fps >= PASSING_S


def film(plan: Plan, camera: Camera, world: World, light: Light, number: int) -> Pixels:
    """Frame ``number`` as an I420 array."""
    t_s = number / plan.fps
    moments = _exposure(camera, t_s, light.exposure_s)
    views = [_look(world, camera.at(moment), plan.size_px) for moment in moments]
    picture = views[0]
    if len(views) > 1:
        picture = cast(Pixels, np.rint(np.mean(views, 0, np.float32)).astype(np.uint8))
    yuv = cast(Pixels, cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420))
    light.shine(yuv)
    if plan.frame_numbers:
        stamp(yuv, number)
    return yuv


def _exposure(camera: Camera, t_s: float, exposure_s: float) -> list[float]:
    start, end = t_s - exposure_s / 2, t_s + exposure_s / 2
    place = unproject(camera.at(t_s), np.array(camera.size_px) / 2)[None]
    first, last = (project(camera.at(moment), place)[0] for moment in (start, end))
    if float(np.hypot(*(last - first))) < BLUR_FROM_PX:
        return [t_s]
    return [float(moment) for moment in np.linspace(start, end, BLUR_SAMPLES)]


def _look(world: World, view: Floats, size_px: tuple[int, int]) -> Pixels:
    # Box centres: pixel (0, 0) of the frame covers [0, 1) x [0, 1) of the view.
    to_pixel = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])
    matrix = to_pixel @ view @ world.from_canvas()
    return cast(Pixels, cv2.warpPerspective(world.canvas, matrix, size_px, flags=cv2.INTER_LINEAR))


def write_film(
    file: Path,
    plan: Plan,
    camera: Camera,
    world: World,
    light: Light,
    on_frame: Callable[[], None],
) -> None:
    """The film of a plan, nearly lossless; calls on_frame after every frame."""
    import av

    # One thread and no random ids: the same seed makes the same bytes.
    with av.open(str(file), "w", format="matroska", options={"fflags": "+bitexact"}) as container:
        options = {"crf": CRF, "preset": "veryfast", "bf": "0", "threads": "1"}
        stream = container.add_stream("libx264", rate=plan.fps, options=options)
        stream.width, stream.height = plan.size_px
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = plan.fps
        stream.codec_context.thread_count = 1
        for number in range(plan.frames):
            frame = av.VideoFrame.from_ndarray(
                film(plan, camera, world, light, number), format="yuv420p"
            )
            frame.pts, frame.time_base = number, Fraction(1, plan.fps)
            container.mux(stream.encode(frame))
            on_frame()
        container.mux(stream.encode())


def write_boxes(file: Path, frames: int, sights: Mapping[str, Sight]) -> None:
    """Where each object is, a line for each frame in which any of it is in view."""
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(CSV_HEADER)
        for number in range(frames):
            for object_id, sight in sights.items():
                x0, y0, x1, y1 = (int(side) for side in sight.boxes[number])
                if x0 < x1 and y0 < y1 and sight.visible[number] > 0:
                    part = f"{sight.visible[number]:.3f}"
                    rows.writerow([number, object_id, x0, y0, x1, y1, part])


def write_json(file: Path, meta: ClipMeta) -> None:
    """What the film shows, and what may be asked about it."""
    told = msgspec.to_builtins(meta)
    for question in told["questions"]:
        if question["frames_needed"] == "single":
            del question["frames_needed"]
    file.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n")
