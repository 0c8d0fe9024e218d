"""Back ends by name. A name imports its module only when it is chosen, so that nobody needs the
packages of a back end that they do not use; a missing package is answered with the pip command.

What stands behind a colon belongs to the back end: `openai:MODEL@URL`. Several, with white space
between them, become one that asks whichever will answer soonest (`articgw.dispatch`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from articgw.backends.base import Backend
from articgw.backends.calibrated import CalibratedBackend, read_table
from articgw.backends.environment import family_of
from articgw.config import Config
from articgw.errors import ConfigError


def _embedded(config: Config) -> Backend:
    from articgw.backends.embedded.backend import EmbeddedBackend
    from articgw.models import default_models_dir

    return EmbeddedBackend(models_dir=config.models_dir or default_models_dir())


def _scripted(_config: Config) -> Backend:
    from articgw.backends.scripted import ScriptedBackend, echo

    return ScriptedBackend(echo, keep=1)


def _served(config: Config) -> Backend:
    from articgw.backends.adapters import adapter_for
    from articgw.backends.wire.target import parse

    family = family_of(config.backend)
    assert family is not None
    return adapter_for(family)(
        parse(config.backend, family),
        api_key=config.api_key,
        picture_px=config.picture_px,
        picture_tokens=config.picture_tokens,
        evidence=config.evidence,
        frames=config.frames,
        warm=config.warm,
    )


BACKENDS: dict[str, Callable[[Config], Backend]] = {
    "embedded": _embedded,
    "anthropic:MODEL@URL": _served,
    "gemini-live:MODEL@URL": _served,
    "gemini:MODEL@URL": _served,
    "ollama:MODEL@URL": _served,
    "openai:MODEL@URL": _served,
    "realtime:MODEL@URL": _served,
    "scripted": _scripted,
}


def load(config: Config, keys: Mapping[str, str] | None = None) -> Backend:
    """The back end that ``config.backend`` names, or one before all that it names; not yet started.

    ``keys`` are those of each family (`articgw.backends.environment.keys_in`); ``config.api_key``
    goes to the first back end's family only, so that no vendor is shown another's. Raises
    `ConfigError`, which never repeats what stands behind a colon: a URL may hold a password.
    """
    if config.calibration is not None:
        table = read_table(config.calibration)
        return CalibratedBackend(load(replace(config, calibration=None), keys), table)
    words = config.backend.split()
    if len(words) < 2:
        return _load(_with_key(config, config.backend, keys or {}, config.api_key))
    from articgw.dispatch.backend import DispatchBackend

    first = words[0].partition(":")[0]
    return DispatchBackend(
        [
            _load(_with_key(config, word, keys or {}, own))
            for word in words
            for own in [config.api_key if word.partition(":")[0] == first else None]
        ]
    )


def _with_key(config: Config, backend: str, keys: Mapping[str, str], own: str | None) -> Config:
    family = family_of(backend)
    key = own or (keys.get(family.name) if family is not None else None)
    return replace(config, backend=backend, api_key=key)


def _load(config: Config) -> Backend:
    name, colon, _ = config.backend.partition(":")
    makers = {spelt.partition(":")[:2]: make for spelt, make in BACKENDS.items()}
    make = makers.get((name, colon))
    if make is None:
        shown = repr(name + colon) if re.fullmatch(r"[a-z-]*", name) else "as it is spelt"
        raise ConfigError(f"backend {shown} is none of: {', '.join(sorted(BACKENDS))}")
    try:
        return make(config)
    except ImportError as error:
        raise ConfigError(
            f"backend {name} needs the package {error.name}: pip install 'articgw[detect]'"
        ) from error
