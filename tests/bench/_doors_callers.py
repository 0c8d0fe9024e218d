"""Callers of the doors bench, in a process of their own: they ask, and note when.

    python -m tests.bench._doors_callers URL --kind plain --sessions 10 --questions 20 …

Prints {"ready": true} when every call is warm, waits for a line, asks, and prints a JSON object
with all that was asked. Times are of the machine's monotonic clock. Two kinds of far end:

    plain    aiortc with a film that was encoded beforehand: the question leaves as it is asked
    fresh    articgw.client, which sends a fresh picture with its question and obeys
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Protocol

import av
from aiortc import RTCRtpSender

from articgw.client import Call, CallLost, DrawnSource, QuestionFailed
from articgw.lag import LoopLag
from articgw.protocol import AnswerDelta, AnswerDone, Ask, Error, decode_gateway, encode
from tests.bench._doors_film import LOOP_S, FilmCamera, encoded, views
from tests.integration.caller import Caller

WARM_UP_S = 5.0
WARM_UP_QUESTIONS = 3
END_LIMIT_S = 40.0
ANSWERED = "answered"
LONG_GAP_S = (4.5, 6.0)
"""Longer than a gateway keeps a connection to its model server for."""


@dataclass(slots=True)
class Asked:
    """One question."""

    key: str
    id: str
    """As the gateway's trace has it."""
    gap_s: float
    """Between it and the end of the answer before it."""
    sent_t: float
    """s, just before it was given to the data channel."""
    delta_t: float | None = None
    """s, when the first piece of its answer was here."""
    end: str = "never"
    """`ANSWERED`, or the code of its error."""


class Asker(Protocol):
    """What both kinds can."""

    async def start(self) -> None:
        """Returns when questions are taken."""

    async def ask(self, key: str, gap_s: float) -> Asked:
        """Returns with the answer's end."""

    async def close(self) -> None:
        """Hang up."""


class PlainCaller(Caller):
    """Says nothing of what it can, so no steer reaches it and nobody waits for its frames."""

    def __init__(self, url: str, film: tuple[bytes, ...], fps: int) -> None:
        self._now: Asked | None = None
        self._ended = asyncio.Event()
        super().__init__(url, camera=False)
        self._film = FilmCamera(film, fps)
        transceiver = self.connection.addTransceiver(self._film, "sendonly")
        known = RTCRtpSender.getCapabilities("video").codecs
        transceiver.setCodecPreferences([codec for codec in known if codec.name == "H264"])

    def _on_message(self, data: str) -> None:
        arrived_t = time.monotonic()
        message = decode_gateway(data)
        self._unheard.put_nowait(message)
        now = self._now
        if now is None or getattr(message, "id", None) != now.key:
            return
        match message:
            case AnswerDelta() if now.delta_t is None:
                now.delta_t = arrived_t
            case AnswerDone():
                now.end = ANSWERED
                self._ended.set()
            case Error(code=code):
                now.end = code
                self._ended.set()

    async def start(self) -> None:
        """See `Asker`."""
        await self.call()

    async def ask(self, key: str, gap_s: float) -> Asked:
        """See `Asker`."""
        text = encode(Ask(id=key, text=question(key)))
        self._ended.clear()
        asked = self._now = Asked(key, key, gap_s, time.monotonic())
        self.channel.send(text)
        try:
            await asyncio.wait_for(self._ended.wait(), END_LIMIT_S)
        except TimeoutError:
            pass
        return asked

    async def close(self) -> None:
        """See `Asker`."""
        self._film.stop()
        await self.hang_up()


