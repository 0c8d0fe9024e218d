"""The metrics of several processes as those of one gateway.

What is counted is summed, and goes on counting when a worker dies: what it had last said is kept.
Of gauges, what each call does is summed, and where one process shows its worst call, so does the
sum of all. prometheus_client's own mode for several processes was rejected: it has files in place
of registries, and knows no collectors, from which our gauges come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

WORST: Mapping[str, Callable[[Iterable[float]], float]] = {
    "articgw_frame_age_ms": max,
    "articgw_queue_ms": max,
    "articgw_loop_lag_max_ms": max,
    "articgw_load": max,
    "articgw_readability": min,
    "process_start_time_seconds": min,
    "process_max_fds": min,
}
"""Gauges that are not summed."""
COUNTED = ("counter", "histogram", "summary")

Labels = tuple[tuple[str, str], ...]


class Totals(Collector):
    """Of a front: its workers' figures, those of workers that are gone, and how many there are."""

    def __init__(self, workers: Callable[[], tuple[int, int]]) -> None:
        """``workers`` says how many take calls, and how many are spare."""
        self._workers = workers
        self._pages: dict[str, tuple[Metric, ...]] = {}
        """By worker, as it last said."""
        self._gone: dict[tuple[str, Labels], float] = defaultdict(float)
        """What workers that are gone had counted, by sample."""
        self._dead: set[str] = set()
        self._ends = 0

    def on_page(self, worker: str, text: str) -> int:
        """A worker shows its metrics, in the text format; returns how many calls it has.

        A page that is read after the worker's end is too late: its calls are over.
        """
        page = tuple(text_string_to_metric_families(text))
        if worker not in self._dead:
            self._pages[worker] = page
        sessions = (s.value for m in page for s in m.samples if s.name == "articgw_sessions")
        return int(next(sessions, 0))

    def on_gone(self, worker: str, *, unasked: bool) -> None:
        """It has ended; ``unasked``: nobody had told it to."""
        self._ends += unasked
        self._dead.add(worker)
        for metric in self._pages.pop(worker, ()):
            if metric.type in COUNTED:
                for sample in _lasting(metric):
                    self._gone[_key(sample)] += sample.value

    def page(self, accept: str) -> tuple[bytes, str]:
        """The text for an ``Accept`` header, and its content type."""
        registry = CollectorRegistry()
        registry.register(self)
        encode, content_type = choose_encoder(accept)
        return encode(registry), content_type

    def describe(self) -> Iterator[Metric]:
        """Nothing is known before a worker has said it."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Everything, as one gateway."""
        workers, spares = self._workers()
        yield GaugeMetricFamily("articgw_workers", "Processes that take calls.", workers)
        yield GaugeMetricFamily("articgw_worker_spares", "Processes that are ready to.", spares)
        yield CounterMetricFamily("articgw_worker_ends", "Those that ended unasked.", self._ends)
        families: dict[str, list[Metric]] = defaultdict(list)
        for page in self._pages.values():
            for metric in page:
                families[metric.name].append(metric)
        for name, metrics in families.items():
            yield self._as_one(name, metrics)

    def _as_one(self, name: str, metrics: list[Metric]) -> Metric:
        first = metrics[0]
        values: dict[tuple[str, Labels], list[float]] = defaultdict(list)
        for metric in metrics:
            for sample in _lasting(metric):
                values[_key(sample)].append(sample.value)
        made = Metric(name, first.documentation, first.type)
        join = WORST.get(name, sum)
        for (sample_name, labels), each in values.items():
            kept = self._gone.get((sample_name, labels), 0.0) if first.type in COUNTED else 0.0
            made.add_sample(sample_name, dict(labels), join(each) + kept)
        return made


def _lasting(metric: Metric) -> Iterator[Sample]:
    """Without the times at which a process made its counters."""
    return (sample for sample in metric.samples if not sample.name.endswith("_created"))


def _key(sample: Sample) -> tuple[str, Labels]:
    return sample.name, tuple(sorted(sample.labels.items()))
