"""A back end before several: the shell around `articgw.dispatch.core`.

    ask ─▶ core ─Start▶ a task per server that is asked ─▶ inbox ─▶ text, Reply
             ▲ ◀─ first word, end, failure ───────────────┘
             └── alarm at `wakes_t`

A failure is passed on to the asker only where no other server is left, or where words have been
shown already. A refusal is the question's own fault and is not tried elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import count

from articgw.backends.base import Backend, Prompt, Reply
from articgw.backends.sizing.profiles import profile_of
from articgw.backends.sizing.sized import sized
from articgw.dispatch.core import Dispatcher
from articgw.dispatch.question import Busy, Decision, Question, Start, Stop
from articgw.dispatch.replica import WINDOW
from articgw.errors import BackendError, BackendGarbled, BackendRefused, BackendUnavailable
from articgw.frame import Frame

UNKNOWN_TOKENS = 500
"""A picture's, for a model that nobody has told us of."""
LONGEST_PX = 1280

Piece = str | Reply | BackendError
Visual = Callable[[Frame], int]


@dataclass(eq=False, slots=True)
class Asker:
    """One question, as the shell sees it."""

    prompt: Prompt
    ends_t: float
    inbox: asyncio.Queue[tuple[int, Piece]] = field(default_factory=asyncio.Queue)
    """By server; -1 is the dispatcher itself."""
    tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    """By server."""
    last: BackendError | None = None
    """Why the last server failed."""


