"""The embedded default model: a reader and spotter that needs no key, no GPU and no hub."""

from articgw.backends.embedded.backend import EmbeddedBackend

__all__ = ["EmbeddedBackend"]
