"""The photographs that scenes are made of: files inside scikit-image's wheel, nothing downloaded.

Their licences, as ``skimage.data`` states them: CC0 or public domain, all of those named here.
Most of scikit-image's data is fetched on first use; these are not. (The motorcycle in the wheel is
left out: no licence is stated for it.)
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from articgw.errors import ConfigError
from devibench.extras import COMMAND, bench_extra

Pixels = NDArray[np.uint8]

MURALS = (
    "astronaut.png",
    "camera.png",
    "chelsea.png",
    "coffee.png",
    "coins.png",
    "hubble_deep_field.jpg",
    "rocket.jpg",
)
WALLS = ("brick.png", "gravel.png")
FLOORS = ("grass.png", "gravel.png")


@cache
def photo(name: str) -> Pixels:
    """A photograph as (height, width, 3) RGB; treat it as read-only."""
    spec = find_spec("skimage")
    if spec is None or spec.origin is None:
        raise ConfigError(f"scikit-image is not installed; run: {COMMAND}")
    file = Path(spec.origin).parent / "data" / name
    if not file.is_file():
        raise ConfigError(f"scikit-image's wheel does not carry {name}; run: {COMMAND}")
    with bench_extra():
        from PIL import Image
    with Image.open(file) as image:
        return cast(Pixels, np.asarray(image.convert("RGB")))
