"""Does a gateway keep to itself what it is trusted with? A run with a marked secret in every place,
every failure provoked, the log at DEBUG; then all that was written is searched.

    marked: secret, tokens, key of the model server, TURN login, question, answer, picture, session,
            the ICE password of every call, a tool's login, arguments and result
    searched: stdout, stderr, traces, /metrics, /healthz, refusals over HTTP, errors on data
              channels and event streams, `about`, our command line's output, strangers' servers

An answer, and the picture it is about, belong to the asker and are not searched for in what the
asker gets.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import time
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import av

from articgw.client import Call, DrawnSource, QuestionFailed, Tool
from articgw.protocol import Ask, Error, Ready
from articgw.tokens import mint
from tests.bench._doors_film import LOOP_S, views
from tests.bench._doors_parrot import Parrot, parroting, refusing_turn
from tests.bench._doors_search import Hit, Sentinel, Written, hits
from tests.helpers.browser import READY_LINE, STOP_LIMIT_S
from tests.helpers.films import picture
from tests.integration.caller import Caller, frames_arrive

START_LIMIT_S = 60.0
SIZE_PX, FPS = (640, 360), 10
FAILURES = ("401", "500", "garbled")
ALL_FAILURES = (
    *("400", "401", "403", "404", "413", "422", "429", "500", "502", "503", "529"),
    *("garbled", "half", "inside", "elsewhere"),
)
PLACES = (
    ("GET", "/api/config"),
    ("GET", "/api/sessions"),
    ("POST", "/api/tokens"),
    ("POST", "/offer"),
    ("POST", "/whip"),
    ("POST", "/api/offer"),
    ("PATCH", "/api/offer"),
    ("GET", "/metrics"),
)
OUTSIDE = frozenset({"stdout", "stderr", "trace", "metrics", "health", "strangers"})
"""Where even those who may know a call's name must not find it."""
NOT_TO_ASKERS = OUTSIDE | {"channel", "stream", "http", "about"}
"""Who asks on a command line sees the question there."""
PICTURE_BYTES = 48
PRICE = Tool("price", "What an article costs.")


@dataclass(slots=True)
class Rehearsal:
    """What was hidden, what was written, and how much happened in between."""

    sentinels: list[Sentinel] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    def hide(self, name: str, value: str, **more: Any) -> str:
        """Search for ``value`` in the end."""
        self.sentinels.append(Sentinel(name, value.encode(), **more))
        return value

    def wrote(self, kind: str, name: str, text: str) -> None:
        """That left the gateway."""
        self.happened[kind] += 1
        self.written.append(Written(kind, name, text.encode("utf-8", "replace")))

    def hits(self) -> list[Hit]:
        """What was found."""
        return hits(self.sentinels, self.written)


@dataclass(frozen=True, slots=True)
class Marks:
    """The secrets of one run. Keys and questions have characters that spellings differ in."""

    secret: str
    key: str
    user: str
    credential: str
    question: str
    answer: str
    tool: str
    """Password of its URL."""
    word: str
    """What it says."""

    @staticmethod
    def made() -> Marks:
        """New ones, which nobody has written before."""
        return Marks(
            secret=f"QZ{secrets.token_hex(24)}",
            key=f"QZ/{secrets.token_hex(12)}+{secrets.token_hex(12)}==",
            user=f"qzuser{secrets.token_hex(8)}",
            credential=f"qz&pass/{secrets.token_hex(12)}",
            question=f'Wo hängt "{secrets.token_hex(12)}" & <{secrets.token_hex(8)}>?',
            answer=f"An {secrets.token_hex(12)} der Tür.",
            tool=f"QZ{secrets.token_hex(12)}",
            word=f"QZ{secrets.token_hex(12)}",
        )


async def rehearse(folder: Path, *, thorough: bool) -> Rehearsal:
    """One run of a gateway; ``folder`` takes its output. ``thorough`` provokes every failure."""
    marks, run = Marks.made(), Rehearsal()
    run.hide("secret", marks.secret)
    run.hide("key of the model server", marks.key)
    run.hide("TURN user", marks.user)
    run.hide("TURN credential", marks.credential)
    run.hide("question", marks.question.split('"')[1], kinds=NOT_TO_ASKERS)
    run.hide("question's end", marks.question.split("<")[1].split(">")[0], kinds=NOT_TO_ASKERS)
    run.hide("answer", marks.answer.split(" ")[1], kinds=NOT_TO_ASKERS)
    run.hide("tool's password", marks.tool)
    run.hide("tool's word", marks.word, kinds=NOT_TO_ASKERS)
    async with AsyncExitStack() as stack:
        parrot = await stack.enter_async_context(parroting(marks.answer, marks.word))
        turn = await stack.enter_async_context(refusing_turn(marks.user, marks.credential))
        url = await stack.enter_async_context(_gateway(folder, marks, parrot, turn))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        sign = picture(folder / "sign.png", SIZE_PX)
        await Visitor(run, marks, url, http, sign, thorough).visit()
    for number, data in enumerate(parrot.lured):
        run.wrote("strangers", f"{number}", data.decode("utf-8", "replace"))
    run.happened["questions at the model server"] = len(parrot.keys)
    run.happened["tools"] = len(parrot.tools)
    run.happened["with its key"] = sum(marks.key in key for key in parrot.keys)
    _mark_pictures(run, parrot)
    for kind in ("stdout", "stderr"):
        run.wrote(kind, kind, (folder / kind).read_text("utf-8", "replace"))
    for file in sorted((folder / "traces").glob("*.jsonl")):
        run.wrote("trace", file.name, file.read_text())
    return run


