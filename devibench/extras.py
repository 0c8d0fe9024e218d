"""The bench's optional packages: imported late, and missed with the command that installs them.

Drawing and checking need packages (scikit-image, matplotlib, Pillow, PyYAML, jsonschema) that a
gateway does not. Whoever imports one does so inside ``with bench_extra():``, in the function that
needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from articgw.errors import ConfigError

COMMAND = "pip install 'articgw[bench]'"


@contextmanager
def bench_extra() -> Iterator[None]:
    """Turn a failed import into a ConfigError that says what to install."""
    try:
        yield
    except ImportError as error:
        raise ConfigError(f"{error.name or error} is not installed; run: {COMMAND}") from error
