"""Isotonic regression: the nondecreasing values closest to what was observed.

Pool adjacent violators (Ayer et al., 1955; Best and Chakravarti, 1990): go up, and whenever a block
is below the one before, both become their weighted mean.
"""

from __future__ import annotations

from collections.abc import Sequence


def isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Least squares, weighted; weights are positive. Raises ``ValueError`` for unequal lengths."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        mean, total, size = value, weight, 1
        while blocks and blocks[-1][0] >= mean:
            before_mean, before_total, before_size = blocks.pop()
            joined = before_total + total
            mean = (before_mean * before_total + mean * total) / joined
            total, size = joined, size + before_size
        blocks.append((mean, total, size))
    return [mean for mean, _, size in blocks for _ in range(size)]
