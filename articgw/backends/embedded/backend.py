"""The embedded default model: it reads text, names colours, counts, and spots objects.

Two processes, one to read ahead and one to answer, so that a question never waits behind a read
that nobody asked for. Nothing here computes on pictures; the event loop only copies planes.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import re
from collections.abc import AsyncGenerator
from pathlib import Path

from artic_abr import ReadabilitySource
from artic_codecs import Region
from articgw.backends.base import LookedAt, Prompt, Reply
from articgw.backends.embedded.jobs import Ask, Look, Setup
from articgw.backends.embedded.scene import Answer, Scene
from articgw.backends.embedded.seeking import seek
from articgw.backends.embedded.worker import Worker
from articgw.errors import BackendUnavailable
from articgw.frame import Frame

log = logging.getLogger(__name__)

_INTRODUCTION = (
    "I am articgw's built-in reader: I read text, name colours and {spots}; "
    "I am not a language model."
)
NO_EMBEDDING = (
    "the sentence embedding is not there: regions are found by rules alone "
    "until 'articgw models fetch' has been run"
)
_PIECE = re.compile(r"\S+\s*(?:\S+\s*){0,3}")


class EmbeddedBackend:
    """Answers from what it reads and spots in the picture. See `articgw.backends.base.Backend`."""

    def __init__(self, models_dir: Path) -> None:
        """``models_dir`` is where `articgw.models.fetch` put its files; it may be empty."""
        setup = Setup(models_dir)
        self._setup = setup
        self._reading_ahead: Worker | None = None
        self._answering: Worker | None = None
        self._spots_objects = False

    @property
    def model(self) -> str:
        """Name of the model, as shown to people."""
        return "embedded reader"

    @property
    def about(self) -> str:
        """One honest sentence on what it can and cannot do."""
        if self._spots_objects:
            objects = "spots 80 kinds of object"
        else:
            objects = "does not spot objects until 'articgw models fetch' has been run"
        return (
            f"A reader and spotter, not a language model: it reads text, names colours, counts "
            f"coloured shapes and {objects}; it cannot reason, and it says so when asked to."
        )

    @property
    def reads_ahead(self) -> bool:
        """Yes: reading takes half a second."""
        return True

    @property
    def takes_tools(self) -> bool:
        """No: it is not a language model."""
        return False

    @property
    def warms(self) -> bool:
        """No: it reads ahead by `look`."""
        return False

    async def warm(self, prompt: Prompt, *, deadline_s: float) -> Reply | None:
        """Nothing: see `warms`."""
        return None

    async def start(self) -> None:
        """Wait until questions can be answered. Raises `BackendUnavailable` where they cannot.

        The process that reads ahead loads after that: two at once on two cores double the wait.
        """
        for module in ("rapidocr", "onnxruntime"):
            if importlib.util.find_spec(module) is None:
                raise BackendUnavailable(
                    f"the embedded model needs {module}: pip install 'articgw[detect]'"
                )
        self._reading_ahead = self._reading_ahead or Worker(self._setup)
        self._answering = self._answering or Worker(self._setup)
        try:
            ready = await self._answering.start()
        except BaseException:
            await self.close()
            raise
        self._spots_objects = ready.spots_objects
        if not ready.compares_meaning:
            log.info(NO_EMBEDDING)
        self._reading_ahead.warm_up()

    async def look(self, frame: Frame) -> Scene | None:
        """Read ahead; None at once while the process still loads, or reads for someone else."""
        worker = self._reading_ahead
        if worker is None or worker.busy:
            return None
        try:
            scene = await worker.run(Look(frame.yuv(), frame.captured_t))
        except BackendUnavailable:
            return None
        return scene if isinstance(scene, Scene) else None

    def expect(self, frame: Frame) -> None:
        """Nothing: its process takes the planes as they are."""

    async def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """Yield the answer's text in pieces, then the `Reply`."""
        if self._answering is None:
            raise BackendUnavailable("the embedded model has not been started")
        glimpse = prompt.glimpse if isinstance(prompt.glimpse, Scene) else None
        job = Ask(prompt.frame.yuv(), prompt.frame.captured_t, prompt.question, glimpse)
        try:
            async with asyncio.timeout(deadline_s):
                answer = await self._answering.run(job)
        except TimeoutError as error:
            raise BackendUnavailable(
                f"the embedded model did not answer within {deadline_s:g} s", retry_after_s=1.0
            ) from error
        if not isinstance(answer, Answer):
            raise BackendUnavailable("the embedded model's process answered something else")
        text = answer.text
        if prompt.first_turn:
            text = f"{text} {self._introduction}"
        for piece in _PIECE.findall(text):
            yield piece
        yield _reply(text, answer, self.model)

    @property
    def spare(self) -> bool:
        """While nobody is answered or read for: both share the cores. See `articgw.scout`."""
        workers = (self._answering, self._reading_ahead)
        return not any(worker is None or worker.busy for worker in workers)

    def wake(self) -> None:
        """Nothing: what answers can scout. See `articgw.scout`."""

    async def spot(self, question: str, frame: Frame, glimpse: object | None) -> tuple[Region, ...]:
        """Where in the frame a question may be answered. See `articgw.scout.Scout`."""
        workers = [w for w in (self._answering, self._reading_ahead) if w is not None]
        return await seek(question, frame, glimpse, workers)

    async def close(self) -> None:
        """End both processes. May be called twice."""
        workers = [w for w in (self._reading_ahead, self._answering) if w is not None]
        self._reading_ahead = self._answering = None
        await asyncio.gather(*(worker.close() for worker in workers))

    @property
    def _introduction(self) -> str:
        spots = "spot objects" if self._spots_objects else "count coloured shapes"
        return _INTRODUCTION.format(spots=spots)


def _reply(text: str, answer: Answer, model: str) -> Reply:
    source = ReadabilitySource.NONE
    if answer.readability is not None:
        source = (
            ReadabilitySource.DETECTION if answer.from_objects else ReadabilitySource.RECOGNITION
        )
    return Reply(
        text=text,
        model=model,
        finish=answer.finish,
        readability=answer.readability,
        readability_source=source,
        regions=tuple(LookedAt(e.box, e.label, e.text_height_px) for e in answer.evidence),
    )
