"""Arithmetic on boxes given as fractions, x0, y0, x1, y1."""

from __future__ import annotations

from collections.abc import Iterable

from artic_codecs import Box


def area(box: Box) -> float:
    """Fraction of the frame; 0 where the box is empty."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def common(a: Box, b: Box) -> float:
    """Area of the intersection."""
    return area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))


def iou(a: Box, b: Box) -> float:
    """Intersection over union, 0..1."""
    both = common(a, b)
    return both / max(area(a) + area(b) - both, 1e-12)


def inside(inner: Box, outer: Box) -> float:
    """The part of ``inner`` that lies in ``outer``, 0..1."""
    return common(inner, outer) / max(area(inner), 1e-12)


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all. Raises ``ValueError`` when there is none."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def grown(box: Box, dx: float, dy: float) -> Box:
    """The box with a margin on each side, kept inside the frame."""
    return (
        max(0.0, box[0] - dx),
        max(0.0, box[1] - dy),
        min(1.0, box[2] + dx),
        min(1.0, box[3] + dy),
    )


def centre(box: Box) -> tuple[float, float]:
    """The middle of the box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def gap(a: Box, b: Box, aspect: float) -> float:
    """Distance between two boxes in heights of the frame; 0 where they touch.

    ``aspect`` is the width of the frame over its height.
    """
    dx = max(a[0] - b[2], b[0] - a[2], 0.0) * aspect
    dy = max(a[1] - b[3], b[1] - a[3], 0.0)
    return float((dx * dx + dy * dy) ** 0.5)
