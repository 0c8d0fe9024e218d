"""Back ends by name. A name imports its module only when it is chosen, so that nobody needs the
packages of a back end that they do not use; a missing package is answered with the pip command.

What stands behind a colon belongs to the back end: `openai:MODEL@URL`.
"""

from __future__ import annotations

from collections.abc import Callable

from articgw.backends.base import Backend
from articgw.config import Config
from articgw.errors import ConfigError


def _embedded(config: Config) -> Backend:
    from articgw.backends.embedded.backend import EmbeddedBackend
    from articgw.models import default_models_dir

    return EmbeddedBackend(models_dir=config.models_dir or default_models_dir())


def _openai(config: Config) -> Backend:
    from articgw.backends.openai_chat.backend import OpenAIChatBackend
    from articgw.backends.openai_chat.target import parse

    return OpenAIChatBackend(
        parse(config.backend),
        api_key=config.api_key,
        picture_px=config.picture_px,
        evidence=config.evidence,
    )


def _scripted(_config: Config) -> Backend:
    from articgw.backends.scripted import ScriptedBackend, echo

    return ScriptedBackend(echo, keep=1)


BACKENDS: dict[str, Callable[[Config], Backend]] = {
    "embedded": _embedded,
    "openai:MODEL@URL": _openai,
    "scripted": _scripted,
}


def load(config: Config) -> Backend:
    """The back end that ``config.backend`` names, not yet started. Raises `ConfigError`.

    No error repeats what stands behind the colon: a URL may hold a password.
    """
    name, colon, _ = config.backend.partition(":")
    makers = {spelt.partition(":")[:2]: make for spelt, make in BACKENDS.items()}
    make = makers.get((name, colon))
    if make is None:
        raise ConfigError(f"backend {name + colon!r} is none of: {', '.join(sorted(BACKENDS))}")
    try:
        return make(config)
    except ImportError as error:
        raise ConfigError(
            f"backend {name} needs the package {error.name}: pip install 'articgw[detect]'"
        ) from error
