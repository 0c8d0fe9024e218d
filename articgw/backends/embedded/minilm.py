"""all-MiniLM-L6-v2 (Apache-2.0): from the package's weights to an int8 file for ONNX Runtime.

Sentences with like meanings get like vectors. The model is BERT of six layers with mean pooling
(Reimers and Gurevych, arXiv 1908.10084; Wang et al., arXiv 2002.10957). Pooling and normalising are
part of the file, so that its output is the embedding. Weights become int8, one scale for each
output and for each word; activations are quantised as they come. Weights use 7 of the 8 bits, since
processors without VNNI saturate where two full products meet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from articgw.backends.embedded.onnx_file import FLOAT, Graph

Floats = NDArray[np.float32]

LAYERS, HEADS = 6, 12
INT64 = 7
EPSILON = 1e-12
MOST = 64
"""Largest quantised weight."""


def convert(safetensors: bytes) -> bytes:
    """The weights as published to the contents of an ONNX file, 23 MB; always the same bytes.

    Inputs ``input_ids`` and ``attention_mask``, (batch, tokens); output ``embedding``, (batch,
    width), of length 1. Raises ``ValueError`` or ``KeyError`` where these are not its weights.
    """
    return build(weights_of(safetensors), layers=LAYERS, heads=HEADS)


def weights_of(safetensors: bytes) -> dict[str, Floats]:
    """The float32 tensors of a safetensors file: eight bytes of length, JSON, data."""
    length = int.from_bytes(safetensors[:8], "little")
    header = json.loads(safetensors[8 : 8 + length])
    data = memoryview(safetensors)[8 + length :]
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


def build(weights: Mapping[str, Floats], *, layers: int, heads: int) -> bytes:
    """The same for a model of any size with these names of weights."""
    net = _Net(weights, heads)
    graph = net.graph
    ids = graph.input("input_ids", INT64, "b", "s")
    mask = graph.apply("Cast", graph.input("attention_mask", INT64, "b", "s"), to=FLOAT)
    x = net.embedded(ids)
    bias = net.times(net.minus_one(graph.apply("Unsqueeze", mask, net.axes(1, 2))), 1e4)
    for layer in range(layers):
        x = net.layer(x, bias, f"encoder.layer.{layer}.")
    kept = graph.apply("Mul", x, graph.apply("Unsqueeze", mask, net.axes(2)))
    total = graph.apply("ReduceSum", kept, net.axes(1), keepdims=0)
    embedding = graph.apply("LpNormalization", total, axis=-1, p=2)
    graph.output(embedding, "embedding", FLOAT, "b", net.width)
    return graph.file()


class _Net:
    """BERT's parts on one graph."""

    def __init__(self, weights: Mapping[str, Floats], heads: int) -> None:
        self.graph = Graph("minilm")
        self._weights = weights
        self.width = int(weights["embeddings.word_embeddings.weight"].shape[1])
        self._split = self.axes(0, 0, heads, self.width // heads)
        self._joined = self.axes(0, 0, self.width)
        self._scale = (self.width // heads) ** -0.5

    def axes(self, *numbers: int) -> str:
        return self.graph.constant(np.array(numbers, np.int64))

    def times(self, x: str, number: float) -> str:
        return self.graph.apply("Mul", x, self._number(number))

    def minus_one(self, x: str) -> str:
        return self.graph.apply("Sub", x, self._number(1.0))

    def embedded(self, ids: str) -> str:
        graph = self.graph
        table, scales = _quantised(self._weights["embeddings.word_embeddings.weight"], axis=1)
        rows = graph.apply("Cast", graph.apply("Gather", graph.constant(table), ids), to=FLOAT)
        words = graph.apply("Mul", rows, graph.apply("Gather", graph.constant(scales), ids))
        length = graph.apply("Slice", graph.apply("Shape", ids), self.axes(1), self.axes(2))
        places = graph.constant(
            self._weights["embeddings.position_embeddings.weight"]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        first = graph.apply("Slice", places, self.axes(0), length)
        return self._normal(graph.apply("Add", words, first), "embeddings.LayerNorm")

    def layer(self, x: str, bias: str, name: str) -> str:
        graph, quantised = self.graph, self._activations(x)

        def heads(which: str, order: list[int]) -> str:
            flat = self._linear(quantised, f"{name}attention.self.{which}")
            return graph.apply("Transpose", graph.apply("Reshape", flat, self._split), perm=order)

        query, key = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1])
        scores = self.times(graph.apply("MatMul", query, key), self._scale)
        shares = graph.apply("Softmax", graph.apply("Add", scores, bias), axis=-1)
        seen = graph.apply("MatMul", shares, heads("value", [0, 2, 1, 3]))
        seen = graph.apply(
            "Reshape", graph.apply("Transpose", seen, perm=[0, 2, 1, 3]), self._joined
        )
        x = self._added(x, seen, f"{name}attention.output")
        inner = self._linear(self._activations(x), f"{name}intermediate.dense")
        bell = graph.apply("Erf", graph.apply("Div", inner, self._number(2**0.5)))
        twice = graph.apply("Mul", inner, graph.apply("Add", bell, self._number(1.0)))
        return self._added(x, self.times(twice, 0.5), f"{name}output")

    def _added(self, x: str, y: str, name: str) -> str:
        dense = self._linear(self._activations(y), f"{name}.dense")
        return self._normal(self.graph.apply("Add", dense, x), f"{name}.LayerNorm")

    def _normal(self, x: str, name: str) -> str:
        weight = self.graph.constant(self._weights[f"{name}.weight"])
        bias = self.graph.constant(self._weights[f"{name}.bias"])
        return self.graph.apply("LayerNormalization", x, weight, bias, axis=-1, epsilon=EPSILON)

    def _number(self, number: float) -> str:
        return self.graph.constant(np.array(number, np.float32))

    def _activations(self, x: str) -> list[str]:
        return self.graph.apply_many("DynamicQuantizeLinear", x, outputs=3)

    def _linear(self, quantised: list[str], name: str) -> str:
        graph, (x, x_scale, zero) = self.graph, quantised
        weight, scales = _quantised(self._weights[f"{name}.weight"].T, axis=0)
        whole = graph.apply("MatMulInteger", x, graph.constant(weight), zero)
        scale = graph.apply("Mul", x_scale, graph.constant(scales.ravel()))
        real = graph.apply("Mul", graph.apply("Cast", whole, to=FLOAT), scale)
        return graph.apply("Add", real, graph.constant(self._weights[f"{name}.bias"]))


def _quantised(weight: Floats, axis: int) -> tuple[NDArray[np.int8], Floats]:
    """Whole numbers up to +-`MOST`, and what to multiply them by; one scale along ``axis``."""
    scales = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), 1e-8) / np.float32(MOST)
    return np.rint(weight / scales).astype(np.int8), np.asarray(scales, np.float32)
