"""What the network allows, told by when packets were sent and when they arrived.

The sender stamps each packet with its clock (abs-send-time, webrtc.org/experiments/rtp-hdrext).
Arrival minus sending is the one-way delay plus a constant; its least value so far is an empty link,
and what a packet has beyond that it waited. Four things can be learned, in this order:

1. A *train* (packets sent back to back) that spreads out on its way has met the bottleneck: what
   arrived in its span is the capacity (packet-pair dispersion, Keshav 1991).
2. A *standing queue* (even the luckiest packet of the last moments waited): allow less than is
   delivered until it has drained.
3. A train that keeps its shape: the link carries at least that.
4. All that was allowed comes through unhindered: allow more, twice as much a second until the first
   queue, 8 % a second after one (draft-ietf-rmcat-gcc-02, section 5.5), 40 % when that is long ago,
   and fourfold up to most of what was allowed before the last fall: outages pass (libwebrtc probes
   for that, probe_controller.cc, kProbeFractionAfterDrop).

A sender that uses less than it may teaches nothing, and nothing is forgotten: the model needs
little most of the time, and must get more at once when a question comes.
"""

from __future__ import annotations

from collections import deque
from itertools import islice, takewhile

from artic_abr.estimate import Estimate, EstimateWhy

SEND_CLOCK_HZ = 1 << 18
"""abs-send-time is 6.18 fixed point: 24 bits, which wrap every 64 s."""
BASE_BINS = 10
"""The emptiest link of the last ten seconds that had packets counts as empty."""
TRAIN_GAP_S = 0.010
"""Browsers pace at 2.5 times the target: at 600 kb/s a packet each 6 ms."""
SPREAD_STEP_S = 0.005
SPREAD_STEPS = 3
"""A late event loop delays one packet and hurries the next; a bottleneck spreads all of them."""
STANDING_WINDOW_S = 0.25
STANDING_QUEUE_S = 0.08
"""A busy machine at either end is late by less, or not for so long."""
CLEAR_QUEUE_S = 0.03
BURST_QUEUE_S = 0.1
"""A frame's last packet waits for its first ones: that much is no queue, more may become one."""
DRAIN_WITHIN_S = 0.5
LEAST_WHILE_DRAINING = 0.25
KEEP = 0.85
"""Share of what a full link delivers that is allowed (beta of the GCC draft)."""
TRAIN_PACKETS = 5
TRUST = 0.8
"""Share of a train's rate that is allowed: it may have met a moment's luck."""
GROWTH_PER_S = 1.08
CALM_GROWTH_PER_S = 1.4
CALM_S = 5.0
"""After so long without a queue it may have been a passing one, or the rate the sender's own."""
FAST_GROWTH_PER_S = 2.0
REGAIN_PER_S = 4.0
REGAINED = 0.85
"""Of what was allowed before the last fall."""
USED = 0.7
"""Below this share of what is allowed, the sender is limited by itself."""
RATE_WINDOW_S = 1.0
LOSS_WINDOW_S = 10.0
LOSS_MOST = 0.2
"""Radio loses that much in bursts; a link that loses it for seconds on end has no room (a policer
drops without a queue)."""
DELIVERY_WINDOW_S = 0.5