def _mark_pictures(run: Rehearsal, parrot: Parrot) -> None:
    """Slices from the middle: the beginnings of all JPEG files are alike."""
    run.happened["pictures"] = len(parrot.pictures)
    for number, jpeg in enumerate(parrot.pictures):
        for part in (3, 5):
            at = len(jpeg) * part // 8
            piece = jpeg[at : at + PICTURE_BYTES]
            run.sentinels.append(Sentinel(f"picture {number}", piece, in_parts=False))


@asynccontextmanager
async def _gateway(folder: Path, marks: Marks, parrot: Parrot, turn: str) -> AsyncIterator[str]:
    """`articgw serve` with its secrets in the environment; both outputs go to files."""
    servers = [{"urls": turn, "username": marks.user, "credential": marks.credential}]
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "ARTICGW_LOG": "DEBUG",
        "ARTICGW_TOKEN": marks.secret,
        "OPENAI_API_KEY": marks.key,
        "ARTICGW_TOOLS": f"price={parrot.url.replace('://', f'://me:{marks.tool}@')}/price",
        "ARTICGW_ICE_SERVERS": json.dumps(servers),
    }
    options = {
        "port": "0",
        "backend": f"openai:parrot@{parrot.url}/v1",
        "trace_dir": str(folder / "traces"),
        "answer_deadline_s": "6",
        "drain_s": "1",
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    with (folder / "stdout").open("wb") as stdout, (folder / "stderr").open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "articgw", "serve", *flags),
            stdout=stdout,
            stderr=stderr,
            env=environment,
            start_new_session=True,
        )
        try:
            yield await _ready(process, folder)
        finally:
            if process.returncode is None:
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_LIMIT_S)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _ready(process: Process, folder: Path) -> str:
    async with asyncio.timeout(START_LIMIT_S):
        while process.returncode is None:
            for line in (folder / "stdout").read_text().splitlines():
                if found := READY_LINE.match(line):
                    return found[1]
            await asyncio.sleep(0.1)
    raise RuntimeError("the gateway did not start:\n" + (folder / "stderr").read_text()[-3000:])


