"""A bounded number of threads, in turn."""

from __future__ import annotations

import threading

from articgw.picture_pool import PicturePool, in_turn, shared_pool


def test_work_beyond_the_threads_waits_its_turn() -> None:
    pool, gate, order = PicturePool(1), threading.Event(), list[int]()

    def work(number: int) -> int:
        gate.wait(10)
        order.append(number)
        return number

    done = [pool.submit(lambda n=n: work(n)) for n in range(4)]  # type: ignore[misc]
    gate.set()
    assert [one.result(10) for one in done] == [0, 1, 2, 3] == order


def test_a_process_has_one() -> None:
    assert shared_pool() is shared_pool()


async def test_what_is_awaited_comes_from_one_of_its_threads() -> None:
    def named(*, word: str) -> str:
        return word + threading.current_thread().name

    assert (await in_turn(named, word="by ")).startswith("by pictures")
