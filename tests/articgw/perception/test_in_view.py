from __future__ import annotations

import pytest

from articgw.perception.in_view import FRESH_S, MOST_NAMED, InView
from articgw.perception.jobs import Sighting, Thing


def _thing(label: str, score: float = 0.9, x0: float = 0.1) -> Thing:
    return Thing((x0, 0.1, x0 + 0.1, 0.2), label, score)


def _sighting(*things: Thing, detected_t: float = 10.0) -> Sighting:
    return Sighting(10.0, detected_t, things, "one", "first", 5.0, is_late=False)


def _view(*things: Thing) -> InView:
    view = InView()
    view.sighting = _sighting(*things)
    return view


def test_words_count_what_is_sure_commonest_first() -> None:
    view = _view(_thing("cup"), _thing("person"), _thing("person"), _thing("dog", 0.3))
    assert view.words(now=10.5) == "2 person, 1 cup"


def test_what_was_seen_long_ago_is_not_told() -> None:
    view = _view(_thing("cup"))
    assert view.words(now=10.0 + FRESH_S + 0.1) == ""
    assert view.named_in("Where is the cup?", now=10.0 + FRESH_S + 0.1) == ()
    assert InView().words(now=0.0) == ""


def test_news_are_told_once() -> None:
    view = InView()
    assert view.news() is None
    view.sighting = _sighting(_thing("cup"))
    assert view.news() == {"cup": 1}
    assert view.news() is None
    view.sighting = _sighting()
    assert view.news() == {}


QUESTIONS = [
    ("Where is the cup?", 1),
    ("Are there CUPS on the table?", 1),
    ("What do the people wear?", 2),
    ("What does the cupboard say?", 0),
    ("How many buses are there?", 1),
    ("What colour is the traffic light?", 1),
    ("", 0),
]


@pytest.mark.parametrize(("question", "found"), QUESTIONS)
def test_a_question_names_things(question: str, found: int) -> None:
    labels = ("person", "cup", "person", "bus", "traffic light")
    view = _view(*(_thing(label) for label in labels))
    regions = view.named_in(question, now=10.5)
    assert len(regions) == found
    assert all(one.frame_t == 10.0 and one.expires_t > 10.5 for one in regions)


def test_of_many_only_the_surest_are_places_to_look_at() -> None:
    view = _view(*(_thing("cup", k / 10, x0=k / 12) for k in range(9)))
    regions = view.named_in("the cups", now=10.0)
    assert len(regions) == MOST_NAMED
    assert regions[0].box[0] == pytest.approx(8 / 12)
