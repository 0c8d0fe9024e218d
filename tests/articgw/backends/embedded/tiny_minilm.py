"""A model of MiniLM's shape, small and untrained: two layers of width 8, two heads, ten words."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LAYERS, HEADS, WIDTH, INNER, WORDS, PLACES = 2, 2, 8, 16, 10, 12


def weights(seed: int = 3) -> dict[str, Floats]:
    """By the names of the published file."""
    rng = np.random.default_rng(seed)
    shapes = {
        "embeddings.word_embeddings.weight": (WORDS, WIDTH),
        "embeddings.position_embeddings.weight": (PLACES, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        **_norm("embeddings.LayerNorm"),
    }
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}."
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            shapes |= _dense(f"{name}attention.{part}", WIDTH, WIDTH)
        shapes |= _norm(f"{name}attention.output.LayerNorm")
        shapes |= _dense(f"{name}intermediate.dense", INNER, WIDTH)
        shapes |= _dense(f"{name}output.dense", WIDTH, INNER)
        shapes |= _norm(f"{name}output.LayerNorm")
    return {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def safetensors(tensors: dict[str, Floats]) -> bytes:
    """As the file would hold them."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, values in tensors.items():
        ends = [len(data), len(data) + values.nbytes]
        header[name] = {"dtype": "F32", "shape": values.shape, "data_offsets": ends}
        data += values.tobytes()
    head = json.dumps(header).encode()
    return len(head).to_bytes(8, "little") + head + data


def _dense(name: str, out: int, into: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, into), f"{name}.bias": (out,)}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}
