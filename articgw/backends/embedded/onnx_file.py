"""ONNX files, as far as `minilm` writes them: messages of the format, and a graph that grows.

ONNX Runtime reads this format and brings `protobuf`, but nothing that writes it; the package `onnx`
does, and is as large as the model. Field numbers and types: onnx.proto of ONNX 1.17 (IR version 8).
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

IR_VERSION, OPSET = 8, 17

_FIELDS = {
    "Model": "1 ir_version int64, 2 producer_name string, 7 graph Graph, 8 opset_import Opset*",
    "Opset": "1 domain string, 2 version int64",
    "Graph": "1 node Node*, 2 name string, 5 initializer Tensor*, 11 input Value*,"
    " 12 output Value*",
    "Node": "1 input string*, 2 output string*, 4 op_type string, 5 attribute Attribute*",
    "Attribute": "1 name string, 2 f float, 3 i int64, 8 ints int64*, 20 type int32",
    "Tensor": "1 dims int64*, 2 data_type int32, 8 name string, 9 raw_data bytes",
    "Value": "1 name string, 2 type Type",
    "Type": "1 tensor_type TensorType",
    "TensorType": "1 elem_type int32, 2 shape Shape",
    "Shape": "1 dim Dimension*",
    "Dimension": "1 dim_value int64, 2 dim_param string",
}
"""Of each message: number, name and type of its fields; a star where it is repeated."""
_SCALARS = {"float": 2, "int64": 3, "int32": 5, "string": 9, "bytes": 12}
_MESSAGE, _OPTIONAL, _REPEATED = 11, 1, 3
_DATA_TYPES = {np.dtype(np.float32): 1, np.dtype(np.int8): 3, np.dtype(np.int64): 7}
"""TensorProto.DataType."""
FLOAT = _DATA_TYPES[np.dtype(np.float32)]
_ATTRIBUTE_TYPES = {float: ("f", 1), int: ("i", 2), list: ("ints", 7)}
"""Field and AttributeProto.AttributeType."""


@cache
def _messages() -> dict[str, Any]:
    """The classes of the format's messages, by name."""
    pb2: Any = importlib.import_module("google.protobuf.descriptor_pb2")
    factory: Any = importlib.import_module("google.protobuf.message_factory")
    pool: Any = importlib.import_module("google.protobuf.descriptor_pool").DescriptorPool()
    file = pb2.FileDescriptorProto(name="onnx.proto", package="onnx", syntax="proto3")
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        for field in fields.split(", "):
            number, field_name, spelt = field.split()
            kind = spelt.rstrip("*")
            made = message.field.add(name=field_name, number=int(number))
            made.label = _REPEATED if spelt.endswith("*") else _OPTIONAL
            made.type = _SCALARS.get(kind, _MESSAGE)
            if kind not in _SCALARS:
                made.type_name = f".onnx.{kind}"
    pool.Add(file)
    found = ((name, pool.FindMessageTypeByName(f"onnx.{name}")) for name in _FIELDS)
    return {name: factory.GetMessageClass(descriptor) for name, descriptor in found}


class Graph:
    """A model under construction; names are given to what has none."""

    def __init__(self, name: str) -> None:
        self._model = _messages()["Model"](ir_version=IR_VERSION, producer_name="articgw")
        self._model.opset_import.add(version=OPSET)
        self._graph = self._model.graph
        self._graph.name = name
        self._count = 0

    def constant(self, values: NDArray[Any]) -> str:
        """A tensor of float32, int8 or int64 that is part of the file."""
        name = self._fresh()
        data = np.ascontiguousarray(values)
        self._graph.initializer.add(
            name=name,
            dims=data.shape,
            data_type=_DATA_TYPES[data.dtype],
            raw_data=data.astype(data.dtype.newbyteorder("<")).tobytes(),
        )
        return name

    def apply(self, operator: str, *inputs: str, **attributes: float | list[int]) -> str:
        """The one output of an operator."""
        return self.apply_many(operator, *inputs, outputs=1, **attributes)[0]

    def apply_many(
        self, operator: str, *inputs: str, outputs: int, **attributes: float | list[int]
    ) -> list[str]:
        """All outputs of an operator."""
        names = [self._fresh() for _ in range(outputs)]
        node = self._graph.node.add(op_type=operator, input=inputs, output=names)
        for name, value in attributes.items():
            field, kind = _ATTRIBUTE_TYPES[type(value)]
            node.attribute.add(name=name, type=kind, **{field: value})
        return names

    def input(self, name: str, kind: int, *sides: str | int) -> str:
        """What is given when it runs; a side that is not known yet has a name."""
        self._describe(self._graph.input.add(name=name), kind, sides)
        return name

    def output(self, made: str, name: str, kind: int, *sides: str | int) -> None:
        """What it gives: ``made``, under that name."""
        self._graph.node.add(op_type="Identity", input=[made], output=[name])
        self._describe(self._graph.output.add(name=name), kind, sides)

    def file(self) -> bytes:
        """The contents of the file; the same bytes for the same graph."""
        written: bytes = self._model.SerializeToString(deterministic=True)
        return written

    def _fresh(self) -> str:
        self._count += 1
        return f"n{self._count}"

    def _describe(self, value: Any, kind: int, sides: tuple[str | int, ...]) -> None:
        tensor = value.type.tensor_type
        tensor.elem_type = kind
        for side in sides:
            known = {"dim_param": side} if isinstance(side, str) else {"dim_value": side}
            tensor.shape.dim.add(**known)
