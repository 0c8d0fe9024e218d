"""What was decided stays decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import ConfigError
from devibench.build.ledger import Decision, Ledger


def test_decisions_are_there_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "stage.jsonl")
    ledger.add(Decision("b", data={"question": "Ö?"}))
    ledger.add(Decision("a", "too long"))
    ledger.add(Decision("c", "too long"))
    again = Ledger(tmp_path / "stage.jsonl")
    assert [one.key for one in again.accepted()] == ["b"]
    assert again.accepted()[0].data == {"question": "Ö?"}
    assert again.reasons() == {"too long": 2}
    assert "a" in again
    assert "d" not in again


@pytest.mark.parametrize("torn", [b'{"key":"b","rea', b'{"key":"b"}', b"\xff\xfe"])
def test_a_torn_line_is_decided_anew(tmp_path: Path, torn: bytes) -> None:
    file = tmp_path / "stage.jsonl"
    Ledger(file).add(Decision("a"))
    with file.open("ab") as lines:
        lines.write(torn)
    ledger = Ledger(file)
    assert "b" not in ledger
    ledger.add(Decision("b", "why"))
    assert file.read_bytes() == b'{"key":"a"}\n{"key":"b","reason":"why"}\n'


def test_a_spoilt_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "stage.jsonl").write_bytes(b'{"key":"a"}\nno JSON\n')
    with pytest.raises(ConfigError, match=r"stage\.jsonl:2: "):
        Ledger(tmp_path / "stage.jsonl")
