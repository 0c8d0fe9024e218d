"""The file against the same model computed by hand in numpy, in floating point."""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np
import pytest

from articgw.backends.embedded import minilm
from tests.articgw.backends.embedded import tiny_minilm as tiny

onnxruntime: Any = importlib.import_module("onnxruntime")
SENTENCES = [[2, 5, 7, 3], [2, 9, 3, 0], [2, 4, 3, 0]]
MASK = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 1, 0]]
WEIGHTS = tiny.weights()


def by_hand(ids: list[int]) -> tiny.Floats:
    w: dict[str, Any] = dict(WEIGHTS)

    def norm(x: tiny.Floats, name: str) -> tiny.Floats:
        middle = x - x.mean(-1, keepdims=True)
        scaled = middle / np.sqrt((middle**2).mean(-1, keepdims=True) + minilm.EPSILON)
        return np.asarray(scaled * w[f"{name}.weight"] + w[f"{name}.bias"], np.float32)

    def dense(x: tiny.Floats, name: str) -> tiny.Floats:
        return np.asarray(x @ w[f"{name}.weight"].T + w[f"{name}.bias"], np.float32)

    def heads(x: tiny.Floats) -> tiny.Floats:
        return x.reshape(len(ids), tiny.HEADS, -1).swapaxes(0, 1)

    x = w["embeddings.word_embeddings.weight"][ids]
    x = x + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(tiny.LAYERS):
        name = f"encoder.layer.{layer}."
        q, k, v = (heads(dense(x, f"{name}attention.self.{p}")) for p in ("query", "key", "value"))
        scores = np.exp(q @ k.swapaxes(1, 2) / math.sqrt(tiny.WIDTH / tiny.HEADS))
        seen = (scores / scores.sum(-1, keepdims=True)) @ v
        seen = seen.swapaxes(0, 1).reshape(len(ids), tiny.WIDTH)
        x = norm(
            x + dense(seen, f"{name}attention.output.dense"), f"{name}attention.output.LayerNorm"
        )
        inner = dense(x, f"{name}intermediate.dense")
        bell = np.vectorize(math.erf)(inner / math.sqrt(2))
        inner = np.asarray(inner * (1 + bell) / 2, np.float32)
        x = norm(x + dense(inner, f"{name}output.dense"), f"{name}output.LayerNorm")
    mean = x.mean(0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


@pytest.fixture(scope="module")
def embedded() -> tiny.Floats:
    file = minilm.build(WEIGHTS, layers=tiny.LAYERS, heads=tiny.HEADS)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    feed = {"input_ids": np.array(SENTENCES), "attention_mask": np.array(MASK)}
    (made,) = session.run(None, feed)
    return np.asarray(made, np.float32)


def test_embeddings_have_length_one(embedded: tiny.Floats) -> None:
    assert embedded.shape == (3, tiny.WIDTH)
    assert np.linalg.norm(embedded, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_it_is_the_published_model_but_for_rounding_and_padding_counts_for_nothing(
    embedded: tiny.Floats,
) -> None:
    for made, ids, mask in zip(embedded, SENTENCES, MASK, strict=True):
        assert float(made @ by_hand(ids[: sum(mask)])) > 0.98


def test_the_same_weights_make_the_same_bytes() -> None:
    one, other = (minilm.build(WEIGHTS, layers=tiny.LAYERS, heads=tiny.HEADS) for _ in range(2))
    assert one == other


def test_weights_survive_their_file() -> None:
    read = minilm.weights_of(tiny.safetensors(WEIGHTS))
    assert read.keys() == WEIGHTS.keys()
    assert all((read[name] == values).all() for name, values in WEIGHTS.items())


def test_other_weights_are_refused() -> None:
    with pytest.raises(KeyError):
        minilm.convert(tiny.safetensors({"other": np.zeros((2, 2), np.float32)}))
