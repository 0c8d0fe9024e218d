"""Who finds the regions of a question before anybody has answered it.

A scout gets the words of the question, the newest frame, and what was seen ahead; it gives the
places where the answer may be. The embedded model is one. In front of a model elsewhere, which can
tell only with its answer, a process of our own scouts, if its packages are installed; it starts
when it is first needed, and until it is there nothing is known before the answer.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from pathlib import Path
from typing import Protocol, runtime_checkable

from artic_codecs import Region
from articgw.backends.base import Backend
from articgw.errors import BackendError
from articgw.frame import Frame

log = logging.getLogger(__name__)


@runtime_checkable
class Scout(Protocol):
    """The contract; nothing of it raises."""

    @property
    def spare(self) -> bool:
        """True where to ask it now takes nothing from an answer."""

    def wake(self) -> None:
        """Be ready soon, it may be asked; returns at once, may be called again."""

    async def spot(self, question: str, frame: Frame, glimpse: object | None) -> tuple[Region, ...]:
        """Where in ``frame`` the question may be answered, likeliest first; perhaps nowhere.

        ``glimpse`` is what `Backend.look` last returned for this call. The regions name the picture
        that they were found in, which is the frame, or that of a glimpse of a moment before.
        """

    async def close(self) -> None:
        """Let go of processes. May be called twice."""


class NoScout:
    """Knows nothing before the answer."""

    @property
    def spare(self) -> bool:
        """Never: it is no use."""
        return False

    def wake(self) -> None:
        """Nothing."""

    async def spot(self, question: str, frame: Frame, glimpse: object | None) -> tuple[Region, ...]:
        """Nothing."""
        return ()

    async def close(self) -> None:
        """Nothing."""


class OwnScout:
    """An embedded model that only scouts, in one process that starts when it may be needed."""

    def __init__(self, models_dir: Path) -> None:
        """``models_dir`` is where `articgw.models.fetch` put its files; it may be empty."""
        from articgw.backends.embedded.jobs import Setup
        from articgw.backends.embedded.worker import Worker

        self._worker = Worker(Setup(models_dir))
        self._starting: asyncio.Task[None] | None = None
        self._ready = False

    @property
    def spare(self) -> bool:
        """Once it has started, and looks for nobody else."""
        return self._ready and not self._worker.busy

    def wake(self) -> None:
        """Begin to start, unless that has been tried."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())

    async def spot(self, question: str, frame: Frame, glimpse: object | None) -> tuple[Region, ...]:
        """Nothing while it still starts. The glimpse of another back end tells it nothing."""
        from articgw.backends.embedded.seeking import seek

        self.wake()
        return await seek(question, frame, glimpse, [self._worker]) if self._ready else ()

    async def close(self) -> None:
        """End the process."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
        self._ready = False
        await self._worker.close()

    async def _start(self) -> None:
        try:
            await self._worker.start()
        except BackendError as error:
            log.warning("no regions before the first answer: %s", error)
            return
        self._ready = True


class ElseScout:
    """Asks the second where the first knows nothing."""

    def __init__(self, first: Scout, second: Scout) -> None:
        self._both = (first, second)

    @property
    def spare(self) -> bool:
        """As the first is: the second is asked where it knows nothing."""
        return self._both[0].spare

    def wake(self) -> None:
        """Both."""
        for scout in self._both:
            scout.wake()

    async def spot(self, question: str, frame: Frame, glimpse: object | None) -> tuple[Region, ...]:
        """What the first finds, else what the second does."""
        for scout in self._both:
            if regions := await scout.spot(question, frame, glimpse):
                return regions
        return ()

    async def close(self) -> None:
        """Both."""
        for scout in self._both:
            await scout.close()


def scout_for(
    backend: Backend, models_dir: Path | None, image_text_model: Path | None = None
) -> Scout:
    """The back end itself where it can scout, else one of our own where that can run.

    ``models_dir`` is where `articgw.models.fetch` put its files, which may be none; None for no
    scout of our own. With ``image_text_model``, a folder, that model (image_text.py) is asked where
    nothing read or spotted fits. Nothing is started yet. Raises `ConfigError` where files miss.
    """
    first = _reading(backend, models_dir)
    if image_text_model is None:
        return first
    from articgw.image_text import ImageTextScout

    second = ImageTextScout(image_text_model)
    return second if isinstance(first, NoScout) else ElseScout(first, second)


def _reading(backend: Backend, models_dir: Path | None) -> Scout:
    if isinstance(backend, Scout):
        return backend
    needed = ("rapidocr", "onnxruntime")
    if models_dir is None or not all(importlib.util.find_spec(name) for name in needed):
        return NoScout()
    return OwnScout(models_dir)