class FreshCaller:
    """Our own client, as it is."""

    def __init__(self, url: str, size_px: tuple[int, int], fps: int) -> None:
        self._views = list(views(size_px, LOOP_S * fps))
        self._call = Call(url, DrawnSource(self._draw, fps), fps=fps)

    def _draw(self, number: int) -> av.VideoFrame:
        return av.VideoFrame.from_ndarray(self._views[number % len(self._views)], format="yuv420p")

    async def start(self) -> None:
        """See `Asker`."""
        await self._call.__aenter__()

    async def ask(self, key: str, gap_s: float) -> Asked:
        """See `Asker`."""
        asked = Asked(key, "", gap_s, time.monotonic())
        pieces = self._call.stream(question(key))
        asked.id = pieces.id
        try:
            async with asyncio.timeout(END_LIMIT_S):
                async for _ in pieces:
                    pass
            answer = pieces.answer
            assert answer is not None
            asked.end = ANSWERED
            if answer.first_text_s is not None:
                asked.delta_t = asked.sent_t + answer.first_text_s
        except QuestionFailed as error:
            asked.end = error.code
        except (CallLost, TimeoutError) as error:
            asked.end = type(error).__name__
        return asked

    async def close(self) -> None:
        """See `Asker`."""
        await self._call.close()


def question(key: str) -> str:
    """Whose request at the model server can be told by its key."""
    return f"What does the red sign say? [{key}]"


def gaps_s(seed: str, questions: int, usual_s: tuple[float, float], long: float) -> Iterator[float]:
    """Pauses before questions, s; a share ``long`` of them lasts for `LONG_GAP_S`."""
    draws = random.Random(seed)
    kinds = [number < round(long * questions) for number in range(questions)]
    draws.shuffle(kinds)
    for is_long in kinds:
        yield draws.uniform(*(LONG_GAP_S if is_long else usual_s))


async def ask_all(asker: Asker, name: str, gaps: Sequence[float]) -> list[Asked]:
    """One session's questions, one after the other."""
    asked = []
    for number, gap_s in enumerate(gaps):
        await asyncio.sleep(gap_s)
        asked.append(await asker.ask(f"q-{name}-{number}", gap_s))
    return asked


async def run(args: argparse.Namespace) -> None:
    """Until all questions have been answered."""
    size_px = args.width, args.height
    askers: list[Asker] = []
    if args.kind == "plain":
        film = encoded(size_px, args.fps)
        askers += [PlainCaller(args.url, film, args.fps) for _ in range(args.sessions)]
    else:
        askers += [FreshCaller(args.url, size_px, args.fps) for _ in range(args.sessions)]
    names = [f"{args.name}s{number}" for number, _ in zip(count(), askers, strict=False)]
    lag = LoopLag()
    watching = asyncio.create_task(lag.run())
    try:
        for asker in askers:
            await asker.start()
        await asyncio.sleep(WARM_UP_S)
        for asker, name in zip(askers, names, strict=True):
            await ask_all(asker, f"{name}w", [0.3] * WARM_UP_QUESTIONS)
        print(json.dumps({"ready": True}), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        usual_s = args.gap_low, args.gap_high
        plans = [
            list(gaps_s(f"{args.seed} {name}", args.questions, usual_s, args.long))
            for name in names
        ]
        cpu_s, began_t = time.process_time(), time.monotonic()
        asked = await asyncio.gather(
            *(
                ask_all(asker, name, plan)
                for asker, name, plan in zip(askers, names, plans, strict=True)
            )
        )
        wall_s = time.monotonic() - began_t
        told = {
            "asked": [asdict(one) for of_session in asked for one in of_session],
            "cpu_share": (time.process_time() - cpu_s) / wall_s,
            "wall_s": wall_s,
            "loop_lag_max_ms": lag.max_ms(now=time.monotonic()),
        }
        print(json.dumps(told), flush=True)
    finally:
        watching.cancel()
        await asyncio.gather(*(asker.close() for asker in askers), return_exceptions=True)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("url")
    parser.add_argument("--kind", choices=("plain", "fresh"), required=True)
    parser.add_argument("--name", required=True, help="first part of every question's key")
    parser.add_argument("--sessions", type=int, required=True)
    parser.add_argument("--questions", type=int, required=True, help="of each session")
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--fps", type=int, required=True)
    parser.add_argument("--gap_low", type=float, required=True, help="s between two questions")
    parser.add_argument("--gap_high", type=float, required=True)
    parser.add_argument("--long", type=float, required=True, help="share of long gaps")
    parser.add_argument("--seed", type=int, required=True)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
