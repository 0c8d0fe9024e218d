"""CLIP (Radford et al., arXiv 2103.00020): from published weights to two files for ONNX Runtime.

One file makes a vector of a sentence, the other one of each patch of a picture, in the same space;
all of length 1, so that their products are cosines. Names of weights are those of the files that
are passed around as `model.safetensors`.

CLIP was trained on its class token: what the last layer gathers in a patch is of the whole picture.
So there each patch keeps its own values instead of gathering (MaskCLIP, Zhou et al., arXiv
2112.01071, 3.2), and what follows is as trained.

Everything stays in floating point; a file of ViT-B/32 takes 350 MB, one of words 250.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from articgw.backends.embedded.onnx_file import FLOAT, Graph

Floats = NDArray[np.float32]

INT64 = 7
EPSILON = 1e-5
BELL = 1.702
"""Of the sigmoid that stands for GELU, as it was trained."""
NEVER = -1e4
"""Added to the score of what may not be looked at."""


def build_patches(weights: Mapping[str, Floats], *, heads: int) -> bytes:
    """The contents of an ONNX file for pictures.

    Input ``pixels``, (1, 3, side, side), normalised; output ``patches``, (rows * columns, width).
    Raises ``KeyError`` where weights are missing.
    """
    net = _Net(weights, "vision_model.", heads)
    graph, table = net.graph, weights["vision_model.embeddings.patch_embedding.weight"]
    places = weights["vision_model.embeddings.position_embedding.weight"]
    patch_px = int(table.shape[-1])
    side_px = side_of(places, patch_px)
    pixels = graph.input("pixels", FLOAT, 1, 3, side_px, side_px)
    strides = {"kernel_shape": [patch_px, patch_px], "strides": [patch_px, patch_px]}
    seen = graph.apply("Conv", pixels, graph.constant(table), **strides)
    seen = graph.apply("Reshape", seen, net.numbers(1, net.width, -1))
    seen = graph.apply("Transpose", seen, perm=[0, 2, 1])
    first = weights["vision_model.embeddings.class_embedding"].reshape(1, 1, -1)
    x = graph.apply("Concat", graph.constant(first), seen, axis=1)
    x = net.normal(graph.apply("Add", x, graph.constant(places)), "pre_layrnorm")
    for layer in range(net.layers - 1):
        x = net.layer(x, layer)
    x = net.normal(net.layer(x, net.layers - 1, gathers=False), "post_layernorm")
    own = graph.apply("Slice", x, net.numbers(1), net.numbers(len(places)), net.numbers(1))
    net.end(own, "visual_projection.weight", "patches")
    return graph.file()


def build_words(weights: Mapping[str, Floats], *, heads: int) -> bytes:
    """The contents of an ONNX file for one sentence.

    Input ``ids``, (1, tokens) from start to end; output ``sentence``, (1, width). Raises
    ``KeyError`` where weights are missing.
    """
    net = _Net(weights, "text_model.", heads)
    graph, name = net.graph, "text_model.embeddings"
    ids = graph.input("ids", INT64, 1, "s")
    places = weights[f"{name}.position_embedding.weight"]
    length = graph.apply("Slice", graph.apply("Shape", ids), net.numbers(1), net.numbers(2))
    words = graph.apply("Gather", graph.constant(weights[f"{name}.token_embedding.weight"]), ids)
    first = graph.apply("Slice", graph.constant(places), net.numbers(0), length)
    later = np.triu(np.full((len(places), len(places)), NEVER, np.float32), 1)
    both = graph.apply("Concat", length, length, axis=0)
    mask = graph.apply("Slice", graph.constant(later), net.numbers(0, 0), both)
    x = graph.apply("Add", words, first)
    for layer in range(net.layers):
        x = net.layer(x, layer, mask)
    x = net.normal(x, "final_layer_norm")
    last = graph.apply("Slice", x, net.numbers(-1), net.numbers(2**31), net.numbers(1))
    net.end(last, "text_projection.weight", "sentence")
    return graph.file()


def side_of(places: Floats, patch_px: int) -> int:
    """Side of the square picture in pixels, by the places of its patches and the class token."""
    return int((len(places) - 1) ** 0.5 + 0.5) * patch_px


class _Net:
    """A transformer's parts on one graph."""

    def __init__(self, weights: Mapping[str, Floats], prefix: str, heads: int) -> None:
        self.graph = Graph("clip")
        self._weights = weights
        self._prefix = prefix
        self.width = int(weights[f"{prefix}embeddings.position_embedding.weight"].shape[1])
        starts = f"{prefix}encoder.layers."
        known = {name[len(starts) :].split(".")[0] for name in weights if name.startswith(starts)}
        self.layers = len(known)
        self._split = self.numbers(0, 0, heads, self.width // heads)
        self._joined = self.numbers(0, 0, self.width)
        self._scale = (self.width // heads) ** -0.5

    def numbers(self, *numbers: int) -> str:
        return self.graph.constant(np.array(numbers, np.int64))

    def normal(self, x: str, name: str) -> str:
        weight, bias = (self._constant(f"{name}.{part}") for part in ("weight", "bias"))
        return self.graph.apply("LayerNormalization", x, weight, bias, axis=-1, epsilon=EPSILON)

    def layer(self, x: str, number: int, mask: str | None = None, *, gathers: bool = True) -> str:
        graph, name = self.graph, f"encoder.layers.{number}."
        inner = self.normal(x, f"{name}layer_norm1")
        seen = self._linear(inner, f"{name}self_attn.v_proj")
        if gathers:
            seen = self._gathered(inner, seen, f"{name}self_attn.", mask)
        x = graph.apply("Add", x, self._linear(seen, f"{name}self_attn.out_proj"))
        inner = self._linear(self.normal(x, f"{name}layer_norm2"), f"{name}mlp.fc1")
        bell = graph.apply("Sigmoid", graph.apply("Mul", inner, self._number(BELL)))
        inner = graph.apply("Mul", inner, bell)
        return graph.apply("Add", x, self._linear(inner, f"{name}mlp.fc2"))

    def end(self, x: str, projection: str, output: str) -> None:
        graph = self.graph
        table = self._weights[projection]
        x = graph.apply("Reshape", x, self.numbers(-1, self.width))
        x = graph.apply("MatMul", x, graph.constant(np.ascontiguousarray(table.T)))
        x = graph.apply("LpNormalization", x, axis=-1, p=2)
        graph.output(x, output, FLOAT, "n", int(table.shape[0]))

    def _gathered(self, x: str, values: str, name: str, mask: str | None) -> str:
        graph = self.graph

        def heads(flat: str, order: list[int]) -> str:
            return graph.apply("Transpose", graph.apply("Reshape", flat, self._split), perm=order)

        query = heads(self._linear(x, f"{name}q_proj"), [0, 2, 1, 3])
        key = heads(self._linear(x, f"{name}k_proj"), [0, 2, 3, 1])
        scores = graph.apply("Mul", graph.apply("MatMul", query, key), self._number(self._scale))
        if mask is not None:
            scores = graph.apply("Add", scores, mask)
        shares = graph.apply("Softmax", scores, axis=-1)
        seen = graph.apply("MatMul", shares, heads(values, [0, 2, 1, 3]))
        seen = graph.apply("Transpose", seen, perm=[0, 2, 1, 3])
        return graph.apply("Reshape", seen, self._joined)

    def _linear(self, x: str, name: str) -> str:
        table = self._weights[f"{self._prefix}{name}.weight"]
        made = self.graph.apply("MatMul", x, self.graph.constant(np.ascontiguousarray(table.T)))
        return self.graph.apply("Add", made, self._constant(f"{name}.bias"))

    def _constant(self, name: str) -> str:
        return self.graph.constant(self._weights[self._prefix + name])

    def _number(self, number: float) -> str:
        return self.graph.constant(np.array(number, np.float32))
