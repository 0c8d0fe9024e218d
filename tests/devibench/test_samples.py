"""Lines of a run keep their form."""

import msgspec
import pytest

from devibench.samples import Line, Usage

LINE = Line("set/7", "h264:50k", "EXIT", True, 0.9, 48_000, 210.0, 95.0, 1, Usage(output=2), 1)


def test_a_line_comes_back_as_it_was_written() -> None:
    assert msgspec.json.decode(msgspec.json.encode(LINE), type=Line) == LINE


@pytest.mark.parametrize(
    "name",
    "key arm answer correct readability bits frame_age_ms latency_ms frames usage attempt".split(),
)
def test_a_line_has_the_fields_of_the_design(name: str) -> None:
    assert name in msgspec.to_builtins(LINE)
