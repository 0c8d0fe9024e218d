"""One call's connection to Gemini's Live API, and what outlives it.

The server hangs up after ten minutes, says so a minute before, and may refuse to go on where it
left off. So the next question after a warning takes a new connection, with the session's handle;
where that is refused, a new session is told what was asked and answered before.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from articgw.backends.behind.boxes import Convention
from articgw.backends.gemini_live import speech
from articgw.backends.gemini_live.hear import told
from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.features import Asking
from articgw.backends.wire.heard import Heard
from articgw.backends.wire.sockets import Socket, Sockets

FRAME_EVERY_S = 1.0
"""The API takes a frame a second."""
TURNS_KEPT = 8
IDLE_S = 300.0
"""A call that asks nothing for so long has no connection."""


class Line:
    """Of one call; it is a `Pool` of one socket and, with a question, a `Script`."""

    def __init__(self, sockets: Sockets, model: str, convention: Convention) -> None:
        self.handle: str | None = None
        """To go on with the session on another connection."""
        self.is_busy = False
        """A question is open on it."""
        self.used_t = _now()
        self._sockets = sockets
        self._model = model
        self._convention = convention
        self._socket: Socket | None = None
        self._is_leaving = False
        self._is_new = False
        self._turns: deque[tuple[str, str]] = deque(maxlen=TURNS_KEPT)
        self._framed_t = -FRAME_EVERY_S
        self._asked: tuple[Picture, str] | None = None

    def ask(self, picture: Picture, text: str) -> None:
        """What the next turn is about."""
        self._asked = picture, text

    @property
    def rest_s(self) -> float:
        """Until the next frame may be sent."""
        return max(0.0, self._framed_t + FRAME_EVERY_S - _now())

    def answered(self, text: str) -> None:
        """The turn is whole."""
        assert self._asked is not None
        self._turns.append((self._asked[1], text))

    async def take(self, *, fresh: bool = False) -> Socket:
        """This call's, unless it is gone, or going."""
        socket, self._socket = self._socket, None
        if socket is not None:
            if not (fresh or self._is_leaving or socket.ws.closed):
                return socket
            self._sockets.drop(socket)
        self._is_leaving = False
        return await self._sockets.take(fresh=True)

    def give_back(self, socket: Socket) -> None:
        """Keep it for the next question."""
        self._socket = Socket(socket.ws, socket.opened_t, is_used=True)

    def drop(self, socket: Socket) -> None:
        """A turn that was left cannot be told from the next one, so the connection goes."""
        self._framed_t = -FRAME_EVERY_S
        self._sockets.drop(socket)

    def hang_up(self) -> None:
        """Nothing more will be asked."""
        if self._socket is not None:
            self._sockets.drop(self._socket)
            self._socket = None

    def opening(self, asking: Asking) -> bytes | None:
        """The set-up."""
        self._is_new = self.handle is None
        return speech.setup(self._model, self._convention, asking, self.handle)

    def question(self, asking: Asking) -> Sequence[bytes]:
        """The frame and the question; in a new session first what was said before."""
        assert self._asked is not None
        picture, text = self._asked
        self._framed_t = _now()
        messages = [speech.frame(picture), speech.question(text)]
        if self._is_new and self._turns:
            messages.insert(0, speech.history(tuple(self._turns)))
        self._is_new = False
        return messages

    def hear(self, data: bytes) -> Heard:
        """An event; the session's own are remembered. Raises `ValueError` where it is none."""
        said = told(data)
        self.handle = said.handle or self.handle
        self._is_leaving = self._is_leaving or said.is_leaving
        return said.heard

    def lost(self) -> bool:
        """The session cannot be gone on with: a new one is tried."""
        had_handle, self.handle = self.handle is not None, None
        return had_handle


def _now() -> float:
    return asyncio.get_running_loop().time()
