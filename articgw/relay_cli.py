"""`articgw relay`: a bad network in front of a gateway, for anybody with a browser."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jsonargparse import ArgumentParser, DefaultHelpFormatter, set_parsing_settings

from articgw.errors import ConfigError

if TYPE_CHECKING:
    from articgw.testing.link import LinkSpec, Rate
    from articgw.testing.loss import Loss
    from articgw.testing.relay import Relay

READY = "articgw relay on"
"""First words of the line with the URL; tools wait for it."""
EXAMPLES = """examples:
  articgw relay --rate_kbps 300 --delay_ms 25       open the printed URL in place of the gateway's
  articgw relay --to http://127.0.0.1:9000 --loss 0.02
  articgw relay --trace Verizon-LTE-driving.up.gz   a measured uplink (Debian: mahimahi-traces)
  articgw relay --trace drive.csv --rate_kbps 400   ... scaled to a mean of 400 kbit/s
  articgw relay --burst 0.4,1.5,8                   40 % loss for 1.5 s, every 8 s
"""
LINE_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Settings of `articgw relay`."""

    to: str = "http://127.0.0.1:8080"
    """URL of the gateway."""
    host: str = "127.0.0.1"
    """Address to serve the page on."""
    port: int = 0
    """TCP port to serve the page on; 0 takes a free one."""
    trace: Path | None = None
    """Rates of the uplink over time: .csv (time_s,mbps), .up or .up.gz (Mahimahi)."""
    rate_kbps: float | None = None
    """Rate of the uplink, kbit/s; with a trace, the mean that it is scaled to."""
    down_rate_kbps: float | None = None
    """Rate of the downlink, kbit/s; unlimited if not set."""
    delay_ms: float = 0.0
    """One-way delay, ms, added in both directions."""
    loss: float = 0.0
    """Probability that a packet of the uplink is lost."""
    burst: str | None = None
    """Bursts of loss on the uplink: PROBABILITY,SECONDS,EVERY_SECONDS."""
    queue_ms: float = 300.0
    """Where packets wait, as time at the mean rate, ms."""
    queue_packets: int | None = None
    """Where packets wait, as a number; wins over queue_ms."""
    seed: int = 0
    """Of the draws for loss."""

    def uplink(self) -> LinkSpec:
        """From the sender to the gateway. Raises `ConfigError`."""
        return self._spec(self._rate(), self._loss())

    def downlink(self) -> LinkSpec:
        """From the gateway to the sender. Raises `ConfigError`."""
        from articgw.testing.loss import NoLoss

        return self._spec(_bps("down_rate_kbps", self.down_rate_kbps), NoLoss())

    def _spec(self, rate: Rate | float | None, loss: Loss) -> LinkSpec:
        from articgw.testing.link import LinkSpec

        for name in ("delay_ms", "queue_ms"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ConfigError(f"{name} is 0 ms or more, not {getattr(self, name)}")
        if self.queue_packets is not None and self.queue_packets < 1:
            raise ConfigError(f"queue_packets is 1 or more, not {self.queue_packets}")
        return LinkSpec(
            rate=rate,
            delay_s=self.delay_ms / 1000,
            loss=loss,
            queue_s=self.queue_ms / 1000 if self.queue_packets is None else None,
            queue_packets=self.queue_packets,
            seed=self.seed,
        )

    def _rate(self) -> Rate | float | None:
        from articgw.testing.traces import read_trace

        mean_bps = _bps("rate_kbps", self.rate_kbps)
        if self.trace is None:
            return mean_bps
        trace = read_trace(self.trace)
        return trace if mean_bps is None else trace.scaled_to(mean_bps)

    def _loss(self) -> Loss:
        from articgw.testing.loss import Bursts, Losses, RandomLoss

        models: list[Loss] = [RandomLoss(_probability("loss", self.loss))]
        if self.burst is not None:
            try:
                p, burst_s, every_s = map(float, self.burst.split(","))
            except ValueError:
                raise ConfigError(
                    f"burst is PROBABILITY,SECONDS,EVERY_SECONDS such as 0.4,1.5,8, "
                    f"not {self.burst!r}"
                ) from None
            if not 0 < burst_s <= every_s:
                raise ConfigError(f"bursts of {burst_s} s do not fit into every {every_s} s")
            models.append(Bursts(_probability("burst", p), burst_s, every_s))
        return Losses(models)


def main(argv: Sequence[str]) -> int:
    """Relay until SIGINT or SIGTERM; returns 0. Raises `ConfigError`."""
    asyncio.run(serve(read_settings(argv)))
    return 0


def read_settings(argv: Sequence[str]) -> RelaySettings:
    """The settings that the flags ask for. Exits with 2 where one cannot be read."""
    set_parsing_settings(docstring_parse_attribute_docstrings=True)
    parser = ArgumentParser(
        prog="articgw relay",
        description="Put a bad network between a browser and a gateway; both stay as they are.",
        epilog=EXAMPLES,
        formatter_class=_Help,
    )
    parser.add_class_arguments(RelaySettings, None)
    settings = vars(parser.instantiate(parser.parse_args(list(argv))))
    return RelaySettings(**{name: settings[name] for name in RelaySettings.__dataclass_fields__})


async def serve(settings: RelaySettings) -> None:
    """Relay until SIGINT or SIGTERM. Raises `ConfigError`."""
    from articgw.priority import go_first
    from articgw.testing.relay import relay

    go_first()
    uplink, downlink = settings.uplink(), settings.downlink()
    if not settings.to.startswith(("http://", "https://")):
        raise ConfigError("--to is the URL of a gateway, such as http://127.0.0.1:8080")
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    try:
        async with relay(
            settings.to, uplink=uplink, downlink=downlink, host=settings.host, port=settings.port
        ) as running:
            print(f"{READY} {running.url}", flush=True)
            await _show(running, stop)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; "
            "choose another with --port (0 takes a free one)"
        ) from error


