"""Where the bits go."""

from artic_codecs.regions import Box, Region

__all__ = ["Box", "Region"]
