"""The bench's optional packages: imported late, and missed with the command that installs them.

Drawing and checking need packages (scikit-image, matplotlib, Pillow, PyYAML, jsonschema) that a
gateway does not. Whoever imports one does so inside ``with bench_extra():``, in the function that
needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from articgw.errors import ConfigError

COMMAND = "pip install 'articgw[bench]'"


def bench_extra() -> AbstractContextManager[None]:
    """Turn a failed import into a ConfigError that says what to install."""
    return extra("bench")


@contextmanager
def extra(name: str) -> Iterator[None]:
    """The same for another extra."""
    try:
        yield
    except ImportError as error:
        command = COMMAND.replace("bench", name)
        raise ConfigError(f"{error.name or error} is not installed; run: {command}") from error
