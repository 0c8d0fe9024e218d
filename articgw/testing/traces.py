"""Measured link rates over time, read from files; they wrap at the end.

    *.csv             time_s,mbps: the start of each bin, and its rate until the next one starts
    *.up, *.up.gz     Mahimahi: one line for each chance to send 1500 bytes, in ms

A Mahimahi trace becomes bins of one millisecond. There an opportunity that nobody uses is gone, and
one that a packet does not fill carries the beginning of the next: as in Mahimahi's own link shell
(Netravali et al., USENIX ATC 2015).
"""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from articgw.errors import ConfigError

OPPORTUNITY_BYTES = 1500
CSV_HEADER = ["time_s", "mbps"]
MAX_PERIOD_S = 86_400.0
"""No trace is longer than a day: a typing error in a time must not fill the memory."""
ROUNDING_BITS = 1.0
"""What is served but for so little is served: rounding must not send it through a stall."""
NOT_TRACES = frozenset({"confidence.csv"})
"""Lies beside the traces of some sets, and is something else."""


class Trace:
    """A rate that changes in steps and wraps: a `Rate` for a link.

    ``edges_s``: where each step begins, from 0, and where the last one ends; ``steps_bps``: one
    less of them. Raises `ValueError` where nothing would ever be served.
    """

    def __init__(
        self, edges_s: Sequence[float] | NDArray[np.float64], steps_bps: Iterable[float]
    ) -> None:
        self._edges_s = np.asarray(edges_s, np.float64)
        self._steps_bps = np.fromiter(steps_bps, np.float64)
        lengths_s = np.diff(self._edges_s)
        if len(lengths_s) != len(self._steps_bps) or not len(lengths_s) or self._edges_s[0] != 0:
            raise ValueError("a trace begins at 0 and has one more edge than steps")
        if not (np.isfinite(self._edges_s).all() and (lengths_s > 0).all()):
            raise ValueError("the edges of a trace are seconds that rise")
        if not (np.isfinite(self._steps_bps).all() and (self._steps_bps >= 0).all()):
            raise ValueError("the steps of a trace are 0 bits/s or more")
        served = self._steps_bps * lengths_s
        self._served_bits = np.concatenate([[0.0], np.cumsum(served)])
        if not self._served_bits[-1] > 0:
            raise ValueError("the rate of the trace is 0 throughout")

    @property
    def edges_s(self) -> list[float]:
        """Where each step begins, from 0, and where the last one ends."""
        return [float(edge_s) for edge_s in self._edges_s]

    @property
    def steps_bps(self) -> list[float]:
        """The rate of each step, bits/s."""
        return [float(bps) for bps in self._steps_bps]

    @property
    def period_s(self) -> float:
        """Its length before it wraps, s."""
        return float(self._edges_s[-1])

    @property
    def mean_bps(self) -> float:
        """Bits/s over a whole period."""
        return float(self._served_bits[-1]) / self.period_s

    def bps(self, t: float) -> float:
        """The rate ``t`` seconds after the beginning, bits/s."""
        return float(self._steps_bps[self._step(t % self.period_s)])

    def bits(self, from_t: float, to_t: float) -> float:
        """What can be served between two times, bits."""
        return self._bits_until(to_t) - self._bits_until(from_t)

    def done_at(self, begin_t: float, bits: float) -> float:
        """When ``bits`` whose service begins at ``begin_t`` are served; rate 0 stalls."""
        whole, within_s = divmod(begin_t, self.period_s)
        target = self._bits_within(within_s) + bits
        total = float(self._served_bits[-1])
        more = max(0, math.ceil((target - ROUNDING_BITS) / total) - 1)
        target = min(target - more * total, total)
        index = max(1, int(np.searchsorted(self._served_bits, target - ROUNDING_BITS)))
        over_bits, bps = target - self._served_bits[index - 1], float(self._steps_bps[index - 1])
        in_step_s = float(over_bits) / bps if bps else 0.0
        done_s = min(float(self._edges_s[index - 1]) + in_step_s, float(self._edges_s[index]))
        return max(begin_t, (whole + more) * self.period_s + done_s)

    def scaled_to(self, mean_bps: float) -> Trace:
        """The same ups and downs around another mean, bits/s."""
        return Trace(self._edges_s, self._steps_bps * (mean_bps / self.mean_bps))

    def part(self, from_s: float, to_s: float) -> Trace:
        """What lies between two times, as a trace of its own."""
        inside = (self._edges_s > from_s) & (self._edges_s < to_s)
        edges_s = np.concatenate([[from_s], self._edges_s[inside], [to_s]])
        return Trace(edges_s - from_s, [self.bps(t) for t in edges_s[:-1]])

    def _step(self, within_s: float) -> int:
        found = int(np.searchsorted(self._edges_s, within_s, side="right")) - 1
        return min(found, len(self._steps_bps) - 1)

    def _bits_within(self, within_s: float) -> float:
        step = self._step(within_s)
        in_step_s = within_s - float(self._edges_s[step])
        return float(self._served_bits[step]) + in_step_s * float(self._steps_bps[step])

    def _bits_until(self, t: float) -> float:
        whole, within_s = divmod(t, self.period_s)
        return whole * float(self._served_bits[-1]) + self._bits_within(within_s)


