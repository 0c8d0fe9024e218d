"""What one session writes down: a line of its trace for each event, and the figures of its metrics.

Field names are those of the metrics without their prefix; neither keeps what was asked or answered.
"""

from __future__ import annotations

from articgw.backends import Reply
from articgw.frame import Frame
from articgw.ledger import NO_PRICES, Ledger, Prices, price_usd
from articgw.metrics import ANSWERED, Ahead, Metrics
from articgw.protocol import AnswerDone, Error, Stats, SteerAck
from articgw.tools.toolset import NOT_WAITED_FOR, Outcome
from articgw.trace import Trace


class Journal:
    """One session's."""

    def __init__(self, trace: Trace, metrics: Metrics, prices: Prices = NO_PRICES) -> None:
        self.trace = trace
        self.ledger = Ledger()
        """Of the call so far."""
        self._metrics = metrics
        self._prices = prices
        self._asked_t: dict[str, float] = {}
        self._ahead = Ledger()
        """On what was read ahead of the next question."""
        self._spent: dict[str, Ledger] = {}
        """On questions that are open."""

    def on_ask(self, question_id: str, *, now: float) -> None:
        """A question was taken."""
        self._asked_t[question_id] = now
        self._spent[question_id], self._ahead = self._ahead, Ledger()
        self.trace.write("session", "ask", now=now, id=question_id)

    def on_look(
        self, frame: Frame, question_id: str | None = None, *, now: float, why: str = ""
    ) -> None:
        """A model is given a frame, for a question or to read ahead."""
        width, height = frame.size_px
        self.trace.write(
            "session",
            "read_ahead" if question_id is None else "look",
            now=now,
            why=why,
            id=question_id,
            frame_age_ms=round(1000 * (now - frame.captured_t), 1),
            width=width,
            height=height,
        )

    def on_reply(self, question_id: str, reply: Reply, *, now: float) -> None:
        """A model has answered, and wants to be paid."""
        usage, usd = reply.usage, price_usd(reply.usage, reply.model, self._prices)
        self.ledger = self.ledger.plus(usage, usd)
        self._spent[question_id] = self.spent(question_id).plus(usage, usd)
        self.trace.write(
            "session",
            "reply",
            now=now,
            id=question_id,
            model=reply.model,
            input_tokens=usage.input_tokens,
            visual_tokens=usage.visual_tokens,
            cached_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
            price_usd=usd,
        )
        self._metrics.on_reply(usage, usd)

    def on_warm(
        self,
        outcome: Ahead,
        reply: Reply | None = None,
        *,
        frame: Frame | None = None,
        took_s: float | None = None,
        now: float,
    ) -> None:
        """What became of reading ``frame`` ahead; what it cost is the next question's."""
        usd = None
        if reply is not None:
            usd = price_usd(reply.usage, reply.model, self._prices)
            self.ledger = self.ledger.plus(reply.usage, usd)
            self._ahead = self._ahead.plus(reply.usage, usd)
            self._metrics.on_reply(reply.usage, usd)
        self.trace.write(
            *("session", "ahead"),
            now=now,
            outcome=outcome,
            frame_age_ms=None if frame is None else round(1000 * (now - frame.captured_t), 1),
            took_ms=None if took_s is None else round(1000 * took_s, 1),
            input_tokens=None if reply is None else reply.usage.input_tokens,
            cached_tokens=None if reply is None else reply.usage.cached_tokens,
            price_usd=usd,
        )
        self._metrics.on_ahead(outcome)

    def on_tool(
        self, question_id: str, name: str, outcome: Outcome, took_s: float, *, now: float
    ) -> None:
        """A tool was asked for; ``name`` is empty where there is none of that name."""
        if outcome not in NOT_WAITED_FOR:
            self.ledger = self.ledger.with_tool(took_s)
            self._spent[question_id] = self.spent(question_id).with_tool(took_s)
        took_ms = round(1000 * took_s, 1)
        self.trace.write(
            *("session", "tool"),
            now=now,
            id=question_id,
            name=name,
            outcome=outcome,
            took_ms=took_ms,
        )
        self._metrics.on_tool(outcome, took_s)

    def spent(self, question_id: str) -> Ledger:
        """On a question that is open."""
        return self._spent.get(question_id, Ledger())

    def on_answer(self, done: AnswerDone, *, now: float) -> None:
        """A question was answered."""
        self._asked_t.pop(done.id, None)
        self._spent.pop(done.id, None)
        first_ms, look = done.timings.first_text_ms, done.readability.look
        self.trace.write(
            "session",
            "answer",
            now=now,
            id=done.id,
            readability=done.readability.value,
            readability_source=done.readability.source,
            look_db=None if look is None else look.db,
            look_source=None if look is None else look.source,
            region_qp=None if look is None else look.region_qp,
            frame_bits=None if look is None else look.frame_bits,
            finish=done.finish,
            first_text_ms=first_ms,
            done_ms=done.timings.done_ms,
        )
        self._metrics.on_answer(
            ANSWERED,
            None if first_ms is None else first_ms / 1000,
            done.timings.done_ms / 1000,
            done.frame_age_ms / 1000,
        )

    def on_error(self, error: Error, *, now: float) -> None:
        """The client is told of an error; one that has an id ends that question."""
        self.trace.write(
            "session", "error", now=now, why=error.message, code=error.code, id=error.id
        )
        if error.id is not None:
            asked_t = self._asked_t.pop(error.id, now)
            self._spent.pop(error.id, None)
            self._metrics.on_answer(error.code, None, now - asked_t, None)

    def on_still(
        self,
        question_id: str,
        outcome: str,
        why: str = "",
        *,
        size_bytes: int | None = None,
        now: float,
    ) -> None:
        """How a still that was asked for ended: answered, worse or failed."""
        self.trace.write(
            "session", "still", now=now, why=why, id=question_id, outcome=outcome, bytes=size_bytes
        )
        self._metrics.on_still(outcome)

    def on_sender(self, message: SteerAck | Stats, *, now: float) -> None:
        """The sender speaks of itself."""
        match message:
            case SteerAck(seq=seq, applied=applied):
                self.trace.write("sender", "ack", now=now, seq=seq, applied=applied)
            case Stats(bps=bps, fps=fps, size_px=size_px, region_db=region_db):
                self.trace.write(
                    *("sender", "stats"),
                    now=now,
                    bps=bps,
                    fps=fps,
                    size_px=size_px,
                    region_db=region_db,
                )
