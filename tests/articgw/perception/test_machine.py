"""Machines as folders: what is there is read, what is not is silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw.perception.machine import Busy, Machine

SCHEDSTAT = "proc/self/task/1/schedstat"
PRESSURE = "proc/pressure/cpu"
V2 = {"proc/self/cgroup": "0::/app\n", "sys/fs/cgroup/app/cpu.stat": "usage_usec 5\n"}
V1 = {"proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/y\n0::/\n"}


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


CASES: list[tuple[str, dict[str, str], dict[str, str], Busy]] = [
    ("nothing is there", {}, {}, Busy(None, None, None, None)),
    (
        "two threads ran for a second and waited for half of one",
        {SCHEDSTAT: "0 0 1", "proc/self/task/2/schedstat": "1000000000 0 9"},
        {
            SCHEDSTAT: "500000000 250000000 2",
            "proc/self/task/2/schedstat": "1500000000 250000000 9",
        },
        Busy(0.5, None, None, None, ran_s=1.0, waited_s=0.5),
    ),
    (
        "a thread that has ended is no negative time",
        {SCHEDSTAT: "2000000000 100 1"},
        {SCHEDSTAT: "1000000000 0 1"},
        Busy(None, None, None, None, ran_s=0.0, waited_s=0.0),
    ),
    (
        "something waited half of the two seconds",
        {PRESSURE: "some avg10=0.00 avg60=0.00 avg300=0.00 total=7\nfull total=3\n"},
        {PRESSURE: "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000007\nfull total=3\n"},
        Busy(None, 0.5, None, None),
    ),
    (
        "throttled by a quota, cgroup v2",
        V2 | {"sys/fs/cgroup/app/cpu.stat": "usage_usec 5\nthrottled_usec 0\n"},
        {"sys/fs/cgroup/app/cpu.stat": "usage_usec 5\nthrottled_usec 500000\n"},
        Busy(None, None, 0.25, None),
    ),
    (
        "throttled by a quota, cgroup v1, whose folder is mounted as the top",
        V1 | {"sys/fs/cgroup/cpu/cpu.stat": "nr_throttled 0\nthrottled_time 0\n"},
        {"sys/fs/cgroup/cpu/cpu.stat": "nr_throttled 9\nthrottled_time 1000000000\n"},
        Busy(None, None, 0.5, None),
    ),
    ("a group without a quota's figures", V2, {}, Busy(None, None, None, None)),
    (
        "files that say something else",
        {SCHEDSTAT: "none\n", PRESSURE: "total=many\n", "proc/loadavg": "\n"},
        {},
        Busy(None, None, None, None),
    ),
]


@pytest.mark.parametrize(("sentence", "first", "later", "busy"), CASES, ids=[c[0] for c in CASES])
def test_rates(
    sentence: str, first: dict[str, str], later: dict[str, str], busy: Busy, tmp_path: Path
) -> None:
    _write(tmp_path, first)
    machine = Machine(tmp_path)
    assert machine.read(now=10.0) == Busy(None, None, None, None)
    _write(tmp_path, later)
    assert machine.read(now=12.0) == busy


def test_load_is_per_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    _write(tmp_path, {"proc/loadavg": "6.00 1.00 1.00 2/300 4711\n"})
    assert Machine(tmp_path).read(now=0.0).load == 1.5


def test_no_time_between_two_readings_is_no_rate(tmp_path: Path) -> None:
    _write(tmp_path, {PRESSURE: "some total=7\n"})
    machine = Machine(tmp_path)
    machine.read(now=1.0)
    assert machine.read(now=1.0).pressure is None


def test_this_machine_can_be_read() -> None:
    machine = Machine()
    machine.read(now=0.0)
    busy = machine.read(now=1.0)
    assert all(v is None or v >= 0 for v in (busy.run_delay, busy.pressure, busy.load))