class ArrivalEstimator:
    """One sender's link: ``on_packet`` for each arrival, ``decide`` when an answer is wanted."""

    def __init__(
        self, start_bps: int, *, floor_bps: int = 50_000, ceiling_bps: int = 10_000_000
    ) -> None:
        if not 0 < floor_bps <= start_bps <= ceiling_bps:
            raise ValueError(f"0 < {floor_bps} <= {start_bps} <= {ceiling_bps} does not hold")
        self._bps = float(start_bps)
        self._floor_bps = floor_bps
        self._ceiling_bps = ceiling_bps
        self._why = EstimateWhy.START
        self._capacity_bps: float | None = None
        self._fast = True
        self._decided_t: float | None = None
        self._queued_t: float | None = None
        self._before_bps = 0.0
        """What was allowed before the last fall."""
        self._falls = False
        self._several = False
        """More than one packet has come in the last `STANDING_WINDOW_S`."""
        self._sizes: deque[tuple[float, int]] = deque()
        self._sizes_sum = 0
        self._queue: tuple[float, float] | None = None
        self._least_queues: deque[tuple[float, float]] = deque()
        """Of the window, those that no later one is below: the first is the least."""
        self._bases: deque[tuple[int, float]] = deque(maxlen=BASE_BINS)
        self._base_before_s = float("inf")
        """The least of all bins but the last."""
        self._send_ticks: int | None = None
        self._sent_s = 0.0
        self._train = _Train()
        self._recent = _Recent()

    def on_lost(self, packets: int, *, now: float) -> None:
        """So many packets did not come when they were due, whether or not they come later."""
        if packets:
            self._recent.add(now, lost=packets)

    def on_packet(self, abs_send_time: int | None, size_bytes: int, *, now: float) -> None:
        """A packet of ``size_bytes`` on the wire; ``abs_send_time`` as in its header extension.

        What a thin link takes for the packet itself (48 ms at 200 kb/s) is not waiting.
        """
        self._sizes.append((now, size_bytes))
        self._sizes_sum += size_bytes
        while self._sizes[0][0] < now - RATE_WINDOW_S:
            self._sizes_sum -= self._sizes.popleft()[1]
        self._recent.add(now, size_bytes=size_bytes, came=1)
        if abs_send_time is None:
            return
        sent_s = self._unwrap(abs_send_time)
        own_s = 8 * size_bytes / self._capacity_bps if self._capacity_bps else 0.0
        delay_s = now - sent_s - own_s
        second = int(now)
        if self._bases and self._bases[-1][0] == second:
            delay_least_s = min(delay_s, self._bases.pop()[1])
        else:
            delay_least_s = delay_s
            bins = islice(self._bases, max(0, len(self._bases) - BASE_BINS + 1), None)
            self._base_before_s = min((s for _, s in bins), default=float("inf"))
        self._bases.append((second, delay_least_s))
        queue_s = delay_s - min(delay_least_s, self._base_before_s)
        self._on_queue(queue_s, now)
        self._train.on_packet(sent_s, delay_s, size_bytes, now=now)
        self._learn_from_train()

    def decide(self, *, now: float) -> Estimate:
        """What is allowed from now on."""
        elapsed_s = 0.0 if self._decided_t is None else now - self._decided_t
        self._decided_t = now
        queued_t, queue_s = self._queue or (float("-inf"), 0.0)
        standing_s = self._least_queues[0][1] if self._least_queues else 0.0
        received_bps = self._received_bps(now)
        fresh = queued_t > now - STANDING_WINDOW_S
        if self._sizes and self._send_ticks is None:
            self._bps, self._why = float(self._ceiling_bps), EstimateWhy.UNTIMED
        elif fresh and self._loses(now):
            self._why = EstimateWhy.LOSS
        elif fresh and self._several and standing_s > STANDING_QUEUE_S:
            self._queued_t = now
            self._drain(standing_s, self._delivered_bps(now))
        elif fresh and standing_s < CLEAR_QUEUE_S and queue_s < BURST_QUEUE_S:
            self._grow(elapsed_s, received_bps, now)
        elif self._why is EstimateWhy.GROWTH:
            self._why = EstimateWhy.HOLD
        self._bps = min(max(self._bps, self._floor_bps), self._ceiling_bps)
        queue_ms = round(1000 * queue_s, 1) if fresh else 0.0
        silent_s = max(0.0, now - self._sizes[-1][0]) if self._sizes else 0.0
        return Estimate(int(self._bps), self._why, int(received_bps), queue_ms, silent_s)

    def _on_queue(self, queue_s: float, now: float) -> None:
        self._several = self._queue is not None and self._queue[0] >= now - STANDING_WINDOW_S
        self._queue = now, queue_s
        least = self._least_queues
        while least and least[-1][1] >= queue_s:
            least.pop()
        least.append((now, queue_s))
        while least[0][0] < now - STANDING_WINDOW_S:
            least.popleft()

    def _unwrap(self, abs_send_time: int) -> float:
        if self._send_ticks is None:
            self._send_ticks = abs_send_time
        step = (abs_send_time - self._send_ticks + (1 << 23)) % (1 << 24) - (1 << 23)
        self._send_ticks = abs_send_time
        self._sent_s += step / SEND_CLOCK_HZ
        return self._sent_s

    def _learn_from_train(self) -> None:
        spread_bps = self._train.spread_bps()
        if spread_bps is not None:
            self._fast = False
            self._capacity_bps = spread_bps
            if KEEP * spread_bps < self._bps:
                self._fall(KEEP * spread_bps, EstimateWhy.TRAIN)
            return
        intact_bps = self._train.intact_bps()
        if intact_bps is not None and self._fast and TRUST * intact_bps > self._bps:
            self._bps = min(TRUST * intact_bps, 2 * self._bps)
            self._why = EstimateWhy.TRAIN

    def _loses(self, now: float) -> bool:
        """Too much, for too long: then less than what comes through is allowed."""
        recent = self._recent
        span_s = now - recent.since_t
        if span_s < LOSS_WINDOW_S / 2 or recent.lost <= LOSS_MOST * (recent.came + recent.lost):
            return False
        self._bps = min(self._bps, KEEP * 8 * recent.size_bytes / span_s)
        return True

    def _drain(self, standing_s: float, delivered_bps: float) -> None:
        begins = self._why not in (EstimateWhy.QUEUE, EstimateWhy.TRAIN)
        self._fast = False
        if begins or self._capacity_bps is None or delivered_bps > self._capacity_bps:
            self._capacity_bps = delivered_bps
        less = max(LEAST_WHILE_DRAINING, 1.0 - (standing_s - STANDING_QUEUE_S) / DRAIN_WITHIN_S)
        allowed_bps = KEEP * self._capacity_bps * less
        if allowed_bps < self._bps:
            self._fall(allowed_bps, EstimateWhy.QUEUE)

    def _fall(self, allowed_bps: float, why: EstimateWhy) -> None:
        """Several falls without growth between them are one."""
        if not self._falls:
            self._before_bps, self._falls = self._bps, True
        self._bps, self._why = allowed_bps, why

    def _grow(self, elapsed_s: float, received_bps: float, now: float) -> None:
        if self._why is EstimateWhy.QUEUE and self._capacity_bps is not None:
            self._bps = max(self._bps, KEEP * self._capacity_bps)
            self._why = EstimateWhy.HOLD
        if received_bps < USED * self._bps:
            if self._why is EstimateWhy.GROWTH:
                self._why = EstimateWhy.HOLD
            return
        calm = self._queued_t is None or now - self._queued_t > CALM_S
        per_s = FAST_GROWTH_PER_S if self._fast else GROWTH_PER_S
        per_s = max(per_s, CALM_GROWTH_PER_S) if calm else per_s
        per_s = REGAIN_PER_S if self._bps < REGAINED * self._before_bps else per_s
        self._falls = False
        self._bps *= per_s ** min(elapsed_s, 1.0)
        self._why = EstimateWhy.GROWTH

    def _received_bps(self, now: float) -> float:
        old = takewhile(lambda one: one[0] <= now - RATE_WINDOW_S, self._sizes)
        return self._over(self._sizes_sum - sum(size for _, size in old), RATE_WINDOW_S, now)

    def _delivered_bps(self, now: float) -> float:
        new = takewhile(lambda one: one[0] > now - DELIVERY_WINDOW_S, reversed(self._sizes))
        return self._over(sum(size for _, size in new), DELIVERY_WINDOW_S, now)

    def _over(self, size_bytes: int, window_s: float, now: float) -> float:
        if not size_bytes:
            return 0.0
        return 8 * size_bytes / min(window_s, max(now - self._sizes[0][0], 0.1))


