"""Dispatch without I/O: questions and what becomes of them in, decisions out.

    ask ─▶ waiting ──order──▶ the server with the least load number that has room ──▶ Start
              │                  load = wait for room + a + b·uncached + c·output
              │ no server can     first word: all others Stop · failed before it: next server
              ▼ make it           late: one more server, within the hedge's budget
             Busy

It decides when something happens: a question, a first word, an end, a failure; and at `wakes_t`.
Nothing is held back to be batched: that is the engine's business (LAPS does it there).

`Question.key` names a question in every call; ``replica`` is the server's place in the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from articgw.dispatch.affinity import Affinity
from articgw.dispatch.hedge import Hedge
from articgw.dispatch.order import Fairness, is_long, rank
from articgw.dispatch.question import Busy, Decision, Question, Start, Stop
from articgw.dispatch.replica import Attempt, Replica

SURE_SEEN = 5
"""Observations of a server before its prediction may turn a question away."""
IN_TIME = 0.9
"""A question is turned away only where the prediction exceeds its time by a tenth."""


@dataclass(slots=True)
class Open:
    """A question that has not ended."""

    question: Question
    tried: set[int] = field(default_factory=set)
    """Servers that failed it."""
    at: set[int] = field(default_factory=set)
    """Servers that are being asked."""
    first: int | None = None
    """The one whose first word came first."""
    retry_after_s: float | None = None
    """What the last failure said."""


class Dispatcher:
    """Between the questions of all sessions and several servers."""

    def __init__(
        self,
        windows: Iterable[int],
        *,
        hedge: Hedge | None = None,
        affinity: Affinity | None = None,
    ) -> None:
        """``windows`` has how many questions each server is given at once."""
        self.replicas = [Replica(window) for window in windows]
        self._hedge = hedge or Hedge()
        self._affinity = affinity or Affinity()
        self._fairness = Fairness()
        self._open: dict[int, Open] = {}

    @property
    def waiting(self) -> int:
        """Questions that no server has been asked."""
        return sum(not one.at for one in self._open.values())

    def ask(self, question: Question, *, now: float) -> list[Decision]:
        """A new question."""
        self._open[question.key] = Open(question)
        self._fairness.on_ask(question.session, open_sessions=self._sessions())
        return self.decide(now=now)

    def on_first(self, key: int, replica: int, *, now: float) -> list[Decision]:
        """The first word came; all others who were asked are stopped."""
        one, attempt = self._open.get(key), self.replicas[replica].running.get(key)
        if one is None or attempt is None or one.first is not None:
            return []
        one.first, attempt.begun = replica, True
        took_s = now - attempt.started_t
        self._hedge.on_first(took_s=took_s, predicted_s=attempt.first_s)
        read = attempt.uncached + attempt.ahead
        self.replicas[replica].observe(uncached=read, output=0, took_s=took_s, now=now)
        stops: list[Decision] = [Stop(key, other, "outrun") for other in one.at - {replica}]
        for stop in stops:
            assert isinstance(stop, Stop)
            self._leave(one, stop.replica)
        return [*stops, *self.decide(now=now)]

    def on_done(
        self, key: int, replica: int, *, cached_tokens: int, output_tokens: int, now: float
    ) -> list[Decision]:
        """The answer is whole; the counts are the server's."""
        one, attempt = self._open.pop(key, None), self.replicas[replica].running.pop(key, None)
        if one is not None and attempt is not None:
            session = one.question.session
            self._affinity.on_answer(session, replica, cached_tokens, now=now)
            uncached = max(0, one.question.prompt_tokens - cached_tokens) + attempt.ahead
            self.replicas[replica].observe(
                uncached=uncached,
                output=output_tokens,
                took_s=now - attempt.started_t,
                now=now,
            )
        return self.decide(now=now)

    def on_failed(
        self, key: int, replica: int, *, retry_after_s: float | None = None, now: float
    ) -> list[Decision]:
        """The server failed before its first word, and another may do better."""
        self.replicas[replica].failed(now=now, retry_after_s=retry_after_s)
        one = self._open.get(key)
        if one is not None:
            self._leave(one, replica)
            one.tried.add(replica)
            one.retry_after_s = retry_after_s
        return self.decide(now=now)

    def place(self, question: Question, *, now: float) -> int | None:
        """The server that would be asked now, as long as it has nothing better to do; None where
        that is not so. Nothing is begun by it."""
        fit = [r for r, replica in enumerate(self.replicas) if replica.admits(now=now)]
        if not fit:
            return None
        chosen = min(fit, key=lambda r: self._cost_s(question, r, now=now))
        return None if self.replicas[chosen].running else chosen

    def on_read(self, session: str, replica: int, tokens: int, *, now: float) -> None:
        """The server has read that much of the session's next prompt: its beginning."""
        self._affinity.on_answer(session, replica, tokens, now=now)

    def on_left(self, key: int, *, now: float) -> list[Decision]:
        """Nobody waits for the answer any more: superseded, cancelled, failed for good."""
        one = self._open.pop(key, None)
        if one is None:
            return self.decide(now=now)
        stops: list[Decision] = [Stop(key, replica, "left") for replica in one.at]
        for replica in tuple(one.at):
            self._leave(one, replica)
        return [*stops, *self.decide(now=now)]

    def decide(self, *, now: float) -> list[Decision]:
        """Everything that is to be done now."""
        return [*self._place(now=now), *self._hedges(now=now)]

    def wakes_t(self, *, now: float) -> float | None:
        """When to decide again if nothing happens; None: not before something does."""
        times = [t for one in self._open.values() if (t := self._hedge_t(one)) is not None]
        if self.waiting:
            times += [one.question.deadline_t for one in self._open.values() if not one.at]
            times += [r.closed_until_t for r in self.replicas if r.failures]
        return min((t for t in times if t > now), default=None)

    def _place(self, *, now: float) -> list[Decision]:
        """A long question whose turn it is keeps the place that it waits for: those behind it have
        had more, and would fill every window for ever."""
        decisions: list[Decision] = []
        kept: set[int] = set()
        for one in self._in_order(now=now):
            decision = self._place_one(one, kept, now=now)
            if decision is not None:
                decisions.append(decision)
        return decisions

    def _in_order(self, *, now: float) -> list[Open]:
        sessions = self._sessions()
        best = [r for r, replica in enumerate(self.replicas) if replica.admits(now=now)]

        def key(one: Open) -> tuple[tuple[int, bool, float], float]:
            question = one.question
            uncached = min((self._uncached(question, r, now=now) for r in best), default=0)
            needs_s = min((self._whole_s(question, r, now=now) for r in best), default=0.0)
            ahead = self._fairness.ahead(question.session, open_sessions=sessions)
            slack_s = question.deadline_t - now - needs_s
            return rank(ahead_tokens=ahead, uncached=uncached, slack_s=slack_s), question.asked_t

        return sorted((one for one in self._open.values() if not one.at), key=key)

    def _place_one(self, one: Open, kept: set[int], *, now: float) -> Decision | None:
        question = one.question
        left = [r for r in range(len(self.replicas)) if r not in one.tried]
        if not left:
            return self._turn_away(one, one.retry_after_s, "failed")
        if now >= question.deadline_t:
            return self._turn_away(one, self._retry_s(now=now), "too late")
        fit = [r for r in left if self.replicas[r].admits(now=now)]
        if not fit:
            opens_t = min(self._opens_t(r) for r in left)
            if opens_t < question.deadline_t:
                return None
            return self._turn_away(one, opens_t - now, "too late")
        costs = {r: self._cost_s(question, r, now=now) for r in fit}
        if self._hopeless(question, costs, now=now):
            return self._turn_away(one, self._retry_s(now=now), "too late")
        free = [r for r in fit if r not in kept]
        if not free:
            return None
        chosen = min(free, key=costs.__getitem__)
        left_s = question.deadline_t - now
        if costs[chosen] > left_s >= min(costs.values()):
            return None
        uncached = self._uncached(question, chosen, now=now)
        if not self.replicas[chosen].has_room(is_long=is_long(uncached)):
            if is_long(uncached):
                kept.add(chosen)
            return None
        self._start(one, chosen, now=now)
        return Start(question.key, chosen, "failed over" if one.tried else "soonest")

    def _hopeless(self, question: Question, costs: dict[int, float], *, now: float) -> bool:
        known = all(self.replicas[r].load.seen >= SURE_SEEN for r in costs)
        return known and IN_TIME * min(costs.values()) > question.deadline_t - now

    def _hedges(self, *, now: float) -> list[Decision]:
        decisions: list[Decision] = []
        for one in self._open.values():
            due_t = self._hedge_t(one)
            if due_t is None or now < due_t:
                continue
            left_s = one.question.deadline_t - now
            others = {
                r: cost_s
                for r, replica in enumerate(self.replicas)
                if r not in one.at | one.tried
                and replica.admits(now=now)
                and replica.has_room(is_long=is_long(self._uncached(one.question, r, now=now)))
                and (cost_s := self._whole_s(one.question, r, now=now)) < left_s
            }
            if others:
                chosen = min(others, key=others.__getitem__)
                self._hedge.spend()
                self._start(one, chosen, now=now)
                decisions.append(Start(one.question.key, chosen, "hedge"))
        return decisions

    def _hedge_t(self, one: Open) -> float | None:
        if len(one.at) != 1 or one.first is not None or len(self.replicas) < 2:
            return None
        (replica,) = one.at
        attempt = self.replicas[replica].running[one.question.key]
        after_s = self._hedge.after_s(attempt.first_s)
        return None if after_s is None else attempt.started_t + after_s

    def _start(self, one: Open, replica: int, *, now: float) -> None:
        question, there = one.question, self.replicas[replica]
        uncached = self._uncached(question, replica, now=now)
        there.running[question.key] = Attempt(
            question,
            started_t=now,
            uncached=uncached,
            expected_s=self._whole_s(question, replica, now=now),
            first_s=there.first_s(uncached, now=now),
            ahead=there.reading,
        )
        if not one.at:
            self._fairness.on_start(question)
            self._hedge.on_start()
        one.at.add(replica)

    def _leave(self, one: Open, replica: int) -> None:
        one.at.discard(replica)
        self.replicas[replica].running.pop(one.question.key, None)

    def _turn_away(self, one: Open, retry_after_s: float | None, why: str) -> Busy:
        del self._open[one.question.key]
        return Busy(one.question.key, retry_after_s, why)

    def _cost_s(self, question: Question, replica: int, *, now: float) -> float:
        """The load number: until the end of the answer, if it were sent there."""
        there = self.replicas[replica]
        is_a_long_one = is_long(self._uncached(question, replica, now=now))
        wait_s = 0.0 if there.has_room(is_long=is_a_long_one) else there.free_in_s(now=now)
        return wait_s + self._whole_s(question, replica, now=now)

    def _whole_s(self, question: Question, replica: int, *, now: float) -> float:
        uncached = self._uncached(question, replica, now=now)
        return self.replicas[replica].whole_s(uncached, question.output_tokens, now=now)

    def _uncached(self, question: Question, replica: int, *, now: float) -> int:
        cached = self._affinity.cached(question.session, replica, now=now)
        return max(0, question.prompt_tokens - cached)

    def _retry_s(self, *, now: float) -> float:
        """Until some server will have room."""
        return min(
            max(replica.free_in_s(now=now), replica.closed_until_t - now, 0.0)
            for replica in self.replicas
        )

    def _opens_t(self, replica: int) -> float:
        there = self.replicas[replica]
        return there.closed_until_t

    def _sessions(self) -> set[str]:
        return {one.question.session for one in self._open.values()}