class DispatchBackend:
    """Asks whichever of its back ends will have answered soonest. See `Backend`."""

    def __init__(
        self,
        replicas: Sequence[Backend],
        *,
        window: int = WINDOW,
        visual_tokens: Visual | None = None,
        dispatcher: Dispatcher | None = None,
    ) -> None:
        """``visual_tokens`` says what a frame costs; by default the first model's profile does."""
        self.replicas = tuple(replicas)
        self._core = dispatcher or Dispatcher([window] * len(self.replicas))
        self._visual_tokens = visual_tokens or _by_profile(self.replicas[0].model)
        self._askers: dict[int, Asker] = {}
        self._keys = count(1)
        self._alarm: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def model(self) -> str:
        """All of them."""
        return ", ".join(dict.fromkeys(one.model for one in self.replicas))

    @property
    def about(self) -> str:
        """What the first says, and how many there are."""
        return f"{self.replicas[0].about} One of {len(self.replicas)} servers answers."

    @property
    def reads_ahead(self) -> bool:
        """No: a glimpse belongs to one server, and who will be asked is not known yet."""
        return False

    @property
    def takes_tools(self) -> bool:
        """Where all of them do: who will be asked is not known yet."""
        return all(one.takes_tools for one in self.replicas)

    @property
    def warms(self) -> bool:
        """Where one of them does."""
        return any(one.warms for one in self.replicas)

    async def warm(self, prompt: Prompt, *, deadline_s: float) -> Reply | None:
        """By the server that would be asked now, if it is idle; the question then goes there."""
        now = _now()
        replica = self._core.place(self._question(0, prompt, now, now + deadline_s), now=now)
        if replica is None:
            return None
        reply = await self.replicas[replica].warm(prompt, deadline_s=deadline_s)
        if reply is not None:
            tokens = reply.usage.input_tokens
            self._core.on_read(prompt.session, replica, tokens, now=_now())
        return reply

    async def start(self) -> None:
        """All of them; raises what the last says where none can start."""
        ends = await asyncio.gather(*(one.start() for one in self.replicas), return_exceptions=True)
        failed = [one for one in ends if isinstance(one, BaseException)]
        if len(failed) == len(ends):
            raise failed[-1]

    async def close(self) -> None:
        """All of them."""
        if self._alarm is not None:
            self._alarm.cancel()
        for asker in self._askers.values():
            for task in asker.tasks.values():
                task.cancel()
        await asyncio.gather(*self._ending, return_exceptions=True)
        await asyncio.gather(*(one.close() for one in self.replicas), return_exceptions=True)

    async def look(self, frame: Frame) -> object | None:
        """Nothing: see `reads_ahead`."""
        return None

    def expect(self, frame: Frame) -> None:
        """Told to the server that would be asked now."""
        now = _now()
        costs = [one.whole_s(0, 0, now=now) for one in self._core.replicas]
        self.replicas[costs.index(min(costs))].expect(frame)

    async def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """Yield the text of whichever server speaks first, then its `Reply`."""
        key, now = next(self._keys), _now()
        asker = self._askers[key] = Asker(prompt, now + deadline_s)
        question = self._question(key, prompt, now, asker.ends_t)
        speaker: int | None = None
        try:
            self._obey(self._core.ask(question, now=now))
            while True:
                replica, piece = await asker.inbox.get()
                if speaker is not None and replica != speaker:
                    continue
                if isinstance(piece, BackendError):
                    if speaker is not None or replica < 0 or isinstance(piece, BackendRefused):
                        raise piece
                    self._failed(key, asker, replica, piece)
                    continue
                if speaker is None:
                    speaker = replica
                    self._obey(self._core.on_first(key, replica, now=_now()))
                if isinstance(piece, Reply):
                    self._done(key, replica, piece)
                    yield piece
                    return
                yield piece
        finally:
            self._askers.pop(key, None)
            for task in asker.tasks.values():
                task.cancel()
            self._obey(self._core.on_left(key, now=_now()))

    def _question(self, key: int, prompt: Prompt, asked_t: float, deadline_t: float) -> Question:
        said = sum(len(one.words) + len(one.answer) for one in prompt.earlier)
        shown = [*(one.frame for one in prompt.earlier), prompt.frame]
        return Question(
            key,
            prompt.session or f"#{key}",
            asked_t=asked_t,
            deadline_t=deadline_t,
            visual_tokens=sum(map(self._visual_tokens, shown)),
            text_tokens=(len(prompt.question) + said) // 4 + 100,
        )

    def _failed(self, key: int, asker: Asker, replica: int, error: BackendError) -> None:
        asker.last = error
        retry_after_s = error.retry_after_s
        self._obey(self._core.on_failed(key, replica, retry_after_s=retry_after_s, now=_now()))

    def _done(self, key: int, replica: int, reply: Reply) -> None:
        spent, prompt = reply.usage, self._askers[key].prompt
        self._obey(
            self._core.on_done(
                key,
                replica,
                cached_tokens=spent.cached_tokens,
                output_tokens=spent.output_tokens or len(reply.text) // 4,
                now=_now(),
            )
        )
        if prompt.earlier:
            self._core.on_read(prompt.session, replica, spent.input_tokens, now=_now())

    def _obey(self, decisions: Sequence[Decision]) -> None:
        for decision in decisions:
            asker = self._askers.get(decision.key)
            if asker is None:
                continue
            match decision:
                case Start(replica=replica):
                    asker.tasks[replica] = self._begin(asker, replica)
                case Stop(replica=replica):
                    asker.tasks[replica].cancel()
                case Busy():
                    asker.inbox.put_nowait((-1, _busy(decision, asker)))
        self._set_alarm()

    def _begin(self, asker: Asker, replica: int) -> asyncio.Task[None]:
        task = asyncio.create_task(self._pump(asker, replica))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    async def _pump(self, asker: Asker, replica: int) -> None:
        left_s = max(0.001, asker.ends_t - _now())
        put = asker.inbox.put_nowait
        try:
            answer = self.replicas[replica].ask(asker.prompt, deadline_s=left_s)
            async with aclosing(answer) as pieces:
                async for piece in pieces:
                    put((replica, piece))
                    if isinstance(piece, Reply):
                        return
            put((replica, BackendGarbled("The model stopped before its answer was complete.", "")))
        except BackendError as error:
            put((replica, error))

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        now = _now()
        wakes_t = self._core.wakes_t(now=now)
        if wakes_t is not None:
            loop = asyncio.get_running_loop()
            self._alarm = loop.call_at(wakes_t, self._wake)

    def _wake(self) -> None:
        self._obey(self._core.decide(now=_now()))


def _busy(decision: Busy, asker: Asker) -> BackendError:
    if asker.last is not None:
        return asker.last
    after_s = decision.retry_after_s
    when = "in a moment" if after_s is None else f"in {after_s:.1f} s"
    return BackendUnavailable(
        f"All model servers are busy, and none would have answered in time: ask again {when}.",
        after_s,
    )


def _by_profile(model: str) -> Visual:
    profile = profile_of(model)

    def tokens(frame: Frame) -> int:
        return sized(frame.size_px, profile, longest_px=LONGEST_PX).tokens or UNKNOWN_TOKENS

    return tokens


def _now() -> float:
    return asyncio.get_running_loop().time()
