"""One transmission scored: what each look read, what it cost, how old it was, what it lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artic_codecs.pack import Unpacker
from artic_codecs.regions import Box
from articgw.frame import yuv_to_rgb
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_kept import Kept, digest_of, modules
from tests.bench._codecs_look import WHOLE, Looker, View, Views, views_of
from tests.bench._codecs_plain import Sent
from tests.bench._codecs_rest import (
    KEEP_S,
    Thing,
    found_again,
    is_among,
    likeness,
    outside,
    things_in,
)
from tests.bench._codecs_wire import Coded, ages_s, carried, mean_bps, newest, over_cap

Row = dict[str, Any]

REST_BPS = 100_000.0
"""The rest of the scene is looked for at this rate only: that takes longer than all else."""
AGE_STEPS = 20
"""So many values, evenly from the youngest to the oldest, stand for the ages of one film."""
SOURCES = modules("tests/bench", ("_codecs_look", "_codecs_rest", "_codecs_score")) | modules(
    "articgw/backends/embedded", ("reader", "lettering")
)


@dataclass(frozen=True, slots=True)
class Original:
    """The same eyes on the frames that the camera took; each is looked at once, and kept."""

    film: Film
    looker: Looker
    kept: Kept

    def share(self, asked: Asked, number: int) -> float:
        """As `share_seen`, of the original frame; 0 where the thing is not in view."""
        box = asked.box(number)
        if box is None:
            return 0.0
        key = self._key(number, asked.thing.id)
        share = self.kept.get(key)
        if share is None:
            view = View(yuv_to_rgb(self.film.frames[number]), WHOLE)
            share = share_seen(Views(view, view), asked, box, self.looker)
            self.kept.put(key, share)
        return float(share)

    def things(self, number: int) -> list[Thing]:
        """What else there is in it."""
        key = self._key(number, "everything")
        found = self.kept.get(key)
        if found is None:
            found = things_in(self.film, number, self.looker)
            self.kept.put(key, found)
        return [Thing(name, (box[0], box[1], box[2], box[3]), text) for name, box, text in found]

    def _key(self, number: int, about: str) -> dict[str, object]:
        sources = digest_of(SOURCES)
        return {"film": self.film.sha256, "number": number, "of": about, "by": sources}


def share_seen(views: Views, asked: Asked, box: Box, looker: Looker) -> float:
    """Share of the asked text that is read; or 1 where the asked object is found, else 0."""
    if asked.thing.text:
        return looker.text(views.detail, box, asked.thing.text)
    seen = looker.objects(views.scene)
    if views.detail is not views.scene:
        seen += looker.objects(views.detail)
    return float(is_among(asked.thing.label, box, seen))


def score(
    sent: Sent, film: Film, about: Sequence[Asked], rate_bps: float, original: Original
) -> list[Row]:
    """A row per asked thing."""
    timed = all(np.isfinite(frame.arrived_t) for frame in sent.frames)
    frames = sent.frames if timed else carried(sent.frames, rate_bps)
    looks = {t: newest(frames, t) for t in film.looks}
    scenes = {t: _scene_frame(frames, sent, t) for t in film.looks}
    wanted = {frame.number for frame in (*looks.values(), *scenes.values()) if frame is not None}
    unpacker = Unpacker()
    pictures = sorted(sent.pictures(frozenset(wanted)).items())
    views = {number: views_of(yuv, unpacker) for number, yuv in pictures}
    open_t = min(film.looks) if sent.open_t is None else sent.open_t
    common = _cost(frames, film, rate_bps, open_t, sent.before) | {"refused": unpacker.refused}
    counted = rate_bps == REST_BPS
    but = about[0].thing.id if len(about) == 1 else None
    rest = _rest(scenes, views, original, but=but, look_for=counted)
    rows = []
    for asked in about:
        got, there = [], []
        for t in asked.looks:
            frame = looks[t]
            number = film.number_at(t) if frame is None else frame.number
            there.append(original.share(asked, number))
            seen = None if frame is None else views.get(number)
            box = asked.box(number)
            if seen is None or box is None:
                got.append(0.0)
            else:
                got.append(share_seen(seen, asked, box, original.looker))
        lost = rest.without(asked, counted=counted)
        rows.append(_about(asked) | {"got": got, "original": there} | lost | common)
    return rows


def _about(asked: Asked) -> Row:
    thing = asked.thing
    return {
        "asked": asked.key,
        "kind": "text" if thing.text else "object",
        "text": thing.text or thing.label,
        "height_px": thing.height_px,
    }


def _cost(
    frames: Sequence[Coded], film: Film, rate_bps: float, open_t: float, before: Sequence[Coded]
) -> Row:
    ages = np.sort(ages_s((*before, *frames), open_t, film.seconds))
    steps = (np.arange(AGE_STEPS) + 0.5) / AGE_STEPS * len(ages)
    between = [frame.wire_bits for frame in frames if not frame.keyframe]
    keys = [frame.wire_bits for frame in frames if frame.keyframe]
    mean_bits = rate_bps * film.seconds / max(1, len(frames))
    return {
        "wire_bps": mean_bps(frames, film.seconds),
        "sent_fps": len(frames) / film.seconds,
        "ages_s": [age if np.isfinite(age) else None for age in ages[steps.astype(int)].tolist()],
        "over_cap_1s": over_cap(frames, rate_bps, film.seconds),
        "largest_frame": max(between, default=0) / mean_bits,
        "largest_keyframe": max(keys, default=0) / mean_bits,
        "keyframes": len(keys),
    }


def _scene_frame(frames: Sequence[Coded], sent: Sent, t_s: float) -> Coded | None:
    if sent.whole is None:
        return newest(frames, t_s)
    whole = [f for f in frames if f.number in sent.whole and f.captured_t >= t_s - KEEP_S]
    return newest(whole, t_s) or newest(frames, t_s)


@dataclass(frozen=True, slots=True)
class _Rest:
    """What one transmission left of the whole scene, whatever was asked."""

    there: frozenset[str]
    found: frozenset[str]
    alike: Mapping[int, NDArray[np.float64]]
    """By frame, where the received scene is like the original."""

    def without(self, asked: Asked, *, counted: bool) -> Row:
        """Of all but that thing; ``counted`` where things were looked for."""
        alike = [outside(local, asked.box(number)) for number, local in self.alike.items()]
        row: Row = {"rest_ssim": float(np.mean(alike)) if alike else None}
        if counted:
            row["rest_found"] = len(self.found - {asked.thing.id})
            row["rest_there"] = len(self.there - {asked.thing.id})
        return row


def _rest(
    scenes: Mapping[float, Coded | None],
    views: Mapping[int, Views | None],
    original: Original,
    *,
    but: str | None,
    look_for: bool,
) -> _Rest:
    film = original.film
    there: set[str] = set()
    found: set[str] = set()
    alike: dict[int, NDArray[np.float64]] = {}
    for t, frame in scenes.items():
        number = film.number_at(t) if frame is None else frame.number
        seen = None if frame is None else views.get(number)
        if look_for:
            things = [one for one in original.things(number) if one.name != but]
            there |= {one.name for one in things}
            missing = [one for one in things if one.name not in found]
            found |= found_again(seen.scene, missing, original.looker) if seen else set()
        if seen is not None and number not in alike:
            alike[number] = likeness(seen.scene, film.frames[number])
    return _Rest(frozenset(there), frozenset(found), alike)
