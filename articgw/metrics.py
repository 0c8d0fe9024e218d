"""Figures of a whole gateway for Prometheus, read when it asks for them: packets pay nothing.

One registry per gateway, so that several can live in one process. No label names a caller, a
session or a question. The gauges have the names of a trace's fields (articgw/trace.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from articgw.backends.base import Usage
from articgw.tools.toolset import NOT_WAITED_FOR, Outcome
from articgw.vitals import Vitals, of_all

ANSWERED = "answered"
OUTCOMES = (
    ANSWERED,
    "no_frame",
    "camera_stopped",
    "superseded",
    "cancelled",
    "backend_unavailable",
    "backend_refused",
    "backend_garbled",
    "internal",
)
"""How questions end; shown from the start, so that the first failure is a step from 0 to 1."""
TOKENS = ("input", "visual", "cached", "output")
STILLS = ("answered", "worse", "failed")
Ahead = Literal["read", "used", "busy", "cancelled", "failed"]
"""What became of a picture that a model was to read ahead of a question: it was read; and was the
one that the question was about; nobody had time for it; it was not wanted any more; neither."""
_ANSWER_S = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30)
_FIRST_TEXT_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10)
_TOOL_S = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10)
_OBJECTS_S = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1)
_FRAME_AGE_S = (0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a gateway knows of itself at one moment."""

    calls: tuple[Vitals, ...]
    frames_received: int
    """Of all calls since the start, ended ones included."""
    frames_decoded: int
    """Of those; the others nobody looked at."""
    keyframe_requests: int
    """Of all calls since the start, ended ones included."""
    loop_lag_max_ms: float
    load: float
    """1 is all that this process can carry (`articgw.admission`)."""
    tasks: int
    """Of the event loop, the one that answers included."""


