"""The models of one process, and what it does with a picture.

Reading a whole picture takes half a second, a crop a tenth. So where a fresh glimpse already shows
which sign a question means, only that part of the current picture is read again: the text that is
said always comes from the current picture. If the sign is not found there any more, because the
camera moved, everything is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from artic_codecs import Box
from articgw.backends.embedded import blobs, boxes, colours, match, readability, reading
from articgw.backends.embedded.aim import aim
from articgw.backends.embedded.answer import answer
from articgw.backends.embedded.intent import Act, Intent
from articgw.backends.embedded.jobs import Ask, Look, Seek, Sought
from articgw.backends.embedded.likeness import Likeness
from articgw.backends.embedded.question import parse
from articgw.backends.embedded.reader import Reader
from articgw.backends.embedded.scene import Answer, Scene, Sign, TextLine
from articgw.backends.embedded.signs import signs_of
from articgw.backends.embedded.spotter import Spotter
from articgw.frame import Pixels, yuv_to_rgb

FRESH_S = 2.5
"""An older glimpse says nothing about the current picture."""
CROP_PX = (480, 288)
"""Smallest part of a picture that is read again."""
SMALL_TEXT_PX = 14.0
"""Capitals below this are enlarged twice before reading."""
_BETTER = 0.10
"""A glimpse's reading of the same sign is taken only if its score is higher by this."""


_HALVES = ((0.0, 0.0, 0.55, 1.0), (0.45, 0.0, 1.0, 1.0))
"""Where to look closer for a sign that was not found: each half is read at its full size."""


