"""How an answer's text and what rides behind it are told apart while they still stream.

A carrier is fed the model's words and gives back those that a person may see. `Plain` is for models
that are asked for nothing else; the others are in trailer.py and schema.py.
"""

from __future__ import annotations

from typing import Protocol


class Carrier(Protocol):
    """One answer's."""

    @property
    def evidence(self) -> str:
        """What rode behind the text, as the model wrote it; empty before `end`, or if nothing."""

    def feed(self, text: str) -> str:
        """What can be shown now that ``text`` has come."""

    def end(self) -> str:
        """Nothing more will come: what was held back and can be shown after all."""


class Plain:
    """All is text."""

    evidence = ""

    def feed(self, text: str) -> str:
        """All of it."""
        return text

    def end(self) -> str:
        """Nothing is ever held back."""
        return ""