class Metrics:
    """Counts what sessions report, and shows it together with what the gateway knows of itself."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._questions = Counter(
            "articgw_questions",
            "Questions that ended, by how: answered, or the code of the error.",
            ["outcome"],
            registry=self._registry,
        )
        for outcome in OUTCOMES:
            self._questions.labels(outcome)
        self._stills = Counter(
            "articgw_stills",
            "Stills that were asked for, by outcome: answered, worse or failed.",
            ["outcome"],
            registry=self._registry,
        )
        for outcome in STILLS:
            self._stills.labels(outcome)
        self._tokens = Counter(
            "articgw_tokens",
            "Tokens that models charged for, by kind; visual and cached ones are input as well.",
            ["kind"],
            registry=self._registry,
        )
        for kind in TOKENS:
            self._tokens.labels(kind)
        self._price_usd = Counter(
            "articgw_price_usd", "What models' answers cost, USD.", registry=self._registry
        )
        self._unpriced = Counter(
            "articgw_unpriced_replies",
            "Models' answers that are not in it: the price list does not know their price.",
            registry=self._registry,
        )
        self._ahead = Counter(
            "articgw_ahead",
            "Pictures that models were to read while a question was typed, by outcome: read, used "
            "(by the question; read before), busy, cancelled or failed.",
            ["outcome"],
            registry=self._registry,
        )
        for ahead in get_args(Ahead):
            self._ahead.labels(ahead)
        self._tool_calls = Counter(
            "articgw_tool_calls",
            "Tools that models asked for, by outcome: answered, failed, late, refused (not run) or "
            "cancelled (with its question).",
            ["outcome"],
            registry=self._registry,
        )
        for tool_outcome in get_args(Outcome):
            self._tool_calls.labels(tool_outcome)
        self._tool_s = self._histogram(
            "articgw_tool_seconds", "From a tool call to what came of it.", _TOOL_S
        )
        self._objects_late = Counter(
            "articgw_objects_late",
            "Looks for objects that took longer than they may.",
            registry=self._registry,
        )
        self._objects_switches = Counter(
            "articgw_objects_switches",
            "Changes of how objects are looked for.",
            registry=self._registry,
        )
        self._objects_s = self._histogram(
            "articgw_objects_seconds", "From a frame to the objects in it.", _OBJECTS_S
        )
        self._answer_s = self._histogram(
            "articgw_answer_seconds", "From a question to the end of its answer.", _ANSWER_S
        )
        self._first_text_s = self._histogram(
            "articgw_first_text_seconds",
            "From a question to the first piece of its answer.",
            _FIRST_TEXT_S,
        )
        self._frame_age_s = self._histogram(
            "articgw_frame_age_at_ask_seconds",
            "Age of the frame that a question was answered from, when the model was given it.",
            _FRAME_AGE_S,
        )

    def watch(self, standing: Callable[[], Standing]) -> None:
        """Ask ``standing`` whenever somebody reads the metrics. To be called once."""
        self._registry.register(_Gauges(standing))

    def on_answer(
        self, outcome: str, first_text_s: float | None, done_s: float, frame_age_s: float | None
    ) -> None:
        """A question ended: `ANSWERED` or an error's code, s since it was asked."""
        self._questions.labels(outcome).inc()
        if outcome == ANSWERED:
            self._answer_s.observe(done_s)
        if first_text_s is not None:
            self._first_text_s.observe(first_text_s)
        if frame_age_s is not None:
            self._frame_age_s.observe(frame_age_s)

    def on_reply(self, usage: Usage, price_usd: float | None) -> None:
        """A model has answered; None: nobody knows what that costs."""
        counts = (usage.input_tokens, usage.visual_tokens, usage.cached_tokens, usage.output_tokens)
        for kind, count in zip(TOKENS, counts, strict=True):
            self._tokens.labels(kind).inc(count)
        if price_usd is None:
            self._unpriced.inc()
        else:
            self._price_usd.inc(price_usd)

    def on_still(self, outcome: str) -> None:
        """A still that was asked for ended so; one of `STILLS`."""
        self._stills.labels(outcome).inc()

    def on_ahead(self, outcome: Ahead) -> None:
        """A picture was to be read ahead of a question."""
        self._ahead.labels(outcome).inc()

    def on_tool(self, outcome: Outcome, took_s: float) -> None:
        """A tool call ended so, s since the model asked for it."""
        self._tool_calls.labels(outcome).inc()
        if outcome not in NOT_WAITED_FOR:
            self._tool_s.observe(took_s)

    def on_objects(self, took_s: float, *, is_late: bool, switched: bool) -> None:
        """Objects were looked for in a frame; ``switched``: otherwise than in the one before."""
        self._objects_s.observe(took_s)
        self._objects_late.inc(is_late)
        self._objects_switches.inc(switched)

    def page(self, accept: str) -> tuple[bytes, str]:
        """The text for an ``Accept`` header, and its content type."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    def _histogram(self, name: str, about: str, buckets_s: tuple[float, ...]) -> Histogram:
        return Histogram(name, about, buckets=buckets_s, registry=self._registry)


class _Gauges(Collector):
    def __init__(self, standing: Callable[[], Standing]) -> None:
        self._standing = standing

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        now = self._standing()
        calls = of_all(now.calls)
        asked = sum(call.asked for call in now.calls)
        gauges: list[tuple[str, float | None, str]] = [
            ("sessions", len(now.calls), "Live calls."),
            ("asked", asked, "Live calls that have a question open or expect one."),
            ("received_bps", calls.received_bps, "Bits/s that arrive; the sum of live calls."),
            ("estimate_bps", calls.estimate_bps, "Bits/s that networks allow; the sum."),
            ("need_bps", calls.need_bps, "Bits/s that looks want of that; the sum."),
            ("cap_bps", calls.cap_bps, "Bits/s that senders are held to; the sum."),
            ("fps", calls.fps, "Frames that arrived in the last second; the sum."),
            ("frame_age_ms", calls.frame_age_ms, "Age of the newest frame; the worst call's."),
            ("queue_ms", calls.queue_ms, "What waits in the link; the worst call's."),
            ("readability", calls.readability, "0-1, of each call's last answer; the lowest."),
            ("loop_lag_max_ms", now.loop_lag_max_ms, "Worst event-loop lag of the last 10 s."),
            (
                "load",
                now.load,
                "1 is all that it can carry: no call is taken beyond max_load.",
            ),
            ("tasks", now.tasks, "Tasks of the event loop."),
        ]
        for name, value, about in gauges:
            yield GaugeMetricFamily(f"articgw_{name}", about, value=value)
        yield CounterMetricFamily(
            "articgw_frames_received",
            "Frames that arrived whole since the start.",
            value=now.frames_received,
        )
        yield CounterMetricFamily(
            "articgw_frames_decoded",
            "Frames decoded since the start, because somebody looked.",
            value=now.frames_decoded,
        )
        yield CounterMetricFamily(
            "articgw_keyframe_requests",
            "Key frames asked of senders since the start.",
            value=now.keyframe_requests,
        )