class Eyes:
    """Reader, spotter and colours. Raises `BackendUnavailable` where the reader is missing."""

    def __init__(self, models_dir: Path) -> None:
        cv2.setNumThreads(1)
        self._reader = Reader()
        self._spotter = Spotter.load(models_dir)
        self._models_dir = models_dir
        self._likeness: Likeness | None = None
        self._table = colours.table()
        self.see(np.zeros((96, 96, 3), np.uint8), 0.0)

    @property
    def spots_objects(self) -> bool:
        """True where the detector's files were there."""
        return self._spotter is not None

    @property
    def compares_meaning(self) -> bool:
        """True where the sentence embedding's files are there."""
        return Likeness.is_there(self._models_dir)

    def settle(self) -> None:
        """Load what no answer needs; call it once, when the rest is known to be there."""
        self._likeness = Likeness.load(self._models_dir)

    def do(self, job: object) -> Scene | Answer | Sought:
        """One job. Raises ``ValueError`` for anything that is none."""
        if isinstance(job, Look):
            return self.look(yuv_to_rgb(job.yuv), job.captured_t)
        if isinstance(job, Ask):
            return self.answer(yuv_to_rgb(job.yuv), job.captured_t, job.question, job.glimpse)
        if isinstance(job, Seek):
            return self.seek(job)
        raise ValueError(f"no such job: {type(job).__name__}")

    def look(self, rgb: Pixels, captured_t: float) -> Scene:
        """What `see` sees, and text that cannot be read: what a closer look may be needed for."""
        scene = self.see(rgb, captured_t)
        faint = signs_of(self._reader.hunt(rgb), rgb, colours.gain(rgb))
        return replace(scene, unread=_elsewhere(faint, scene.signs))

    def see(
        self,
        rgb: Pixels,
        captured_t: float,
        *,
        signs: tuple[Sign, ...] | None = None,
        objects: bool = True,
    ) -> Scene:
        """Everything in a (h, w, 3) RGB picture; ``signs`` are taken over where they are known."""
        gain = colours.gain(rgb)
        if signs is None:
            signs = signs_of(self._reader.read(rgb), rgb, gain)
        return Scene(
            captured_t=captured_t,
            size_px=(rgb.shape[1], rgb.shape[0]),
            signs=signs,
            things=self._spotter.spot(rgb, gain) if self._spotter and objects else (),
            blobs=blobs.blobs_of(rgb, gain, self._table),
            spots_objects=self.spots_objects,
        )

    def seek(self, job: Seek) -> Sought:
        """Where a question may be answered."""
        if job.yuv is None:
            if job.glimpse is None:
                raise ValueError("neither a picture nor a glimpse")
            aims = aim(job.question, job.glimpse, self._likeness)
            return Sought(job.glimpse.captured_t, aims)
        rgb = yuv_to_rgb(job.yuv)
        scene = self.glance(rgb, job.captured_t, parse(job.question), job.glimpse)
        aims = aim(job.question, scene, self._likeness)
        if len(aims) > 1:
            scene = self._named(rgb, scene, [one.box for one in aims])
            aims = aim(job.question, scene, self._likeness)
        return Sought(job.captured_t, aims)

    def _named(self, rgb: Pixels, scene: Scene, places: Sequence[Box]) -> Scene:
        """The scene with what stands at these places, read where it was not."""
        read, unread = list(scene.signs), list[Sign]()
        for sign in scene.unread:
            if any(boxes.inside(sign.box, place) > 0.9 for place in places):
                lines = tuple(self._reader.recognise(rgb, line) for line in sign.lines)
                sign = replace(sign, lines=lines)
            (read if sign.text else unread).append(sign)
        return replace(scene, signs=tuple(read), unread=tuple(unread))

    def glance(
        self, rgb: Pixels, captured_t: float, intent: Intent, before: Scene | None = None
    ) -> Scene:
        """What a question needs of a picture for aiming: where text is, and little of it read.

        What stood at the same place ``before``, if that was not long ago, stands there still.
        """
        gain = colours.gain(rgb)
        size_px = (rgb.shape[1], rgb.shape[0])
        found = signs_of(self._reader.hunt(rgb), rgb, gain)
        if before is not None and not (
            before.size_px == size_px and 0.0 <= captured_t - before.captured_t <= FRESH_S
        ):
            before = None
        known = tuple(_remembered(sign, before) for sign in found) if before else found
        phrases = [phrase for phrase in (intent.target, intent.anchor) if phrase is not None]
        objects = self._spotter and any(phrase.label for phrase in phrases)
        coloured = any(phrase.colour or phrase.shape for phrase in phrases)
        return Scene(
            captured_t=captured_t,
            size_px=size_px,
            signs=tuple(sign for sign in known if sign.text),
            unread=tuple(sign for sign in known if not sign.text),
            things=self._spotter.spot(rgb, gain) if self._spotter and objects else (),
            blobs=blobs.blobs_of(rgb, gain, self._table) if coloured else (),
            spots_objects=self.spots_objects,
        )

    def answer(
        self, rgb: Pixels, captured_t: float, question: str, glimpse: Scene | None
    ) -> Answer:
        """Answer a question about a (h, w, 3) RGB picture."""
        intent = parse(question)
        size_px = (rgb.shape[1], rgb.shape[0])
        if glimpse is not None and not (
            glimpse.size_px == size_px and 0.0 <= captured_t - glimpse.captured_t <= FRESH_S
        ):
            glimpse = None
        if glimpse is not None and intent.act is Act.READ:
            quick = self._read_again(rgb, intent, glimpse)
            if quick is not None:
                return quick
        anchor = intent.anchor
        objects = intent.act is not Act.READ or (anchor is not None and bool(anchor.label))
        known = glimpse.signs if glimpse is not None and _without_text(intent) else None
        scene = self.see(rgb, captured_t, signs=known, objects=objects)
        first = answer(intent, scene)
        return self._second_look(rgb, intent, scene, first) or first

    def _second_look(
        self, rgb: Pixels, intent: Intent, scene: Scene, first: Answer
    ) -> Answer | None:
        """Read again what was unclear or not found, closer up; None where that is no better."""
        low = first.readability is not None and first.readability < readability.CLEAR
        if intent.act not in (Act.READ, Act.COLOUR, Act.POSITION) or not low:
            return None
        close = [_window(e.box, scene.size_px) for e in first.evidence[:1]]
        for windows, height_px in ((close, 0.0), (_HALVES, SMALL_TEXT_PX)):
            lines = [line for w in windows for line in self._read_crop(rgb, w, height_px)]
            second = answer(intent, _amended(scene, signs_of(_once(lines), rgb, colours.gain(rgb))))
            if (second.readability or 0.0) > max(first.readability or 0.0, readability.UNREAD):
                return second
        return None

    def _read_again(self, rgb: Pixels, intent: Intent, glimpse: Scene) -> Answer | None:
        """Answer from the part of the picture that holds the sign; None if it is gone."""
        choice = reading.meant_sign(intent, glimpse)
        if choice.candidate is None:
            return None
        before = choice.candidate.source
        if not isinstance(before, Sign) or before.score < 0.6:
            return None
        window = _window(before.box, glimpse.size_px)
        lines = self._read_crop(rgb, window, before.height_px)
        gain = colours.gain(rgb)
        found = [s for s in signs_of(lines, rgb, gain) if _same(s, before)]
        if not found:
            return None
        now = max(found, key=lambda s: match.same_text(before.text, s.text))
        if before.score > now.score + _BETTER:
            # The same sign, read better a moment ago; its place is still that of now.
            now = replace(before, box=now.box)
        return reading.say(intent, now, choice.rivals)

    def _read_crop(self, rgb: Pixels, window: Box, height_px: float) -> tuple[TextLine, ...]:
        wide_px, tall_px = rgb.shape[1], rgb.shape[0]
        x0, y0 = int(window[0] * wide_px), int(window[1] * tall_px)
        x1, y1 = int(np.ceil(window[2] * wide_px)), int(np.ceil(window[3] * tall_px))
        crop = np.ascontiguousarray(rgb[y0:y1, x0:x1])
        enlarge = 2 if height_px < SMALL_TEXT_PX else 1
        if enlarge > 1:
            crop = np.asarray(
                cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8
            )
        place = (x0 / wide_px, y0 / tall_px, (x1 - x0) / wide_px, (y1 - y0) / tall_px)
        return tuple(_placed(line, place, enlarge) for line in self._reader.read(crop))


