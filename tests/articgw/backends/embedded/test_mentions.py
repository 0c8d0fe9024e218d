from __future__ import annotations

import pytest

from articgw.backends.embedded.mentions import lift_mentions


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ('What is below "Open Day"?', ("Open Day",)),
        ("What is below 'HOT'?", ("HOT",)),
        ("What colour is the EXIT 12 sign?", ("EXIT 12",)),
        ("What colour is the sign that says Open?", ("Open",)),
        ("Where is the sign that says open?", ("open",)),
        ("Where is the sign that says left turn on the wall?", ("left turn",)),
        ("Is the sign that reads open green?", ("open",)),
        ("What color is the tag that says $28.95?", ("$28.95",)),
        ("What color is the board that says 7:10?", ("7:10",)),
        ("What is on the TV?", ()),
        ("What's the man's name?", ()),
        ("What does the sign say?", ()),
        ("WHAT DOES THE SIGN SAY?", ()),
    ],
)
def test_quoted_text(question: str, found: tuple[str, ...]) -> None:
    text, mentions = lift_mentions(question)
    assert mentions == found
    for k, mention in enumerate(found):
        assert mention not in text and f"mention{k}" in text
