"""What could be had at best: by who knows the whole trace.

``least_delays``   L0: the frame is sent into an empty queue, at once. A bound for everybody.
``oracle_call``    oracle-S: nothing is sent while an earlier frame is on the wire, and a frame is
                   as large as the link carries until the next one. Somebody could do that.
``on_time_share``  how many frames of one size can arrive within a deadline: of equal sizes, taking
                   what can be on time, earliest first, is optimal (earliest deadline first).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from artic_abr.simulation.call import AFTER_S, CallLog
from artic_abr.simulation.service import Service

FLOOR_BPS = 150_000
"""Below that there is no picture (RFC 8867: least rate of its video)."""


def least_delays(
    service: Service, captured_t: Iterable[float], size_bytes: float, propagation_s: float = 0.0
) -> list[float]:
    """L0 of each frame: S⁻¹(S(t) + b) − t + d, s."""
    return [
        max(0.0, service.when(service.at(t) + size_bytes) - t) + propagation_s for t in captured_t
    ]


def oracle_call(
    service: Service,
    cap_bps: Callable[[float], float],
    *,
    fps: float = 30.0,
    seconds: float = 120.0,
    propagation_s: float = 0.025,
    floor_bps: float = FLOOR_BPS,
) -> CallLog:
    """Oracle-S; ``cap_bps`` is the most that a frame captured at t is worth, as a rate."""
    log = CallLog(fps, seconds)
    interval_s = 1 / fps
    free_t = 0.0
    for number in range(round((seconds + AFTER_S) * fps)):
        t = number * interval_s
        most_bps = cap_bps(t)
        log.captured_t.append(t)
        log.cap_bps.append(most_bps)
        log.estimate_bps.append(service.bps(t, t + interval_s))
        if free_t > t:
            log.arrived_t.append(None)
            log.bps.append(0.0)
            continue
        begun = service.at(t)
        carried = service.at(t + interval_s) - begun
        least, most = floor_bps * interval_s / 8, most_bps * interval_s / 8
        size_bytes = min(max(carried, least), max(least, most))
        free_t = max(t, service.when(begun + size_bytes))
        log.arrived_t.append(free_t + propagation_s)
        log.bps.append(8 * size_bytes * fps)
        log.sent_bytes += int(size_bytes)
    return log


def on_time_share(
    service: Service,
    size_bytes: float,
    deadline_s: float,
    *,
    fps: float = 30.0,
    seconds: float = 120.0,
    propagation_s: float = 0.025,
) -> float:
    """Share of frames that can arrive within the deadline of their capture."""
    served = 0.0
    on_time = 0
    frames = round(seconds * fps)
    for number in range(frames):
        t = number / fps
        upto = max(served, service.at(t)) + size_bytes
        if service.when(upto) + propagation_s - t <= deadline_s:
            served, on_time = upto, on_time + 1
    return on_time / frames
