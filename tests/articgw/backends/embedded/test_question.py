from __future__ import annotations

import pytest

from articgw.backends.embedded.intent import Act
from articgw.backends.embedded.question import parse

# question, act, what is expected of the intent ("anchor." and plain names of the target included)
TABLE = [
    ("What does the red sign say?", Act.READ, {"colour": "red"}),
    ("What is written on the sign on the left?", Act.READ, {"places": ("left",)}),
    ("What is the price on the price tag?", Act.READ, {"kind": "price"}),
    ("How much does it cost?", Act.READ, {"kind": "price"}),
    ("How much is the coffee?", Act.READ, {"kind": "price"}),
    ("What is the room number?", Act.READ, {"kind": "room"}),
    (
        "What word is displayed on the small yellow sign next to the blue box?",
        Act.READ,
        {"colour": "yellow", "size": "small", "relation": "near", "anchor.colour": "blue",
         "anchor.shape": "square"},
    ),
    (
        "What does the sign above the green sign say?",
        Act.READ,
        {"relation": "above", "colour": "", "anchor.colour": "green"},
    ),
    ("What color is the sign that says EXIT?", Act.COLOUR, {"mentions": ("EXIT",)}),
    ("What colour is the sign that says exit?", Act.COLOUR, {"mentions": ("exit",)}),
    ("What color are the letters on the STOP sign?", Act.COLOUR, {"of_ink": True}),
    ("What is the colour of the text on the blue board?", Act.COLOUR, {"of_ink": True}),
    ("What color is the ball to the left of the \"STOP\" sign?", Act.COLOUR,
     {"shape": "circle", "relation": "left", "anchor.mentions": ("STOP",)}),
    ("How many red balls are there?", Act.COUNT, {"colour": "red", "shape": "circle"}),
    ("How many people can you see?", Act.COUNT, {"label": "person"}),
    ("Count the green boxes in the picture", Act.COUNT, {"colour": "green"}),
    ("What is the number of signs in the picture?", Act.COUNT, {"is_sign": True}),
    ("Is there a person?", Act.PRESENCE, {"label": "person"}),
    ("Do you see any dogs?", Act.PRESENCE, {"label": "dog"}),
    ("Can you see a red ball?", Act.PRESENCE, {"colour": "red", "shape": "circle"}),
    ("Where is the exit sign?", Act.POSITION, {"hints": ("exit",)}),
    ("Which side is the yellow plate on?", Act.POSITION, {"colour": "yellow"}),
    (
        "Is the red sign to the left or to the right of the blue sign?",
        Act.POSITION,
        {"claims": ("left", "right"), "colour": "red", "anchor.colour": "blue"},
    ),
    ("Is the red sign above the blue sign?", Act.CHECK,
     {"relation": "above", "colour": "red", "anchor.colour": "blue"}),
    ("Does the sign say CLOSED?", Act.CHECK, {"mentions": ("CLOSED",)}),
    ("Is the sign that says open green?", Act.CHECK, {"mentions": ("open",), "claims": ("green",)}),
    ("What text is on the largest sign?", Act.READ, {"size": "largest"}),
    ("What does the leftmost sign say?", Act.READ, {"places": ("left",), "far": True}),
    ("What does the second sign from the left say?", Act.READ, {"ordinal": 2, "from_side": "left"}),
    ("What is on the first line of the poster?", Act.READ, {"line": 1}),
    ("What is written in white on the blue board?", Act.READ, {"ink": "white", "colour": "blue"}),
    ("What does the sign in the top right corner say?", Act.READ, {"places": ("top", "right")}),
    ("What does the sign on the left side of the picture say?", Act.READ,
     {"places": ("left",), "relation": ""}),
    ("Can you read the label at the bottom?", Act.READ, {"places": ("bottom",)}),
    ("Read the yellow plate for me", Act.READ, {"colour": "yellow"}),
    ("Read everything you can see", Act.READ_ALL, {}),
    ("What signs are there?", Act.READ_ALL, {}),
    ("What time is displayed on the clock board?", Act.READ, {"kind": "time"}),
    ("What year is printed on the banner?", Act.READ, {"kind": "year"}),
    ("What is the phone number on the van?", Act.READ, {"kind": "phone"}),
    ("What is the license plate number of the yellow van?", Act.READ, {"kind": "plate"}),
    ("What is the name of the store on the right?", Act.READ, {"kind": "word"}),
    ("What brand name is visible on the bottle?", Act.READ, {"kind": "word"}),
    ("What's the code shown on the door?", Act.READ, {"kind": "code"}),
    ("tell me what the sign at the top says", Act.READ, {"places": ("top",)}),
    ("What is next to the blue sign?", Act.IDENTIFY, {"relation": "near"}),
    ("What animal is on the sofa?", Act.IDENTIFY, {"label": "animal"}),
    ("Describe what you see", Act.DESCRIBE, {}),
    ("What do you see?", Act.DESCRIBE, {}),
    ("Is the man happy?", Act.UNKNOWN, {}),
    ("What is the man doing?", Act.UNKNOWN, {}),
    ("Why is the sky blue?", Act.UNKNOWN, {}),
    ("", Act.UNKNOWN, {}),
]  # fmt: skip


@pytest.mark.parametrize(("question", "act", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_wordings(question: str, act: Act, expected: dict[str, object]) -> None:
    intent = parse(question)
    assert intent.act is act
    for key, value in expected.items():
        if key.startswith("anchor."):
            found = getattr(intent.anchor, key.removeprefix("anchor."))
        elif hasattr(intent, key):
            found = getattr(intent, key)
        else:
            found = getattr(intent.target, key)
        assert found == value, key


def test_spelling_of_case_and_punctuation_does_not_matter() -> None:
    assert parse("what does the RED sign say").target.mentions == ("RED",)
    assert parse("what does the red sign say").act is Act.READ
    assert parse("WHAT DOES THE RED SIGN SAY?").target.colour == "red"