def _elsewhere(signs: Sequence[Sign], others: Sequence[Sign]) -> tuple[Sign, ...]:
    """Those of the signs that do not stand on another."""
    return tuple(s for s in signs if all(boxes.inside(s.box, o.box) < 0.5 for o in others))


def _remembered(sign: Sign, before: Scene) -> Sign:
    """A sign with the lines that were read at its place before, where there were any."""
    there = max(before.signs, key=lambda one: boxes.iou(one.box, sign.box), default=None)
    if there is None or boxes.iou(there.box, sign.box) < 0.3:
        return sign
    return replace(there, box=sign.box)


def _without_text(intent: Intent) -> bool:
    """True where signs only matter as what is not counted: then those of the glimpse will do."""
    if intent.act not in (Act.COUNT, Act.PRESENCE):
        return False
    target, anchor = intent.target, intent.anchor
    return anchor is None and not target.mentions and not target.is_sign


def _window(box: Box, size_px: tuple[int, int]) -> Box:
    """The part of the picture to read again: the sign with room for movement."""
    wide = max(CROP_PX[0] / size_px[0], 1.5 * (box[2] - box[0]))
    tall = max(CROP_PX[1] / size_px[1], 1.5 * (box[3] - box[1]))
    x, y = boxes.centre(box)
    x0 = min(max(0.0, x - wide / 2), max(0.0, 1.0 - wide))
    y0 = min(max(0.0, y - tall / 2), max(0.0, 1.0 - tall))
    return x0, y0, min(1.0, x0 + wide), min(1.0, y0 + tall)


def _amended(scene: Scene, found: tuple[Sign, ...]) -> Scene:
    """The scene with signs read again in place of those that stood there."""
    others = (s for s in scene.signs if all(boxes.iou(s.box, f.box) < 0.2 for f in found))
    return replace(scene, signs=(*others, *found))


def _once(lines: Sequence[TextLine]) -> tuple[TextLine, ...]:
    """Without the worse of two readings of one place; a text cut by an edge is the shorter."""
    kept: list[TextLine] = []
    for line in sorted(lines, key=lambda one: -len(one.text) * one.score):
        if all(boxes.inside(line.box, other.box) < 0.5 for other in kept):
            kept.append(line)
    return tuple(kept)


def _placed(line: TextLine, place: tuple[float, float, float, float], enlarge: int) -> TextLine:
    x, y, wide, tall = place
    x0, y0, x1, y1 = line.box
    box = (x + x0 * wide, y + y0 * tall, min(1.0, x + x1 * wide), min(1.0, y + y1 * tall))
    return replace(line, box=box, height_px=line.height_px / enlarge)


def _same(now: Sign, before: Sign) -> bool:
    alike = match.same_text(before.text, now.text)
    return alike >= 0.75 or (alike >= 0.4 and boxes.iou(now.box, before.box) > 0.4)
