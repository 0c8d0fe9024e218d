"""On which line of a JSON file a value stands.

JSON is YAML, and PyYAML's composer keeps a mark on every node: no second JSON parser is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from devibench.extras import bench_extra


class NotJson(ValueError):
    """The text is not JSON; ``line`` is where that shows."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Marked:
    """A JSON document with its lines."""

    value: Any
    node: Any

    def line(self, path: Iterable[str | int]) -> int:
        """The line of the value at a path of keys and indices, or of what should hold it."""
        node = self.node
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            node = found
        return 1 if node is None else int(node.start_mark.line) + 1


def read_marked(text: str) -> Marked:
    """Parse; NotJson says why not and on which line."""
    with bench_extra():
        import yaml
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotJson(error.msg, error.lineno) from error
    except RecursionError as error:
        raise NotJson("nested too deeply", 1) from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        node = None  # indented with tabs: JSON, but no YAML; lines are then unknown
    return Marked(value, node)


def _child(node: Any, step: str | int) -> Any:
    children = getattr(node, "value", None)
    if not isinstance(children, list):
        return None
    if isinstance(step, int):
        return children[step] if step < len(children) else None
    for child in children:
        if isinstance(child, tuple) and child[0].value == step:
            return child[1]
    return None
