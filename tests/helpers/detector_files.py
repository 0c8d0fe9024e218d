"""ONNX files of detectors that find what they are told to find, whatever the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from articgw.backends.embedded.onnx_file import FLOAT, Graph

Row = tuple[float, float, float, float, float, int]
"""x0, y0, x1, y1 in pixels of the input, score, kind."""


def corners(rows: Sequence[Row], *, names: Sequence[str] = (), size: object = None) -> bytes:
    """A file of the form (1, n, 6)."""
    return _file(np.array([rows], np.float32).reshape(1, -1, 6), names, size)


def columns(rows: Sequence[Row], kinds: int, *, names: Sequence[str] = ()) -> bytes:
    """A file of the form (1, 4 + kinds, n)."""
    out = np.zeros((1, 4 + kinds, len(rows)), np.float32)
    for k, (x0, y0, x1, y1, score, kind) in enumerate(rows):
        out[0, :4, k] = (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0
        out[0, 4 + kind, k] = score
    return _file(out, names, None)


def _file(out: NDArray[np.float32], names: Sequence[str], size: object) -> bytes:
    graph = Graph("detector")
    sides: tuple[str | int, ...] = (size, size) if isinstance(size, int) else ("height", "width")
    graph.input("images", FLOAT, 1, 3, *sides)
    graph.output(graph.constant(out), "output0", FLOAT, *out.shape)
    said = {"names": repr(dict(enumerate(names)))} if names else {}
    return graph.file() + b"".join(_property(key, value) for key, value in said.items())


def _property(key: str, value: str) -> bytes:
    """ModelProto.metadata_props, field 14; a message may be continued by what is behind it."""
    pair = b"".join(
        bytes([tag]) + _varint(len(text.encode())) + text.encode()
        for tag, text in ((0x0A, key), (0x12, value))
    )
    return b"\x72" + _varint(len(pair)) + pair


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
