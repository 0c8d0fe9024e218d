"""Which headers pass; bodies and streams: integration/test_workers.py."""

from __future__ import annotations

from multidict import CIMultiDict, CIMultiDictProxy

from articgw.workers.proxy import passed


def test_headers_of_one_connection_stay_behind() -> None:
    sent = CIMultiDict(
        [("Host", "gw.example.org"), ("Connection", "keep-alive, X-Hop"), ("X-Hop", "1"),
         ("Transfer-Encoding", "chunked"), ("Content-Length", "3"), ("Link", "<a>"),
         ("Link", "<b>"), ("Authorization", "Bearer x"), ("Content-Encoding", "gzip")]
    )  # fmt: skip
    kept = passed(CIMultiDictProxy(sent))
    assert list(kept.items()) == [
        ("Host", "gw.example.org"),
        ("Link", "<a>"),
        ("Link", "<b>"),
        ("Authorization", "Bearer x"),
        ("Content-Encoding", "gzip"),
    ]
