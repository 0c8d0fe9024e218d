"""Tool calls come in pieces, numbered in more ways than one."""

from __future__ import annotations

from articgw.backends.wire.called import MAX_CALLS, Called
from articgw.backends.wire.heard import CallPiece
from articgw.tools.arguments import MAX_CHARS
from articgw.tools.toolset import Wanted


def _called(*pieces: CallPiece) -> tuple[Wanted, ...]:
    called = Called()
    for piece in pieces:
        called.take(piece)
    return called.calls


def test_pieces_of_a_place_are_of_one_call_however_they_are_mixed() -> None:
    assert _called(
        CallPiece(0, "a", "price"),
        CallPiece(1, "b", "time"),
        CallPiece(0, arguments='{"of":'),
        CallPiece(1, arguments="{}"),
        CallPiece(0, arguments='"x"}'),
    ) == (Wanted("a", "price", '{"of":"x"}'), Wanted("b", "time", "{}"))


def test_servers_that_count_nothing_are_told_apart_by_ids_or_names() -> None:
    by_id = _called(CallPiece(0, "a", "price", "{}"), CallPiece(0, "b", "price", "{}"))
    assert [one.id for one in by_id] == ["a", "b"]
    by_name = _called(CallPiece(name="price", arguments="1"), CallPiece(name="price"))
    assert [one.arguments for one in by_name] == ["1", ""]


def test_an_id_that_is_repeated_is_the_same_call() -> None:
    pieces = [CallPiece(0, "a", "price", "{"), CallPiece(0, "a", "price", "}")]
    assert _called(*pieces) == (Wanted("a", "price", "{}"),)


def test_what_is_too_much_is_forgotten() -> None:
    many = _called(*(CallPiece(n, f"c{n}", "price") for n in range(3 * MAX_CALLS)))
    assert len(many) == MAX_CALLS
    (long,) = _called(*[CallPiece(0, "a", "price", "x" * 999)] * 100)
    assert len(long.arguments) == MAX_CHARS + 1
    assert _called(CallPiece(0, "a", "", "{}")) == (), "without a name there is nothing to run"
