"""What a seam is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seam:
    """One mend: ``install`` patches the class, unless ``needs`` says what is missing."""

    name: str
    reason: str
    needs: Callable[[], list[str]]
    install: Callable[[], None]


def missing(owner: object, *names: str) -> list[str]:
    """Those of ``names`` that ``owner`` does not have."""
    where = getattr(owner, "__qualname__", type(owner).__qualname__)
    return [f"{where}.{name}" for name in names if not hasattr(owner, name)]


def missing_in(function: object, *names: str) -> list[str]:
    """Of names that a function uses and nobody can look up without calling it."""
    used = getattr(getattr(function, "__code__", None), "co_names", ())
    where = getattr(function, "__qualname__", repr(function))
    return [f"{where}: {name}" for name in names if name not in used]
