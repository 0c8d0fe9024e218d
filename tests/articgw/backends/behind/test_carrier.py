"""Without a trailer all is text."""

from __future__ import annotations

from articgw.backends.behind.carrier import Plain


def test_plain_text_passes_through() -> None:
    plain = Plain()
    assert plain.feed("EXIT\n@@look {}") == "EXIT\n@@look {}"
    assert plain.end() == plain.evidence == ""