class _Recent:
    """Sums over the last `LOSS_WINDOW_S`, kept as packets come and go: asked with every packet."""

    def __init__(self) -> None:
        self.size_bytes = self.came = self.lost = 0
        self._events: deque[tuple[float, int, int, int]] = deque()

    @property
    def since_t(self) -> float:
        """The oldest event of the window; there must be one."""
        return self._events[0][0]

    def add(self, now: float, *, size_bytes: int = 0, came: int = 0, lost: int = 0) -> None:
        self._events.append((now, size_bytes, came, lost))
        self._count(size_bytes, came, lost)
        while self._events[0][0] < now - LOSS_WINDOW_S:
            _, size_bytes, came, lost = self._events.popleft()
            self._count(-size_bytes, -came, -lost)

    def _count(self, size_bytes: int, came: int, lost: int) -> None:
        self.size_bytes += size_bytes
        self.came += came
        self.lost += lost


class _Train:
    """Packets that left back to back."""

    def __init__(self) -> None:
        self._begin(0.0, 0.0, 0.0)
        self._last_sent_s: float | None = None

    def _begin(self, sent_s: float, delay_s: float, now: float) -> None:
        self._first_sent_s, self._last_sent_s = sent_s, sent_s
        self._first_t = self._last_t = now
        self._last_delay_s = delay_s
        self._bytes = self._packets = self._rising = 0

    def on_packet(self, sent_s: float, delay_s: float, size_bytes: int, *, now: float) -> None:
        last = self._last_sent_s
        if last is None or not 0 <= sent_s - last <= TRAIN_GAP_S:
            self._begin(sent_s, delay_s, now)
            return
        rising = delay_s - self._last_delay_s > SPREAD_STEP_S
        self._rising = self._rising + 1 if rising else 0
        self._last_sent_s, self._last_delay_s, self._last_t = sent_s, delay_s, now
        self._bytes += size_bytes
        self._packets += 1

    def spread_bps(self) -> float | None:
        """What the bottleneck carries, where this train has met it."""
        if self._rising < SPREAD_STEPS or self._last_t <= self._first_t:
            return None
        return 8 * self._bytes / (self._last_t - self._first_t)

    def intact_bps(self) -> float | None:
        """What the link carries at least, where the train came through in shape."""
        sent_s = (self._last_sent_s or 0.0) - self._first_sent_s
        span_s = max(sent_s, self._last_t - self._first_t)
        late_s = (self._last_t - self._first_t) - sent_s
        if self._packets < TRAIN_PACKETS or span_s <= 0 or late_s > SPREAD_STEP_S:
            return None
        return 8 * self._bytes / span_s
