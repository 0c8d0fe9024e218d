"""Back ends by name. A name imports its module only when it is chosen, so that nobody needs the
packages of a back end that they do not use; a missing package is answered with the pip command."""

from __future__ import annotations

from collections.abc import Callable

from articgw.backends.base import Backend
from articgw.config import Config
from articgw.errors import ConfigError


def _embedded(config: Config) -> Backend:
    from articgw.backends.embedded.backend import EmbeddedBackend
    from articgw.models import default_models_dir

    return EmbeddedBackend(models_dir=config.models_dir or default_models_dir())


def _scripted(_config: Config) -> Backend:
    from articgw.backends.scripted import ScriptedBackend, echo

    return ScriptedBackend(echo, keep=1)


BACKENDS: dict[str, Callable[[Config], Backend]] = {"embedded": _embedded, "scripted": _scripted}


def load(config: Config) -> Backend:
    """The back end that ``config.backend`` names, not yet started. Raises `ConfigError`."""
    make = BACKENDS.get(config.backend)
    if make is None:
        raise ConfigError(f"backend {config.backend!r} is none of: {', '.join(sorted(BACKENDS))}")
    try:
        return make(config)
    except ImportError as error:
        raise ConfigError(
            f"backend {config.backend} needs the package {error.name}: "
            f"pip install 'articgw[detect]'"
        ) from error