class Visitor:
    """Comes in by every door, with good and bad tokens, and asks what fails."""

    def __init__(
        self,
        run: Rehearsal,
        marks: Marks,
        url: str,
        http: aiohttp.ClientSession,
        sign: Path,
        thorough: bool,
    ) -> None:
        self._run, self._marks, self._url, self._http, self._sign = run, marks, url, http, sign
        self._failures = ALL_FAILURES if thorough else FAILURES
        self._token = self._minted("token", marks.secret)
        self._bearer = {"Authorization": f"Bearer {self._token}"}
        self._session = ""

    async def visit(self) -> None:
        """Everything."""
        await self._ask_in_python()
        await self._speak_badly()
        await self._come_by_whip()
        await self._come_by_pipecat()
        await self._come_with_bad_tokens()
        await self._send_broken_requests()
        await self._use_the_command_line()
        await self._look_at_figures()

    # --- a call of our own client -----------------------------------------------------------------

    async def _ask_in_python(self) -> None:
        pictures = list(views(SIZE_PX, LOOP_S * FPS))

        def draw(number: int) -> av.VideoFrame:
            yuv = pictures[number % len(pictures)]
            return av.VideoFrame.from_ndarray(yuv, format="yuv420p")

        async with Call(
            self._url, DrawnSource(draw, FPS), token=self._token, tools=[PRICE]
        ) as call:
            self._hide_session(call.session)
            for manner in ("ok", *self._failures, "tool", "sorrytool", "ok"):
                try:
                    await call.ask(f"{self._marks.question} [{manner}]")
                    self._run.happened["answers"] += 1
                except QuestionFailed as error:
                    self._run.wrote("channel", manner, f"{error.code} {error}")
                    await self._note_about(manner)
            for manner in ("ok", self._failures[0]):
                await self._ask_over_http(call.session, manner)

    async def _note_about(self, manner: str) -> None:
        async with self._http.get(f"{self._url}/api/config", headers=self._bearer) as response:
            about = (await response.json())["about"]
        self._run.wrote("about", manner, about)

    async def _ask_over_http(self, session: str, manner: str) -> None:
        path = f"{self._url}/api/sessions/{session}/ask"
        body = {"text": f"{self._marks.question} [{manner}]"}
        async with self._http.post(path, json=body, headers=self._bearer) as response:
            lines = (await response.text()).splitlines()
        last = json.loads([line for line in lines if line.startswith("data: ")][-1][6:])
        if last["type"] == "error":
            self._run.wrote("stream", manner, json.dumps(last))
        else:
            self._run.happened["answers"] += 1

    # --- a client that speaks badly ---------------------------------------------------------------

    async def _speak_badly(self) -> None:
        caller = Caller(self._url)
        ready = await caller.call(**self._bearer)
        assert isinstance(ready, Ready)
        self._hide_session(caller.session)
        question = self._marks.question
        said = (
            question,
            json.dumps({"type": "ask", "id": "not good", "text": question}),
            json.dumps({"type": "ask", "id": "q1", "text": question * 200}),
            json.dumps({"type": "ask", "text": question}),
            json.dumps({"type": "ask", "id": "q1", "text": [question]}),
            json.dumps(question),
        )
        for one in said:
            caller.say(one)
            error = await caller.hears(Error)
            self._run.wrote("channel", one[:20], f"{error.code} {error.message}")
        await frames_arrive(self._url)
        for number in (1, 2):
            caller.say(Ask(id=f"twice{number}", text=f"{question} [ok]"))
        error = await caller.hears(Error)
        self._run.wrote("channel", "superseded", f"{error.code} {error.message}")
        await caller.hang_up()

    # --- other doors ------------------------------------------------------------------------------

    async def _come_by_whip(self) -> None:
        caller = Caller(self._url)
        sdp = await self._offered(caller)
        headers = {**self._bearer, "Content-Type": "application/sdp"}
        async with self._http.post(f"{self._url}/whip", data=sdp, headers=headers) as response:
            status, answer = response.status, await response.text()
            place = response.headers.get("Location", "")
        self._run.happened[f"whip {status}"] += 1
        if status == 201:
            session = urlsplit(place).path.rsplit("/", 1)[-1]
            self._hide_session(session)
            self._hide_passwords(answer)
            fragment = {"Content-Type": "application/trickle-ice-sdpfrag"}
            for more in ({}, {"If-Match": '"old"'}):
                await self._refused("PATCH", place, {**self._bearer, **fragment, **more}, sdp)
            stranger = self._minted("token of a stranger", self._marks.secret, subject="stranger")
            await self._refused("DELETE", place, {"Authorization": f"Bearer {stranger}"})
            async with self._http.delete(self._url + place, headers=self._bearer) as response:
                self._run.happened[f"whip DELETE {response.status}"] += 1
        broken = sdp.replace("a=ice-pwd", "a=ice-pwd:a=ice-pwd").replace("m=", "n=")
        await self._refused("POST", "/whip", headers, broken)
        await caller.hang_up()

    async def _come_by_pipecat(self) -> None:
        caller = Caller(self._url)
        sdp = await self._offered(caller)
        body = {"sdp": sdp, "type": "offer"}
        path = f"{self._url}/api/offer"
        async with self._http.post(path, json=body, headers=self._bearer) as response:
            told = await response.json()
        self._run.happened[f"pipecat {response.status}"] += 1
        if response.status == 200:
            self._hide_session(told["pc_id"])
            self._hide_passwords(told["sdp"])
        for wrong in (json.dumps({"sdp": [sdp], "type": "offer"}), self._marks.question):
            await self._refused("POST", "/api/offer", self._bearer, wrong)
        await caller.hang_up()

    async def _offered(self, caller: Caller) -> str:
        sdp = await caller.offer()
        self._hide_passwords(sdp)
        return sdp

    # --- wrong tokens, broken requests ------------------------------------------------------------

    async def _come_with_bad_tokens(self) -> None:
        other, marks = secrets.token_hex(32), self._marks
        bad = {
            "expired token": self._minted("expired token", marks.secret, ago_s=7200.0),
            "foreign token": self._minted("foreign token", other),
            "narrow token": self._minted("narrow token", marks.secret, scopes=("ask",)),
            "wrong secret": self._run.hide("wrong secret", secrets.token_hex(24)),
            "cut token": self._token[:-12],
        }
        for name, token in bad.items():
            for method, path in PLACES:
                await self._refused(method, path, {"Authorization": f"Bearer {token}"}, "{}", name)
            session = f"/api/sessions/{self._session}/ask"
            await self._refused("POST", session, {"Authorization": f"Bearer {token}"}, "{}", name)
            await self._refused("GET", f"/api/sessions?token={token}", {}, name=name)
            await self._refused("GET", f"/{token}", {}, name=name)
        basic = aiohttp.encode_basic_auth("user", marks.secret)
        await self._refused("GET", "/metrics", {"Authorization": basic}, name="basic")

    async def _send_broken_requests(self) -> None:
        """What an HTTP parser complains of: it likes to quote what it could not read."""
        secret, host = self._marks.secret, "Host: gateway\r\n"
        broken = (
            f"GET /metrics HTTP/1.1\r\n{host}Authorization: Bearer {secret}\x01\r\n\r\n",
            f"GET /metrics HTTP/1.1\r\n{host}Authorization Bearer {secret}\r\n\r\n",
            f"GET /metrics HTTP/1.1\r\n{host}Authorization: Bearer {secret}{'A' * 9000}\r\n\r\n",
            f"GET /metrics?token={secret} HTTP/9.9\r\n{host}\r\n",
            f"GET /metrics?token={secret}{'A' * 9000} HTTP/1.1\r\n{host}\r\n",
            f"Bearer {secret}\r\n\r\n",
            f"POST /offer HTTP/1.1\r\n{host}Authorization: Bearer {self._token}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            f"{self._marks.question}\r\n",
            f"POST /offer HTTP/1.1\r\n{host}Authorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {secret}\r\n\r\n",
        )
        place = urlsplit(self._url)
        for number, request in enumerate(broken):
            reader, writer = await asyncio.open_connection(place.hostname, place.port)
            writer.write(request.encode())
            try:
                async with asyncio.timeout(5):
                    told = await reader.read(65536)
                self._run.wrote("http", f"broken {number}", told.decode("utf-8", "replace"))
            except (TimeoutError, ConnectionError):
                self._run.happened["broken requests without an answer"] += 1
            finally:
                writer.close()

    # --- what anybody can look at -----------------------------------------------------------------

    async def _use_the_command_line(self) -> None:
        """Two failures: a token that opens nothing, and none that is given."""
        wrong = self._minted("foreign token of the command line", secrets.token_hex(32))
        for name, flags in (("wrong token", ("--token", wrong)), ("no token", ())):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "articgw", "ask", "--gateway", self._url, *flags),
                *("--source", str(self._sign), self._marks.question),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={**os.environ, "ARTICGW_LOG": "DEBUG", "ARTICGW_TOKEN": ""},
            )
            outputs = await asyncio.wait_for(process.communicate(), START_LIMIT_S)
            self._run.happened[f"articgw ask: exit {process.returncode}"] += 1
            for stream, output in zip(("stdout", "stderr"), outputs, strict=True):
                text = output.decode("utf-8", "replace")
                self._run.wrote("cli", f"articgw ask, {name}: {stream}", text)

    async def _look_at_figures(self) -> None:
        secret = {"Authorization": f"Bearer {self._marks.secret}"}
        for kind, path in (("metrics", "/metrics"), ("health", "/healthz"), ("health", "/readyz")):
            async with self._http.get(self._url + path, headers=secret) as response:
                assert response.status == 200, path
                self._run.wrote(kind, path, await response.text())

    # --- helpers ----------------------------------------------------------------------------------

    async def _refused(
        self, method: str, path: str, headers: dict[str, str], body: str = "", name: str = ""
    ) -> None:
        fields = {"Content-Type": "application/json", **headers}
        async with self._http.request(
            method, self._url + path, data=body, headers=fields
        ) as response:
            told = await response.text()
        self._run.happened[f"status {response.status}"] += 1
        if response.status >= 400:
            shown = "\n".join(f"{key}: {value}" for key, value in response.headers.items())
            self._run.wrote("http", f"{method} {path[:20]} {name}", f"{shown}\n\n{told}")

    def _minted(
        self,
        name: str,
        secret: str,
        *,
        ago_s: float = 0.0,
        scopes: tuple[Any, ...] = ("create", "ask"),
        subject: str = "anna",
    ) -> str:
        """A token, whose telling part is hidden: the beginnings of all tokens are alike."""
        token = mint(secret, scopes=scopes, ttl_s=900, now=time.time() - ago_s, subject=subject)
        self._run.hide(name, token.rsplit(".", 1)[1], in_parts=False)
        return token

    def _hide_session(self, session: str) -> None:
        self._session = session
        self._run.hide("session", session, kinds=OUTSIDE, in_parts=False)

    def _hide_passwords(self, sdp: str) -> None:
        found = [line.partition(":")[2] for line in sdp.splitlines() if "a=ice-pwd:" in line]
        for password in set(found):
            self._run.hide("ICE password", password, in_parts=False)
