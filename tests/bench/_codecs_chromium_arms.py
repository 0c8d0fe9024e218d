"""The arms of the codecs bench that go through a real browser's encoders: a table.

VP8 is what Chromium takes by default. At 5 fps all arms are held by the source, as our page holds
its camera, and by maxFramerate, without which H.264 begins as if 30 came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Codec = Literal["vp8", "h264"]
Treatment = Literal["whole", "softened", "packed"]
KEEP = "maintain-resolution"


@dataclass(frozen=True, slots=True)
class ChromiumArm:
    """One line of the table."""

    name: str
    treatment: Treatment
    codec: Codec
    fps: float
    degradation: str | None
    rates_bps: tuple[float, ...]
    hint: str | None = None

    @property
    def aimed(self) -> bool:
        """Is it told the box?"""
        return self.treatment != "whole"


LOW_BPS, MIDDLE_BPS, HIGH_BPS = (
    (25e3, 50e3, 100e3, 200e3),
    (50e3, 100e3, 200e3),
    (100e3, 200e3, 400e3, 800e3),
)
NAMES: dict[Codec, str] = {"vp8": "VP8", "h264": "H.264"}
DEFAULT = "Chromium as it is, VP8"
MAINTAIN = "Chromium maintain-resolution, VP8"
MAINTAIN_5, SOFTENED, PACKED = (
    {codec: f"Chromium {what}, {name}, 5 fps" for codec, name in NAMES.items()}
    for what in (KEEP, "pre-filter", "packed")
)
ARMS = (
    *(ChromiumArm(PACKED[c], "packed", c, 5, KEEP, LOW_BPS) for c in NAMES),
    *(ChromiumArm(MAINTAIN_5[c], "whole", c, 5, KEEP, LOW_BPS) for c in NAMES),
    *(ChromiumArm(SOFTENED[c], "softened", c, 5, KEEP, LOW_BPS) for c in NAMES),
    ChromiumArm(MAINTAIN, "whole", "vp8", 30, KEEP, MIDDLE_BPS),
    ChromiumArm(DEFAULT, "whole", "vp8", 30, None, HIGH_BPS),
)


def arms() -> tuple[str, ...]:
    """Names of all arms."""
    return tuple(arm.name for arm in ARMS)