async def _show(running: Relay, stop: asyncio.Event) -> None:
    """A line about the newest call every second, where somebody can see it, until ``stop``."""
    from rich.console import Console
    from rich.live import Live

    console = Console()
    if not console.is_terminal:
        await stop.wait()
        return
    with Live("waiting for a call", console=console, auto_refresh=False) as live:
        while not stop.is_set():
            live.update(line(running, now=asyncio.get_running_loop().time()), refresh=True)
            try:
                await asyncio.wait_for(stop.wait(), LINE_EVERY_S)
            except TimeoutError:
                continue


def line(running: Relay, now: float) -> str:
    """What the newest call's packets met in the last second, in one line."""
    if not running.calls:
        return "waiting for a call"
    parts = [f"calls {len(running.calls)}"]
    call = running.calls[-1]
    for name, wire in (("up", call.uplink), ("down", call.downlink)):
        rate_bps = wire.link.rate_bps(now)
        of = "" if rate_bps is None else f" of {rate_bps / 1000:.0f}"
        counts = wire.link.counts
        parts.append(
            f"{name} {wire.out_bps(now - 1, now) / 1000:.0f}{of} kbit/s, "
            f"queue {wire.link.queue_s(now) * 1000:.0f} ms, "
            f"lost {counts.lost}, overflowed {counts.overflowed}"
        )
    return " | ".join(parts)


def _bps(name: str, kbps: float | None) -> float | None:
    if kbps is not None and not 0 < kbps < float("inf"):
        raise ConfigError(f"{name} is above 0 kbit/s, not {kbps}")
    return None if kbps is None else kbps * 1000


def _probability(name: str, p: float) -> float:
    if not 0 <= p <= 1:
        raise ConfigError(f"{name} is a probability from 0 to 1, not {p}")
    return p


class _Help(DefaultHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Types and defaults behind each setting; examples as they are written."""
