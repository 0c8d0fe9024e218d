"""What an answer says about where the next bits should go.

The only place where what a back end looked at becomes a `Region` or a `Readability`: the model
speaks of the frame that it saw, the sender must know how long that stays true.
"""

from __future__ import annotations

from artic_abr import LookQuality, Readability
from artic_codecs import Region
from articgw.backends import Reply

REGION_TTL_S = 3.0
"""A hand-held picture moves by a sign's width in about a second: the page draws the boxes as they
were, and only the sender's are carried along (aiming.py)."""


def regions_for(reply: Reply, *, frame_t: float, now: float) -> tuple[Region, ...]:
    """The parts of the frame captured at ``frame_t`` that the answer rests on, best first."""
    return tuple(
        Region(
            box=looked_at.box,
            frame_t=frame_t,
            priority=1.0 / (1 + place),
            expires_t=max(now, frame_t) + REGION_TTL_S,
            min_text_px=looked_at.text_height_px,
        )
        for place, looked_at in enumerate(reply.regions)
    )


def readability_of(
    reply: Reply, look: LookQuality | None = None, *, question_id: str, frame_t: float, now: float
) -> Readability:
    """How well the look could be read, with its source; ``look``: how well it came through."""
    value, source = reply.readability, reply.readability_source
    return Readability(value, source, question_id, frame_t, now, look)
