"""Regions for a question that nobody has answered yet, from a worker process.

With a glimpse of a moment ago that is arithmetic on what was seen; without one the frame is looked
at first, for where text is and not for what it says. Whoever waits for regions waits with a
question: rather none than late ones, and never an error.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from artic_codecs import Region
from articgw.backends.embedded.jobs import Job, Seek, Sought
from articgw.backends.embedded.scene import Scene
from articgw.errors import BackendUnavailable
from articgw.frame import Frame

log = logging.getLogger(__name__)

FRESH_S = 5.0
"""A glimpse so old tells where things were; regions name its time, and who knows the motion since
brings them along (`artic_codecs.carrier`)."""
EXPIRY_S = 6.0
"""By then the answer has told better; a thin link takes seconds to show a place well."""
PATIENCE_S = 1.5
"""The answer itself takes about so long."""


class Works(Protocol):
    """What `worker.Worker` does for us."""

    @property
    def busy(self) -> bool:
        """True while it does something else, or is not ready."""

    async def run(self, job: Job) -> object:
        """Do a job. Raises `BackendUnavailable`."""


async def seek(
    question: str, frame: Frame, glimpse: object | None, workers: Sequence[Works]
) -> tuple[Region, ...]:
    """Where a question may be answered; nothing where that cannot be said in time.

    ``workers``: those that answer first. They do what is quick; looking at a frame is done by the
    others where they are idle, so that the answer does not wait for it.
    """
    if not workers:
        return ()
    job = job_for(question, frame, glimpse)
    ordered = workers if job.yuv is None else list(reversed(workers))
    worker = next((one for one in ordered if not one.busy), workers[0])
    try:
        async with asyncio.timeout(PATIENCE_S):
            sought = await worker.run(job)
    except (TimeoutError, BackendUnavailable) as error:
        log.info("no regions before the answer: %s", error or f"not within {PATIENCE_S:g} s")
        return ()
    return regions_of(sought, frame.captured_t) if isinstance(sought, Sought) else ()


def job_for(question: str, frame: Frame, glimpse: object | None) -> Seek:
    """The picture goes along only where there is no fresh glimpse of it."""
    scene = glimpse if isinstance(glimpse, Scene) else None
    fresh = (
        scene is not None
        and scene.size_px == frame.size_px
        and 0.0 <= frame.captured_t - scene.captured_t <= FRESH_S
    )
    return Seek(question, None if fresh else frame.yuv(), frame.captured_t, scene)


def regions_of(sought: Sought, asked_t: float) -> tuple[Region, ...]:
    """Aims as regions of the picture that they were found in, for a question at ``asked_t``."""
    return tuple(
        Region(
            aim.box,
            sought.captured_t,
            aim.priority,
            max(asked_t, sought.captured_t) + EXPIRY_S,
            aim.min_text_px,
        )
        for aim in sought.aims
    )
