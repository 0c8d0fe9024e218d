"""`articgw relay` as its user runs it: flags become links; a process, its URL, its end."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from articgw.cli import main
from articgw.relay_cli import READY, RelaySettings, line, read_settings
from articgw.testing.link import LinkSpec
from articgw.testing.loss import Losses, NoLoss, RandomLoss
from articgw.testing.relay import Relay
from articgw.testing.relay_call import Call
from articgw.testing.traces import Trace
from articgw.testing.wire import Wire
from tests.helpers.gateway import gateway
from tests.integration.caller import calling, frames_arrive


def test_defaults_change_nothing() -> None:
    settings = read_settings([])
    assert settings == RelaySettings()
    assert settings.uplink() == LinkSpec(loss=Losses([RandomLoss(0.0)]), queue_s=0.3)
    assert settings.downlink() == LinkSpec(queue_s=0.3)


def test_flags_become_links() -> None:
    flags = "--rate_kbps 300 --delay_ms 25 --loss 0.02 --burst 0.4,1.5,8 --queue_packets 20"
    settings = read_settings(flags.split())
    uplink, downlink = settings.uplink(), settings.downlink()
    assert (uplink.rate, uplink.delay_s, uplink.queue_packets) == (300_000, 0.025, 20)
    assert uplink.loss.chance(1.0) == pytest.approx(1 - 0.98 * 0.6)
    assert uplink.loss.chance(2.0) == pytest.approx(0.02)
    assert downlink == LinkSpec(delay_s=0.025, loss=NoLoss(), queue_packets=20)


@pytest.mark.parametrize(("flags", "mean_bps"), [([], 2e6), (["--rate_kbps", "500"], 5e5)])
def test_a_trace_may_be_scaled(tmp_path: Path, flags: list[str], mean_bps: float) -> None:
    file = tmp_path / "a.csv"
    file.write_text("time_s,mbps\n0,1\n1,3\n")
    rate = read_settings(["--trace", str(file), *flags]).uplink().rate
    assert isinstance(rate, Trace)
    assert rate.mean_bps == pytest.approx(mean_bps)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--to", "127.0.0.1:8080"], "--to"),
        (["--rate_kbps", "0"], "rate_kbps"),
        (["--down_rate_kbps", "-1"], "down_rate_kbps"),
        (["--delay_ms", "-1"], "delay_ms"),
        (["--loss", "2"], "loss"),
        (["--burst", "often"], "burst"),
        (["--burst", "0.5,9,3"], "bursts"),
        (["--queue_packets", "0"], "queue_packets"),
        (["--trace", "no-such.up"], "no-such.up"),
    ],
)
def test_a_setting_that_cannot_work_is_said(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["relay", *argv]) == 2
    assert says in capsys.readouterr().err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["relay", "--help"])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert "articgw relay --trace" in printed and "default: 300" in printed


async def test_the_line_tells_rate_queue_and_drops() -> None:
    running = Relay("http://127.0.0.1:1", LinkSpec(), LinkSpec())
    assert line(running, now=0.0) == "waiting for a call"
    loop = asyncio.get_running_loop()
    call = Call(Wire(LinkSpec(rate=8000, queue_packets=1), loop), Wire(LinkSpec(), loop))
    running.calls.append(call)
    for _ in range(3):
        call.uplink.put(b"x" * 972, lambda data: None)
    said = line(running, now=call.uplink.log[0].t + 0.25)
    call.close()
    assert said.startswith("calls 1 | up 0 of 8 kbit/s, queue 750 ms, lost 0, overflowed 2 | down")


@pytest.mark.integration
async def test_it_says_its_url_relays_and_stops_when_told() -> None:
    async with gateway() as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "articgw", "relay", "--to", url, "--delay_ms", "5",
            stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        async with asyncio.timeout(20):
            assert process.stdout is not None
            printed = (await process.stdout.readline()).decode()
            assert printed.startswith(f"{READY} http://127.0.0.1:")
            async with calling(printed.removeprefix(READY).strip()):
                await frames_arrive(url, 3)
            process.send_signal(signal.SIGTERM)
            _, errors = await process.communicate()
    assert process.returncode == 0
    assert errors == b""


@pytest.mark.integration
async def test_a_taken_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await asyncio.to_thread(_relay_exit, port) == 2
    server.close()


def _relay_exit(port: int) -> int:
    import subprocess

    command = [sys.executable, "-m", "articgw", "relay", "--port", str(port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert "--port" in done.stderr and "Traceback" not in done.stderr
    return done.returncode
