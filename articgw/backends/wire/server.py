"""What every back end in front of a model server has: target, key, pictures, a cheap check.

Its family's way to ask is the subclass's: over HTTP (`served.py`) or on a WebSocket.
"""

from __future__ import annotations

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import aiohttp

from articgw.backends.base import Prompt, Reply
from articgw.backends.behind.boxes import convention_of
from articgw.backends.behind.instructions import EvidenceBy
from articgw.backends.families import OLLAMA
from articgw.backends.pictures.pictures import Pictures
from articgw.backends.sizing.profiles import profile_of
from articgw.backends.wire.complaint import complaint_in
from articgw.backends.wire.faults import Faults
from articgw.backends.wire.features import MAX_TOKENS, Features, Menu
from articgw.backends.wire.key import sendable
from articgw.backends.wire.listed import NAMES_PICTURES, OWN, owner_in
from articgw.backends.wire.opening import beginning_of, connect
from articgw.backends.wire.stream import GAP_S
from articgw.backends.wire.target import Target
from articgw.frame import Frame

log = logging.getLogger(__name__)

CHECK_S = 2.0

Warm = Literal["own", "all", "off"]
"""Whose models read ahead of a question: of servers of one's own, of all, of none."""


class ServerBackend(ABC):
    """All of `articgw.backends.base.Backend` but ``ask``."""

    forces_schema = True
    """False where the API forces none: a schema becomes a trailer."""

    def __init__(
        self,
        target: Target,
        *,
        api_key: str | None = None,
        picture_px: int = 1280,
        picture_tokens: int | None = None,
        evidence: EvidenceBy = "trailer",
        max_tokens: int = MAX_TOKENS,
        gap_s: float = GAP_S,
        frames: int = 1,
        warm: Warm = "off",
    ) -> None:
        """``evidence`` is how the model is asked where it looked and whether it could read it;
        ``frames`` is how many pictures a prompt has at most.

        Raises `ConfigError` for a key that cannot be sent.
        """
        self._api_key = sendable(api_key)
        self._target = target
        self._picture_px = picture_px
        self._pictures = Pictures(picture_px, profile_of(target.model), picture_tokens)
        self._gap_s = gap_s
        self._convention = convention_of(target.model)
        by: EvidenceBy = evidence
        if evidence == "schema" and not self.forces_schema:
            by = "trailer"
        self._features = Features(
            self._menu(),
            by,
            max_tokens=max_tokens,
            pictures=frames,
            is_repeated=frames > 1 or warm == "all",
        )
        self._frames, self._warm = frames, warm
        self._is_own = False
        self._http: aiohttp.ClientSession | None = None
        self._trouble = ""
        self._set_up()

    @property
    def model(self) -> str:
        """As the server knows it."""
        return self._target.model

    @property
    def about(self) -> str:
        """Where pictures go, and what was wrong at the start until a question has been answered."""
        return f"{sent_to(self._target, self._picture_px)} {self._trouble}".rstrip()

    @property
    def reads_ahead(self) -> bool:
        """No: such a model is asked only when somebody asks."""
        return False

    @property
    def takes_tools(self) -> bool:
        """As the family; a server that refuses them is asked without."""
        tools = self._menu().tools
        return bool(tools) and tools not in self._features.refused

    @property
    def warms(self) -> bool:
        """No: a socket's session is its own cache, or has none."""
        return False

    async def warm(self, prompt: Prompt, *, deadline_s: float) -> Reply | None:
        """Nothing: see `warms`."""
        return None

    async def start(self) -> None:
        """Says in the log and in `about` what is wrong with the server, and starts all the same: a
        model server may come and go while the gateway stays."""
        if self._http is not None:
            return
        shown = self._shown(self._api_key) if self._api_key else {}
        self._http = connect(self._target, shown, self._always())
        self._opened(self._http)
        warn_of_clear_text(self._target)
        self._trouble = await self._get_to_know(self._http)
        if self._trouble:
            log.warning("%s", self._trouble)

    async def look(self, frame: Frame) -> object | None:
        """Nothing: see `reads_ahead`."""
        return None

    def expect(self, frame: Frame) -> None:
        """Make its picture ahead of the question."""
        self._pictures.expect(frame, now=asyncio.get_running_loop().time())

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        http, self._http = self._http, None
        await self._let_go()
        await self._pictures.close()
        if http is not None:
            await http.close()

    @abstractmethod
    def _menu(self) -> Menu:
        """What the family's requests may hold."""

    @abstractmethod
    def _shown(self, api_key: str) -> Mapping[str, str]:
        """The headers that show the key."""

    def _always(self) -> Mapping[str, str]:
        """Headers of every request."""
        return {}

    @abstractmethod
    def _set_up(self) -> None:
        """What the family keeps beside this."""

    @abstractmethod
    async def _let_go(self) -> None:
        """Give up what uses connections."""

    def _opened(self, http: aiohttp.ClientSession) -> None:
        """Connections can be made."""
        del http

    async def _get_to_know(self, http: aiohttp.ClientSession) -> str:
        """Learn what kind of server it is; returns what is wrong with it."""
        checked = await check(http, self._faults())
        is_ollama = self._target.family is OLLAMA and not self._api_key
        self._is_own = checked.owner in OWN or is_ollama
        self._features.keeps_named = checked.owner in NAMES_PICTURES
        return checked.trouble

    def _faults(self, prompt: Prompt | None = None) -> Faults:
        earlier = () if prompt is None else prompt.earlier
        said = [text for one in earlier for text in (one.words, one.answer)]
        question = "" if prompt is None else prompt.question
        return faults_of(self._target, self._api_key, self._picture_px, question, *said)


def sent_to(target: Target, picture_px: int) -> str:
    """Where pictures go, for people."""
    where = "on this machine" if target.is_here else f"at {target.host}"
    return (
        f"A vision-language model served {where}: with each question it is sent one picture of "
        f"at most {picture_px} px; it can be wrong and sound sure."
    )


def warn_of_clear_text(target: Target) -> None:
    """In the log, where pictures leave this machine unencrypted."""
    if target.origin.startswith("http://") and not target.is_here:
        log.warning("pictures go to %s without encryption", target.origin)


def faults_of(target: Target, api_key: str, picture_px: int, *said: str) -> Faults:
    """Those of one question, which never repeat the key, the login or what was ``said``."""
    password = target.login[1] if target.login else ""
    escaped = (json.dumps(one)[1:-1] for one in said)
    secrets = (api_key, password, *said, *escaped)
    return Faults(target, bool(api_key), picture_px, secrets)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a cheap request tells of a server."""

    trouble: str = ""
    """Why the first question will fail."""
    owner: str = ""
    """See `articgw.backends.wire.listed`."""


async def check(http: aiohttp.ClientSession, faults: Faults) -> Checked:
    """Asks for the list of models."""
    target = faults.target
    try:
        async with asyncio.timeout(CHECK_S):
            response = await http.get(target.at(target.family.listing), allow_redirects=False)
            body = await beginning_of(response)
    except (aiohttp.ClientError, OSError) as error:
        return Checked(str(faults.of_connection(error).error))
    if response.status < 500 and response.status not in (401, 403):
        return Checked(owner=owner_in(body) if response.status == 200 else "")
    fault = faults.of_status(response.status, {}, complaint_in(body), wall_now=0.0)
    return Checked(str(fault.error))
