"""What a receiver of the live bench remembers of each picture, worked out beside the call.

    decoder ──▶ on_frame(picture) ──▶ thread: number, size, PSNR to the film's frame of that number

The thread takes a picture in 2 ms and none waits long, so the call is hardly disturbed; without a
film only times are kept, where processor or memory are what is measured.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

import av
import numpy as np

from tests.bench._live_film import Film, Pixels, luma_of, number_of

INTACT_DB = 25.0
WHOLE_LINES = 720
STEP = 2
"""Every second sample of every second line is compared."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that came out of the decoder, or was handed to the model."""

    t: float
    """s, on the machine's monotonic clock."""
    size_px: tuple[int, int] | None = None
    number: int | None = None
    psnr_db: float | None = None


class Recorder:
    """Thread-safe towards its own thread only: call it from the event loop."""

    def __init__(self, film: Film | None) -> None:
        self._film = film
        self._frames: list[Seen] = []
        self._handed: list[Seen] = []
        self._first: tuple[int, bytes] | None = None
        self._work: queue.SimpleQueue[tuple[list[Seen], float, av.VideoFrame]] = queue.SimpleQueue()
        if film is not None:
            threading.Thread(target=self._run, daemon=True).start()

    def on_frame(self, picture: av.VideoFrame) -> None:
        """A picture can be used now."""
        self._remember(self._frames, picture)

    def on_handed(self, picture: av.VideoFrame) -> None:
        """The model is given this picture now."""
        self._remember(self._handed, picture)

    def _remember(self, where: list[Seen], picture: av.VideoFrame) -> None:
        now = time.monotonic()
        if self._film is None:
            where.append(Seen(now))
        else:
            self._work.put((where, now, picture))

    def records(self) -> dict[str, Any]:
        """Everything so far, for JSON; waits until the thread has done its work."""
        while not self._work.empty():
            time.sleep(0.01)
        return {
            "frames": [asdict(seen) for seen in list(self._frames)],
            "handed": [asdict(seen) for seen in list(self._handed)],
            "first_number": self._first and self._first[0],
        }

    def first(self) -> bytes:
        """I420 of the first whole and intact picture, or nothing."""
        return self._first[1] if self._first else b""

    def _run(self) -> None:
        assert self._film is not None
        while True:
            where, t, picture = self._work.get()
            luma = luma_of(picture)
            number, psnr = number_of(luma), None
            if number is not None and number < self._film.frames:
                psnr = psnr_db(luma, self._film.luma(number, (picture.width, picture.height)))
            seen = Seen(t, (picture.width, picture.height), number, psnr)
            where.append(seen)
            if self._first is None and number is not None and is_whole(seen):
                self._first = number, picture.to_ndarray(format="yuv420p").tobytes()


def is_intact(seen: Seen) -> bool:
    """The right picture, not too damaged and not too coarse."""
    return seen.psnr_db is not None and seen.psnr_db >= INTACT_DB


def is_whole(seen: Seen) -> bool:
    """Intact at full size."""
    return is_intact(seen) and seen.size_px is not None and seen.size_px[1] >= WHOLE_LINES


def psnr_db(one: Pixels, other: Pixels) -> float:
    """Of every `STEP`-th sample; 99 where nothing differs."""
    difference = one[::STEP, ::STEP].astype(np.int16) - other[::STEP, ::STEP]
    mean_square = float(np.mean(np.square(difference, dtype=np.int32)))
    return 99.0 if mean_square == 0 else min(99.0, 10 * float(np.log10(255**2 / mean_square)))
