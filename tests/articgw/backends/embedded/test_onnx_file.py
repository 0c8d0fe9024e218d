from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from articgw.backends.embedded.onnx_file import FLOAT, Graph

onnxruntime: Any = importlib.import_module("onnxruntime")


def test_what_is_written_runs() -> None:
    graph = Graph("test")
    x = graph.input("x", FLOAT, "n", 2)
    scaled = graph.apply("Mul", x, graph.constant(np.array([2.0, 3.0], np.float32)))
    total = graph.apply("ReduceSum", scaled, graph.constant(np.array([1])), keepdims=0)
    graph.output(total, "y", FLOAT, "n")
    session = onnxruntime.InferenceSession(graph.file(), providers=["CPUExecutionProvider"])
    (y,) = session.run(["y"], {"x": np.array([[1, 1], [0, 2]], np.float32)})
    assert y.tolist() == [5.0, 6.0]


def test_attributes_of_all_sorts_and_several_outputs() -> None:
    graph = Graph("test")
    x = graph.input("x", FLOAT, 2, 2)
    turned = graph.apply("Transpose", x, perm=[1, 0])
    leaky = graph.apply("LeakyRelu", turned, alpha=0.5)
    first, second = graph.apply_many("Split", leaky, outputs=2, axis=0)
    graph.output(graph.apply("Sub", first, second), "y", FLOAT, 1, 2)
    session = onnxruntime.InferenceSession(graph.file(), providers=["CPUExecutionProvider"])
    (y,) = session.run(None, {"x": np.array([[4, -2], [1, 1]], np.float32)})
    assert y.tolist() == [[5.0, 0.0]]


def test_a_tensor_of_another_type_is_misuse() -> None:
    with pytest.raises(KeyError):
        Graph("test").constant(np.zeros(2, np.float64))
