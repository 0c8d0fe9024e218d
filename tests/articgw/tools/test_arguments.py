"""Arguments are held against their schema, as jsonschema would."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.tools.arguments import MAX_CHARS, arguments_in, is_object
from articgw.tools.spec import Schema

WHERE = Schema(
    type="object",
    properties={
        "city": Schema(type="string", enum=("Oslo", "Rome")),
        "days": Schema(type="integer", minimum=1, maximum=7),
        "at": Schema(type="array", items=Schema(type="number")),
        "exact": Schema(type="boolean"),
    },
    required=("city",),
    additional_properties=False,
)


def test_what_fits_comes_back() -> None:
    said = {"city": "Oslo", "days": 7, "at": [1, 2.5], "exact": True}
    assert arguments_in(json.dumps(said), WHERE) == said
    assert arguments_in("", Schema(type="object")) == {}, "servers send nothing where there is none"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[" * 9000, "longer than"),
        ("[" * 7999, "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "arguments.city is missing"),
        ('{"city": "Bonn"}', "arguments.city is none of the values"),
        ('{"city": 1}', "arguments.city is not of type string"),
        ('{"city": "Oslo", "days": 0}', "arguments.days is below 1"),
        ('{"city": "Oslo", "days": 8}', "arguments.days is above 7"),
        ('{"city": "Oslo", "days": true}', "arguments.days is not of type integer"),
        ('{"city": "Oslo", "at": [1, "x"]}', "arguments.at[1] is not of type number"),
        ('{"city": "Oslo", "x": 1}', "arguments.x is not known"),
    ],
)
def test_what_does_not_is_said_so_that_it_can_be_mended(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("[", r"\[")):
        arguments_in(text, WHERE)


def test_only_an_object_of_a_bearable_size_is_one() -> None:
    assert is_object("") and is_object('{"any": "thing"}')
    assert not is_object("[]") and not is_object(f'{{"x": "{"y" * MAX_CHARS}"}}')


VALUES = st.one_of(
    st.booleans(),
    st.integers(-2, 9),
    st.floats(-2, 9),
    st.sampled_from(["Oslo", "Rome", "Bonn"]),
    st.lists(st.one_of(st.integers(0, 3), st.text(max_size=2)), max_size=2),
    st.none(),
)


@given(st.dictionaries(st.sampled_from(["city", "days", "at", "exact", "x"]), VALUES))
def test_it_judges_as_jsonschema_does(said: dict[str, Any]) -> None:
    fits = jsonschema.Draft202012Validator(WHERE.told()).is_valid(said)
    try:
        arguments_in(json.dumps(said), WHERE)
    except ValueError:
        assert not fits
    else:
        assert fits
