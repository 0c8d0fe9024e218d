"""A bounded number of threads, in turn."""

from __future__ import annotations

import threading

from articgw.decoding.pool import DecodePool, shared_pool


def test_work_beyond_the_threads_waits_its_turn() -> None:
    pool, gate, order = DecodePool(1), threading.Event(), list[int]()

    def work(number: int) -> int:
        gate.wait(10)
        order.append(number)
        return number

    done = [pool.submit(lambda n=n: work(n)) for n in range(4)]  # type: ignore[misc]
    gate.set()
    assert [one.result(10) for one in done] == [0, 1, 2, 3] == order


def test_a_process_has_one() -> None:
    assert shared_pool() is shared_pool()
