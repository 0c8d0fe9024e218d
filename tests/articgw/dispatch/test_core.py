"""Decisions about questions and servers, on a clock of their own."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from articgw.dispatch.core import SURE_SEEN, Dispatcher
from articgw.dispatch.hedge import ENOUGH, Hedge
from articgw.dispatch.question import Busy, Decision, Question, Start, Stop


def question(key: int, *, session: str = "", now: float = 0.0, **fields: object) -> Question:
    made = Question(key, session or f"s{key}", now, now + 10.0, visual_tokens=300)
    return replace(made, **fields)  # type: ignore[arg-type]


def taught(dispatcher: Dispatcher, replica: int, seconds: float) -> None:
    """The server takes so long for anything."""
    for seen in range(30):
        for uncached in (100, 1000, 5000):
            dispatcher.replicas[replica].observe(
                uncached=uncached, output=10 * (seen % 5), took_s=seconds, now=0.0
            )


def starts(decisions: list[Decision]) -> list[tuple[int, int, str]]:
    return [(d.key, d.replica, d.why) for d in decisions if isinstance(d, Start)]


def test_a_question_goes_to_the_server_that_will_have_answered_soonest() -> None:
    core = Dispatcher([2, 2])
    taught(core, 0, 2.0)
    taught(core, 1, 0.5)
    assert starts(core.ask(question(1), now=0.0)) == [(1, 1, "soonest")]


def test_a_prompt_is_read_by_an_idle_server_and_its_question_goes_there() -> None:
    core = Dispatcher([2, 2])
    for replica in (0, 1):
        for uncached in (100, 1000, 5000):
            core.replicas[replica].observe(
                uncached=uncached, output=0, took_s=uncached / 1000, now=0.0
            )
    one = question(1, session="s", visual_tokens=3000)
    place = core.place(one, now=0.0)
    assert place is not None and core.waiting == 0, "nothing is begun"
    other = 1 - place
    core.on_read("s", other, 3000, now=0.0)
    assert core.place(one, now=0.1) == other
    assert starts(core.ask(one, now=0.2)) == [(1, other, "soonest")]
    assert core.place(question(2, session="s", visual_tokens=3000), now=0.3) is None, "it is busy"
    for replica in (0, 1):
        core.on_failed(9, replica, now=0.4)
    assert core.place(question(3), now=0.4) is None, "none is left"


def test_a_full_server_is_waited_for_only_where_that_is_sooner() -> None:
    core = Dispatcher([1, 1])
    taught(core, 0, 0.5)
    taught(core, 1, 5.0)
    core.ask(question(1), now=0.0)
    assert core.ask(question(2), now=0.0) == [] and core.waiting == 1
    done = core.on_done(1, 0, cached_tokens=0, output_tokens=10, now=0.5)
    assert starts(done) == [(2, 0, "soonest")]
    taught(core, 1, 0.6)
    assert starts(core.ask(question(3), now=0.5)) == [(3, 1, "soonest")]


def test_before_the_first_word_another_server_is_asked_and_behind_it_none() -> None:
    core = Dispatcher([1, 1])
    (start,) = starts(core.ask(question(1), now=0.0))
    other = 1 - start[1]
    assert starts(core.on_failed(1, start[1], now=0.1)) == [(1, other, "failed over")]
    assert core.on_first(1, other, now=0.3) == []
    assert core.on_left(1, now=0.4) == [Stop(1, other, "left")]


def test_where_every_server_failed_the_last_word_is_theirs() -> None:
    core = Dispatcher([1, 1])
    (start,) = starts(core.ask(question(1), now=0.0))
    core.on_failed(1, start[1], now=0.1)
    assert core.on_failed(1, 1 - start[1], retry_after_s=7.0, now=0.2) == [Busy(1, 7.0, "failed")]


def test_a_server_that_failed_rests_and_is_tried_by_one() -> None:
    core = Dispatcher([4])
    core.ask(question(1), now=0.0)
    core.on_failed(1, 0, now=0.0)
    assert core.ask(question(2), now=0.1) == []
    assert core.wakes_t(now=0.1) == 1.0
    assert core.ask(question(3), now=0.2) == []
    assert len(starts(core.decide(now=1.0))) == 1
    assert core.decide(now=1.1) == []
    assert len(starts(core.on_first(2, 0, now=1.2))) == 1


def test_what_no_server_can_make_is_turned_away_with_a_time() -> None:
    core = Dispatcher([1])
    taught(core, 0, 4.0)
    assert core.replicas[0].load.seen >= SURE_SEEN
    core.ask(question(1), now=0.0)
    (busy,) = core.ask(question(2, deadline_t=3.0), now=0.0)
    assert isinstance(busy, Busy) and busy.why == "too late"
    assert busy.retry_after_s and 3.0 < busy.retry_after_s < 5.0
    assert core.waiting == 0


def test_a_deadline_that_passes_in_the_queue_is_told() -> None:
    core = Dispatcher([1])
    core.ask(question(1), now=0.0)
    core.ask(question(2, deadline_t=3.0), now=0.0)
    assert core.wakes_t(now=0.0) == 3.0
    (busy,) = core.decide(now=3.0)
    assert isinstance(busy, Busy) and busy.key == 2


def test_the_least_slack_is_first_and_short_before_long() -> None:
    core = Dispatcher([1])
    core.ask(question(1), now=0.0)
    core.ask(question(2, visual_tokens=9000), now=0.0)
    core.ask(question(3, deadline_t=9.0), now=0.1)
    core.ask(question(4, deadline_t=8.0), now=0.2)
    order = []
    for key in (1, 4, 3, 2):
        core.on_first(key, 0, now=0.3)
        for decision in core.on_done(key, 0, cached_tokens=0, output_tokens=5, now=0.4):
            assert isinstance(decision, Start)
            order.append(decision.key)
    assert order == [4, 3, 2]


def test_a_place_is_kept_for_short_questions() -> None:
    core = Dispatcher([2])
    taught(core, 0, 1.0)
    core.ask(question(1, visual_tokens=9000), now=0.0)
    assert core.ask(question(2, visual_tokens=9000), now=0.0) == []
    assert starts(core.ask(question(3), now=0.0)) == [(3, 0, "soonest")]


def test_nobody_is_sent_where_it_would_be_late_while_another_server_makes_it() -> None:
    core = Dispatcher([4, 4])
    for replica, seconds in ((0, 1.0), (1, 6.0)):
        taught(core, replica, seconds)
    long = partial(question, visual_tokens=2000, deadline_t=4.0)
    assert starts(core.ask(long(1), now=0.0)) == [(1, 0, "soonest")]
    assert core.ask(long(2), now=0.0) == []
    assert core.ask(long(3), now=0.0) == [], "the place that 2 waits for is not all"
    assert starts(core.on_first(1, 0, now=0.5)) == [(2, 0, "soonest")]


def test_a_session_that_has_had_more_waits_behind_all_others() -> None:
    core = Dispatcher([1])
    for key in range(1, 9):
        core.ask(question(key, session="greedy", visual_tokens=1000), now=0.0)
    core.ask(question(9, session="modest", deadline_t=11.0), now=0.0)
    order = [1]
    for _ in range(4):
        decisions = core.on_done(order[-1], 0, cached_tokens=0, output_tokens=5, now=0.1)
        order += [key for key, _, _ in starts(decisions)]
    assert order.index(9) <= 3


def test_a_session_stays_where_its_prompt_is_cached() -> None:
    core = Dispatcher([2, 2])
    for replica in (0, 1):
        for _ in range(30):
            for uncached in (100, 1000, 4000):
                core.replicas[replica].observe(
                    uncached=uncached, output=0, took_s=0.1 + uncached / 1000, now=0.0
                )
    long = question(1, session="s", visual_tokens=1400)
    ((_, first, _),) = starts(core.ask(long, now=0.0))
    core.on_first(1, first, now=0.5)
    core.on_done(1, first, cached_tokens=1300, output_tokens=0, now=1.6)
    for key, now, stays in ((2, 2.0, True), (3, 3.0, True)):
        ((_, chosen, _),) = starts(core.ask(replace(long, key=key, deadline_t=20.0), now=now))
        assert (chosen == first) == stays
        core.on_left(key, now=now)


def test_a_late_first_word_is_hedged_within_the_budget_and_the_slower_is_stopped() -> None:
    hedge = Hedge(share=0.5)
    for _ in range(ENOUGH):
        hedge.on_first(took_s=0.2, predicted_s=0.2)
    core = Dispatcher([2, 2], hedge=hedge)
    taught(core, 0, 0.2)
    taught(core, 1, 0.3)
    core.ask(question(1), now=0.0)
    core.on_done(1, 0, cached_tokens=0, output_tokens=0, now=0.2)
    core.ask(question(2), now=1.0)
    due_t = core.wakes_t(now=1.0)
    assert due_t is not None and 1.1 < due_t < 1.5
    assert starts(core.decide(now=due_t)) == [(2, 1, "hedge")]
    assert core.on_first(2, 1, now=1.6) == [Stop(2, 0, "outrun")]
    assert core.replicas[0].running == {}
    core.ask(question(3), now=2.0)
    assert starts(core.decide(now=9.0)) == []


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "first", "done", "failed", "left", "wake"]),
        st.integers(1, 6),
        st.integers(0, 2),
        st.floats(0.0, 2.0),
    ),
    max_size=60,
)


@settings(deadline=None)
@given(EVENTS)
def test_whatever_happens_windows_hold_and_nothing_is_lost(
    events: list[tuple[str, int, int, float]],
) -> None:
    core, now, asked, ended, next_key = Dispatcher([1, 2, 3]), 0.0, set(), set(), 1
    for what, pick, replica, wait_s in events:
        now += wait_s
        key = min(next_key - 1, pick) if what != "ask" else next_key
        is_running = key in core.replicas[replica].running
        decisions: list[Decision] = []
        match what:
            case "ask":
                next_key += 1
                asked.add(key)
                visual = 400 * pick
                decisions = core.ask(
                    question(key, session=f"s{pick}", now=now, visual_tokens=visual), now=now
                )
            case "first" if is_running:
                decisions = core.on_first(key, replica, now=now)
            case "done" if is_running:
                others = {r for r in range(3) if key in core.replicas[r].running} - {replica}
                decisions = core.on_first(key, replica, now=now)
                decisions += core.on_done(
                    key, replica, cached_tokens=pick, output_tokens=pick, now=now
                )
                assert all(key not in core.replicas[r].running for r in others)
                ended.add(key)
            case "failed" if is_running:
                decisions = core.on_failed(key, replica, now=now)
            case "left":
                decisions = core.on_left(key, now=now)
                ended.add(key)
            case "wake":
                decisions = core.decide(now=now)
        ended |= {d.key for d in decisions if isinstance(d, Busy)}
        for there, window in zip(core.replicas, (1, 2, 3), strict=True):
            assert len(there.running) <= window
            assert not set(there.running) & ended
        running = {key for there in core.replicas for key in there.running}
        assert len(running) + core.waiting == len(asked - ended)


def test_a_long_question_whose_turn_it_is_keeps_its_place() -> None:
    core = Dispatcher([2])
    for key in (1, 2):
        core.ask(Question(key, f"s{key}", 0.0, 99.0, visual_tokens=100), now=0.0)
    for key in (3, 4):
        core.ask(Question(key, "s1", 0.0, 99.0, visual_tokens=100), now=0.0)
    core.ask(Question(5, "late", 0.0, 0.6, visual_tokens=1600), now=0.0)
    begun = core.on_done(1, 0, cached_tokens=0, output_tokens=9, now=0.2)
    begun += core.on_done(2, 0, cached_tokens=0, output_tokens=9, now=0.3)
    assert begun[0] == Start(5, 0, "soonest")
