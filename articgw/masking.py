"""Keeps secrets out of what command lines print: parsers quote what they cannot read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from articgw.backends.families import FAMILIES

SECRET_NAMES = ("token", "api_key")
"""Settings whose values are never printed."""
_FAMILIES = tuple(FAMILIES.values())
SECRET_ENVIRONMENT = (
    *("ARTICGW_TOKEN", "ARTICGW_API_KEY"),
    *(name for family in _FAMILIES for name in family.key_names),
)
ADDRESSES = (
    "ARTICGW_BACKEND",
    "ARTICGW_TOOLS",
    *(name for family in _FAMILIES for name in family.url_names),
)
"""A URL may hold a password."""
MASK = "***"
MIN_CHARS = 6
"""Shorter ones are words such as EMPTY, and would take whole help texts apart."""
_NAMES = "|".join(SECRET_NAMES)
_ASSIGNED = re.compile(rf"""(["']?\b(?:{_NAMES})\b["']?\s*[:=]\s*)(["']?)([^"'\s,}}\]]+)\2""")
_LOGIN = re.compile(r"://[^/@\s]*:([^/@\s]+)@")
_QUERY = re.compile(r"""://[^\s?"']*\?([^\s#"']+)""")
_ABOUT_ONE = re.compile(rf"""["'](?:--)?({_NAMES})["']""")
_UNRECOGNISED = "unrecognized arguments:"


def secrets_of(
    argv: Sequence[str], environ: Mapping[str, str], file_text: str = ""
) -> frozenset[str]:
    """The values of secret settings, wherever they were given."""
    found = {environ.get(name, "") for name in SECRET_ENVIRONMENT}
    flags = tuple(f"--{name}" for name in SECRET_NAMES)
    for number, word in enumerate(argv):
        if word in flags:
            found.update(argv[number + 1 : number + 2])
        elif word.startswith(tuple(f"{flag}=" for flag in flags)):
            found.add(word.partition("=")[2])
    found.update(match[3] for match in _ASSIGNED.finditer(file_text))
    addresses = "\n".join([*argv, *(environ.get(name, "") for name in ADDRESSES), file_text])
    found.update(match[1] for match in _LOGIN.finditer(addresses))
    found.update(match[1] for match in _QUERY.finditer(addresses))
    return frozenset(value for value in found if len(value) >= MIN_CHARS)


def masked(text: str, secrets: Iterable[str]) -> str:
    """``text`` without any of ``secrets``."""
    for value in sorted(secrets, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text


def masked_complaint(message: str, secrets: Iterable[str]) -> str:
    """What a parser of settings complains of, without values that are secret or may be."""
    if about := _ABOUT_ONE.search(message):
        return f"{about[1]}: its value cannot be read as text; put it in quotes"
    assigned = rf"\1{MASK}"
    return _ASSIGNED.sub(assigned, masked(without_values(message), secrets))


def without_values(message: str) -> str:
    """A complaint of unknown flags without their values: one may be a token with a typing error."""
    if not message.startswith(_UNRECOGNISED):
        return message
    words, kept = message.removeprefix(_UNRECOGNISED).split(), [_UNRECOGNISED]
    flag = False
    for word in words:
        is_flag = word.startswith("-")
        kept.append(re.sub(r"=.*", f"={MASK}", word) if is_flag else MASK if flag else word)
        flag = is_flag and "=" not in word
    return " ".join(kept)


class DiscreetParser(argparse.ArgumentParser):
    """Complains without the values that it was given."""

    def error(self, message: str) -> NoReturn:
        """As argparse's: usage and complaint on stderr, exit code 2."""
        super().error(without_values(message))
