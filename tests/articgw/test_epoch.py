"""What was sent stays in front, to the byte, until a batch of it goes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from articgw.backends import Shown
from articgw.backends.openai_chat.speech import MENU, request
from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.body import envelope
from articgw.backends.wire.features import Features
from articgw.backends.wire.layout import Place, layout_of
from articgw.epoch import APART_S, KEPT_S, WAITING_S, Epoch
from articgw.frame import Frame
from articgw.testing import picture

SMALL = picture(16, 16)


def frame(t: float) -> Frame:
    return Frame(SMALL, t)


class Call:
    """A call in which things happen, and the prompts that are sent."""

    def __init__(self, most: int) -> None:
        self.epoch, self.now, self.asked = Epoch(most), 1000.0, 0

    def ask(self, *, answered: bool = True) -> tuple[Shown, ...]:
        newest = frame(self.now)
        earlier = self.epoch.earlier(newest, now=self.now)
        self.asked += 1
        if answered:
            self.epoch.on_answer(newest, f"question {self.asked}", f"answer {self.asked}")
        return (*earlier, Shown(newest))


def body(shown: tuple[Shown, ...], question: str) -> bytes:
    """The request of a prompt; each picture's bytes are its capture time."""
    *earlier, _newest = shown
    pictures = [Picture(str(one.frame.captured_t).encode(), (16, 16)) for one in shown]
    asking = Features(MENU).asking()
    layout = layout_of(earlier, [Place()] * len(shown))
    told = request("m", "system", type(asking)(asking.fields, asking.by, layout=layout))
    return envelope(told).around(pictures, question)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "ask", "supersede", "seen", "scene", "wait"]),
        st.floats(0.1, 20.0),
    ),
    max_size=40,
)


@given(most=st.integers(2, 9), steps=STEPS)
def test_a_prompt_begins_as_the_one_before_or_drops_a_batch(
    most: int, steps: list[tuple[str, float]]
) -> None:
    call, last, number, last_answered = Call(most), None, 0, False
    for what, pause_s in steps:
        call.now += pause_s
        if what == "seen":
            call.epoch.on_seen(frame(call.now))
        elif what == "scene":
            call.epoch.on_scene()
        elif what == "wait":
            call.now += KEPT_S
        else:
            shown = call.ask(answered=what == "ask")
            frames = [one.frame for one in shown]
            assert len(shown) <= most
            assert frames == sorted(frames, key=lambda one: one.captured_t), "oldest first"
            if last is not None and call.epoch.number == number:
                asked = last[: len(last) - (0 if last_answered else 1)]
                assert [one.frame for one in shown[: len(asked)]] == [one.frame for one in asked]
                if last_answered:
                    question = f"question {call.asked - 1}"
                    ends = body(last, question).index(question.encode()) + len(question)
                    assert body(shown, "?")[:ends] == body(last, question)[:ends]
            elif last is not None and len(last) > 1:
                kept = [one for one in shown[:-1] if one.frame in [two.frame for two in last]]
                assert len(last) - len(kept) >= 2, "never by one"
            last, number, last_answered = shown, call.epoch.number, what == "ask"


def test_with_one_picture_nothing_stands_before_it() -> None:
    call = Call(1)
    for _ in range(3):
        call.now += 5
        call.epoch.on_seen(frame(call.now - 2))
        assert len(call.ask()) == 1
    assert not call.epoch.remembers and call.epoch.number == 0


def test_a_full_epoch_keeps_its_last_questions() -> None:
    call, sizes = Call(4), []
    for _ in range(9):
        call.now += 5
        sizes.append(len(call.ask()))
    assert sizes == [1, 2, 3, 4, 2, 3, 4, 2, 3]
    assert call.epoch.number == 2


def test_another_scene_and_a_long_silence_end_it() -> None:
    call = Call(4)
    call.ask()
    call.epoch.on_scene()
    call.now += 5
    assert len(call.ask()) == 1
    call.now += KEPT_S + 1
    assert len(call.ask()) == 1 and call.epoch.number == 2


def test_what_happened_before_the_question_is_shown_a_little() -> None:
    call = Call(8)
    for _ in range(6):
        call.now += APART_S
        call.epoch.on_seen(frame(call.now))
    call.now += 0.1
    ages_s = [round(call.now - one.frame.captured_t, 1) for one in call.ask()]
    assert ages_s == [2.1, 1.1, 0.0], "the newest three, and not what the newest shows anyway"


def test_the_last_question_outlives_its_epoch() -> None:
    call = Call(4)
    for _ in range(12):
        call.now += 5
        call.epoch.on_seen(frame(call.now - 2))
        *earlier, _newest = call.ask()
        said = [one.words for one in earlier if one.words]
        assert call.asked == 1 or said[-1] == f"question {call.asked - 1}"


def test_what_happened_long_before_the_question_is_not() -> None:
    call = Call(8)
    call.epoch.on_seen(frame(call.now))
    call.now += WAITING_S + 1
    assert len(call.ask()) == 1


def test_reading_ahead_and_asking_have_the_same_beginning() -> None:
    call = Call(2)
    call.ask()
    call.now += 5
    call.epoch.on_seen(frame(call.now - 2))
    newest = frame(call.now)
    first = call.epoch.earlier(newest, now=call.now)
    assert call.epoch.earlier(newest, now=call.now + 0.5) == first


def test_an_answer_of_nothing_is_not_told_again() -> None:
    epoch = Epoch(4)
    epoch.on_answer(frame(1.0), "what?", "")
    assert epoch.earlier(frame(2.0), now=2.0) == ()
