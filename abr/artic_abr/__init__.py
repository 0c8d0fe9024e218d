"""How well a look must come through, and how much the network allows."""

from artic_abr.readability import Readability, ReadabilitySource

__all__ = ["Readability", "ReadabilitySource"]
