"""Where in a picture is what a question names? By an image-text model whose files are yours.

    question ─▶ words ──▶ vector ─┐
                                  ├─▶ cosine of each patch ─▶ map ─▶ regions: what stands out
    frame ──▶ patches ─▶ vectors ─┘

As in "Chat with AI" (HotNets 2025, arXiv 2507.10510), whose QP map from such cosines is
`artic_codecs.patches`. A folder holds CLIP as it is passed around: `model.safetensors`,
`config.json`, `vocab.json`, `merges.txt`. No registry package carries such weights, so this is an
option, and how well it finds things is not measured here; it does not read, so small text is left
to the scout that does (scout.py).

Cosines of one picture differ by little, and by how much depends on the model; so a patch counts by
how far it stands out among the patches of its own picture.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_codecs import Region
from articgw.errors import ConfigError
from articgw.frame import Frame, Pixels, yuv_to_rgb

log = logging.getLogger(__name__)

Cosines = NDArray[np.float32]

FILES = ("model.safetensors", "config.json", "vocab.json", "merges.txt")
MEAN = np.array((0.48145466, 0.4578275, 0.40821073), np.float32)
SPREAD = np.array((0.26862954, 0.26130258, 0.27577711), np.float32)
"""Of red, green, blue in the pictures that CLIP was trained on."""
VISION_HEADS, TEXT_HEADS = 12, 8
"""Where `config.json` does not say: those of ViT-B."""
STANDS_OUT = 1.0
"""Standard deviations above the mean of all patches."""
FLAT = 1e-4
"""Standard deviation of cosines that say nothing."""
MOST_REGIONS = 4
EXPIRY_S = 6.0
"""As of what the embedded model finds (seeking.py)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Patches side by side that stand out."""

    box: tuple[float, float, float, float]
    priority: float
    """1 for the best of a picture, less for those that stand out less."""


class ImageText:
    """A model that is loaded. One call at a time."""

    def __init__(self, patches: Any, sentence: Any, words: Any) -> None:
        """``patches`` and ``sentence`` run what `clip` builds; ``words`` is a `ClipWords`."""
        self._patches = patches
        self._sentence = sentence
        self._words = words
        self._side_px = int(patches.get_inputs()[0].shape[-1])

    @classmethod
    def load(cls, folder: Path) -> ImageText:
        """From the files of a folder; seconds, and twice their size while it lasts.

        Raises `ConfigError` where files are missing, damaged or of another kind of model.
        """
        from articgw.backends.embedded import clip
        from articgw.backends.embedded.clip_words import ClipWords, merges_in
        from articgw.backends.embedded.minilm import weights_of

        try:
            about = json.loads((folder / "config.json").read_text("utf-8"))
            vision, text = about.get("vision_config") or {}, about.get("text_config") or {}
            for part in (vision, text):
                if part.get("hidden_act", "quick_gelu") != "quick_gelu":
                    raise ValueError(f"activation {part['hidden_act']} is not CLIP's")
            vocabulary = json.loads((folder / "vocab.json").read_text("utf-8"))
            merges = merges_in((folder / "merges.txt").read_text("utf-8"))
            weights = weights_of((folder / "model.safetensors").read_bytes())
            heads = vision.get("num_attention_heads", VISION_HEADS)
            patches = _session(clip.build_patches(weights, heads=heads))
            heads = text.get("num_attention_heads", TEXT_HEADS)
            sentence = _session(clip.build_words(weights, heads=heads))
            return cls(patches, sentence, ClipWords(vocabulary, merges))
        except (OSError, ValueError, KeyError, AttributeError, RuntimeError) as error:
            wanted = ", ".join(FILES)
            raise ConfigError(
                f"image_text_model {folder}: no CLIP with {wanted}: {error}"
            ) from error

    def cosines(self, question: str, rgb: Pixels) -> Cosines:
        """Of each patch with the question, -1..1, rows x columns of the whole picture.

        The picture is squeezed into the model's square, so that none of it is cut off.
        """
        size = (self._side_px, self._side_px)
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        pixels = ((small - MEAN) / SPREAD).transpose(2, 0, 1)[None]
        ids = np.array([self._words(question)], np.int64)
        (patches,) = self._patches.run(None, {"pixels": np.ascontiguousarray(pixels)})
        (sentence,) = self._sentence.run(None, {"ids": ids})
        side = round(len(patches) ** 0.5)
        return np.asarray((patches @ sentence[0]).reshape(side, side), np.float32)


def places_in(cosines: Cosines) -> tuple[Place, ...]:
    """What stands out of a map, most of all first; nothing in a flat one, or one that is broken."""
    deviation = float(cosines.std()) if np.isfinite(cosines).all() else 0.0
    if deviation <= FLAT:
        return ()
    above = (cosines - cosines.mean()) / deviation
    rows, columns = above.shape
    count, marks = cv2.connectedComponents((above >= STANDS_OUT).astype(np.uint8), connectivity=4)
    best = float(above.max())
    found = []
    for mark in range(1, count):
        row, column = np.nonzero(marks == mark)
        box = (
            float(column.min() / columns),
            float(row.min() / rows),
            float((column.max() + 1) / columns),
            float((row.max() + 1) / rows),
        )
        found.append(Place(box, min(1.0, float(above[row, column].max()) / best)))
    return tuple(sorted(found, key=lambda place: -place.priority)[:MOST_REGIONS])


class ImageTextScout:
    """A `Scout` by an image-text model, in a thread; it starts when it may be needed."""

    def __init__(self, folder: Path) -> None:
        """``folder`` holds `FILES`. Raises `ConfigError` where they are not there."""
        if missing := [name for name in FILES if not (folder / name).is_file()]:
            raise ConfigError(f"image_text_model {folder} has no {', '.join(missing)}")
        self._folder = folder
        self._model: ImageText | None = None
        self._starting: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    @property
    def spare(self) -> bool:
        """Once it has loaded, and looks for nobody else."""
        return self._model is not None and not self._turn.locked()

    def wake(self) -> None:
        """Begin to load, unless that has been tried."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())

    async def spot(self, question: str, frame: Frame, glimpse: object | None) -> tuple[Region, ...]:
        """Nothing while it still loads, or works for somebody else."""
        del glimpse
        self.wake()
        model = self._model
        if model is None or self._turn.locked():
            return ()
        return await asyncio.shield(self._in_turn(model, question, frame))

    async def close(self) -> None:
        """Let go of the model."""
        if self._starting is not None:
            await asyncio.wait([self._starting])
        self._model = None

    async def _in_turn(self, model: ImageText, question: str, frame: Frame) -> tuple[Region, ...]:
        def look() -> tuple[Place, ...]:
            return places_in(model.cosines(question, yuv_to_rgb(frame.yuv())))

        async with self._turn:
            places = await asyncio.to_thread(look)
        t = frame.captured_t
        return tuple(Region(place.box, t, place.priority, t + EXPIRY_S) for place in places)

    async def _start(self) -> None:
        try:
            self._model = await asyncio.to_thread(ImageText.load, self._folder)
        except ConfigError as error:
            log.warning("no regions before the first answer: %s", error)


def _session(model: bytes) -> Any:
    """Raises ``RuntimeError`` where ONNX Runtime is missing, or takes no such model."""
    try:
        onnxruntime: Any = importlib.import_module("onnxruntime")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise RuntimeError(str(error)) from error
