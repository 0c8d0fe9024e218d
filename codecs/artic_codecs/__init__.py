"""Where the bits go."""

from artic_codecs.allocator import Allocator
from artic_codecs.attention import Attention
from artic_codecs.regions import Box, Region
from artic_codecs.steer import Steer, SteerWhy, Treatment

__all__ = ["Allocator", "Attention", "Box", "Region", "Steer", "SteerWhy", "Treatment"]
