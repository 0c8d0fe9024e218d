from __future__ import annotations

import pytest

from devibench.marks import NotJson, read_marked

TEXT = """{
  "name": "a",
  "list": [
    {"id": 1},
    {"id": 2,
     "deep": [true]}
  ]
}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ([], 1),
        (["name"], 2),
        (["list"], 3),
        (["list", 1, "id"], 5),
        (["list", 1, "deep", 0], 6),
        (["list", 1, "absent"], 5),
        (["list", 7], 3),
    ],
)
def test_the_line_of_a_value_or_of_what_should_hold_it(path: list[str | int], line: int) -> None:
    assert read_marked(TEXT).line(path) == line


def test_what_is_not_json_says_where() -> None:
    with pytest.raises(NotJson) as raised:
        read_marked('{\n "a": 1,\n "b" 2\n}')
    assert raised.value.line == 3


def test_json_with_tabs_is_read_without_lines() -> None:
    marked = read_marked('{\n\t"a": 1\n}')
    assert marked.value == {"a": 1}
    assert marked.line(["a"]) in (1, 2)
