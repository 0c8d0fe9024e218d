"""Two mends without which vLLM on a processor does not start, or takes the machine for itself.

The wheel of torchvision is linked against CUDA: beside a torch that is built for processors its
compiled half cannot be loaded, and `import torchvision` fails, since two operators that it wants to
describe are not there. Here they are declared (nobody calls them), and Pillow does what the missing
picture decoder should. Transforms are plain torch and work as they are.

vLLM's processes wait for each other by giving up their turn, again and again. On two cores under
Linux 6.18 all others then wait as long as an answer takes (measured: idle processes with a timer
were 13 s late). Here they sleep for a moment instead.

With this folder on PYTHONPATH each process of the server imports this at its start.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
import time
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_OPERATORS = ("nms", "qnms")
_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_MOMENT_S = 5e-5
_kept: list[Any] = []
"""A library's operators go with it."""


class Finder(MetaPathFinder):
    """Comes before Python's own finder, and leaves the finding to it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What Python's own finds, prepared; None: nothing to do."""
        if fullname not in ("torchvision", "torchvision.io") or _has_cuda():
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        if fullname == "torchvision":
            declare()
            return spec
        load = spec.loader.exec_module

        def load_and_mend(module: ModuleType) -> None:
            load(module)
            module.__dict__["decode_image"] = decode_image

        spec.loader.exec_module = load_and_mend  # type: ignore[method-assign]
        return spec


def declare() -> None:
    """The operators that torchvision describes when it is imported."""
    if not _kept:
        library = importlib.import_module("torch.library").Library("torchvision", "DEF")
        for name in _OPERATORS:
            library.define(name + _SIGNATURE)
        _kept.append(library)


def decode_image(
    input: Any, mode: Any = None, apply_exif_orientation: bool = False, **_: Any
) -> Any:
    """As `torchvision.io.decode_image`, always in RGB: a tensor of (3, height, width), 8 bits."""
    torch, numpy, image, ops = map(
        importlib.import_module, ("torch", "numpy", "PIL.Image", "PIL.ImageOps")
    )
    picture = image.open(input if isinstance(input, str) else io.BytesIO(bytes(input.numpy())))
    if apply_exif_orientation:
        picture = ops.exif_transpose(picture)
    return torch.from_numpy(numpy.array(picture.convert("RGB"))).permute(2, 0, 1).contiguous()


def _has_cuda() -> bool:
    return importlib.import_module("torch").version.cuda is not None


def yield_turn() -> None:
    """In place of `os.sched_yield`."""
    time.sleep(_MOMENT_S)


sys.meta_path.insert(0, Finder())
os.sched_yield = yield_turn