def steps(changes: Iterable[tuple[float, float]], last_s: float = MAX_PERIOD_S) -> Trace:
    """A trace from (from_s, bps) pairs, as the test cases of RFC 8867 are written.

    The first begins at 0, the last one lasts ``last_s``. Raises `ValueError` as `Trace`.
    """
    starts_s, steps_bps = zip(*changes, strict=True)
    return Trace([*starts_s, starts_s[-1] + last_s], steps_bps)


def read_trace(path: Path) -> Trace:
    """The trace in a file. Raises `ConfigError` with file:line where it cannot be one."""
    is_csv = path.name.endswith(".csv")
    if not is_csv and not path.name.endswith((".up", ".up.gz")):
        raise ConfigError(f"{path}: a trace is a .csv, .up or .up.gz file")
    try:
        with _opened(path) as lines:
            edges_s, rates = _csv(lines, path) if is_csv else _mahimahi(lines, path)
        return Trace(edges_s, rates)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error) as error:
        raise ConfigError(f"{path}: cannot be read as a trace: {error}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error


def trace_files(folder: Path) -> list[Path]:
    """Every trace file below a folder, by name."""
    found = [path for end in ("*.csv", "*.up", "*.up.gz") for path in folder.rglob(end)]
    return sorted(path for path in found if path.name not in NOT_TRACES)


def _opened(path: Path) -> TextIO:
    if path.name.endswith(".gz"):
        return gzip.open(path, "rt", encoding="ascii", newline="")
    return path.open(encoding="ascii", newline="")


def _csv(lines: TextIO, path: Path) -> tuple[list[float], list[float]]:
    rows = csv.reader(lines)
    if (header := next(rows, None)) != CSV_HEADER:
        raise _malformed(path, 1, f"expected the header {','.join(CSV_HEADER)}, not {header}")
    starts_s: list[float] = []
    steps_bps: list[float] = []
    for row in rows:
        try:
            start_s, mbps = map(float, row)
        except ValueError:
            raise _malformed(path, rows.line_num, f"expected time_s,mbps, not {row}") from None
        if not 0 <= mbps < math.inf:
            raise _malformed(path, rows.line_num, f"a rate is 0 Mb/s or more, not {mbps}")
        if starts_s and not 0 < start_s - starts_s[0] <= MAX_PERIOD_S:
            raise _malformed(path, rows.line_num, f"{start_s} s is not within a day")
        if starts_s and not start_s > starts_s[-1]:
            raise _malformed(path, rows.line_num, f"{start_s} s is not after {starts_s[-1]} s")
        starts_s.append(start_s)
        steps_bps.append(mbps * 1e6)
    if len(starts_s) < 2:
        raise _malformed(path, rows.line_num, "a trace has two bins or more")
    end_s = starts_s[-1] + float(np.median(np.diff(starts_s)))
    return [start_s - starts_s[0] for start_s in [*starts_s, end_s]], steps_bps


def _mahimahi(lines: TextIO, path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    chances_ms: list[int] = []
    last_ms = 0
    for number, line in enumerate(lines, 1):
        try:
            ms = int(line)
        except ValueError:
            raise _malformed(path, number, f"expected whole milliseconds, not {line!r}") from None
        if not last_ms <= ms <= MAX_PERIOD_S * 1000:
            raise _malformed(path, number, f"{ms} ms is before {last_ms} ms or beyond a day")
        chances_ms.append(last_ms := ms)
    if not last_ms:
        raise _malformed(path, max(1, len(chances_ms)), "the trace ends at 0 ms")
    counts = np.bincount(np.asarray(chances_ms) % last_ms, minlength=last_ms)
    steps_bps = counts.astype(np.float64) * (OPPORTUNITY_BYTES * 8 * 1000)
    return np.arange(last_ms + 1, dtype=np.float64) / 1000, steps_bps


def _malformed(path: Path, line: int, what: str) -> ConfigError:
    return ConfigError(f"{path}:{line}: {what}")
