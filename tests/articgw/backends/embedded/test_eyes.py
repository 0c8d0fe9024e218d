from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import ImageDraw, ImageEnhance

from articgw.backends.embedded import boxes
from articgw.backends.embedded.answer import answer
from articgw.backends.embedded.eyes import Eyes
from articgw.backends.embedded.jobs import Ask, Look, Seek, Sought
from articgw.backends.embedded.question import parse
from articgw.backends.embedded.scene import Answer, Scene, Sign, TextLine
from articgw.frame import Frame, yuv_to_rgb
from tests.articgw.backends.embedded.pictures import (
    COLOURS,
    Plate,
    box_px,
    draw,
    frame,
    rgb,
    squeezed,
)

EXIT = Plate((0.2, 0.2), "EXIT 12", 26, "red", "white")
CAFE = Plate((0.75, 0.2), "CAFE\nOPEN 9:00", 20, "green", "white")
PRICE = Plate((0.2, 0.8), "$4.99", 18, "yellow", "black")
ROOM = Plate((0.75, 0.8), "B214", 22, "blue", "white")
PICTURE = draw([EXIT, CAFE, PRICE, ROOM])
TEXTS = ("EXIT", "CAFE", "4.99", "B214")

QUESTIONS = [
    ("What does the red sign say?", "EXIT"),
    ("What is written on the sign at the top right?", "CAFE"),
    ("When does the cafe open?", "9:00"),
    ("What is the price on the tag?", "4.99"),
    ("What does the sign below the green sign say?", "B214"),
]


def only(said: Answer, text: str) -> bool:
    others = [t for t in TEXTS if t != text and not (t == "CAFE" and text == "9:00")]
    return text in said.text and not any(other in said.text for other in others)


@pytest.mark.parametrize(
    "look",
    [
        frame(PICTURE),
        squeezed(PICTURE, "libx264", {"preset": "veryfast", "crf": "34"}),
        squeezed(PICTURE, "libvpx", {"deadline": "realtime", "cpu-used": "6"}, 250_000),
        frame(ImageEnhance.Brightness(PICTURE).enhance(0.35)),
    ],
    ids=["as drawn", "x264", "vp8", "dim"],
)
def test_answers_hold_the_asked_text_and_no_other(eyes: Eyes, look: Frame) -> None:
    seen = eyes.do(Look(look.yuv(), 1.0))
    assert isinstance(seen, Scene)
    for question, text in QUESTIONS:
        said = eyes.do(Ask(look.yuv(), 1.2, question, seen))
        assert isinstance(said, Answer)
        assert only(said, text), (question, said.text)


def test_the_region_is_the_plate(eyes: Eyes) -> None:
    said = eyes.answer(rgb(PICTURE), 1.0, "What does the blue sign say?", None)
    x0, y0, x1, y1 = box_px(ROOM)
    a0, b0, a1, b1 = (v * s for v, s in zip(said.evidence[0].box, PICTURE.size * 2, strict=True))
    both = max(0.0, min(x1, a1) - max(x0, a0)) * max(0.0, min(y1, b1) - max(y0, b0))
    plate = (x1 - x0) * (y1 - y0)
    assert both / plate > 0.8
    assert (a1 - a0) * (b1 - b0) / plate < 4.0
    assert said.evidence[0].text_height_px == pytest.approx(ROOM.capital_px, rel=0.25)


def test_a_glimpse_is_read_again_on_the_current_picture(eyes: Eyes) -> None:
    before = eyes.see(rgb(PICTURE), 1.0)
    changed = draw([EXIT, CAFE, PRICE, Plate((0.75, 0.8), "B218", 22, "blue", "white")])
    said = eyes.answer(rgb(changed), 1.5, "What does the blue sign say?", before)
    assert "B218" in said.text


def test_everything_is_read_again_when_the_camera_has_moved(eyes: Eyes) -> None:
    before = eyes.see(rgb(PICTURE), 1.0)
    moved = draw(
        [Plate((0.2, 0.2), "MUSEUM", 26, "purple", "white"), Plate((0.8, 0.5), "TAXI", 26)]
    )
    said = eyes.answer(rgb(moved), 1.5, "What does the sign on the left say?", before)
    assert "MUSEUM" in said.text and "TAXI" not in said.text


def test_an_old_glimpse_says_nothing(eyes: Eyes) -> None:
    stale = eyes.see(rgb(PICTURE), 1.0)
    other = draw([Plate((0.2, 0.2), "MUSEUM", 26, "red", "white")])
    said = eyes.answer(rgb(other), 60.0, "What does the red sign say?", stale)
    assert "MUSEUM" in said.text


def test_coloured_things_are_counted(eyes: Eyes) -> None:
    picture = PICTURE.copy()
    pen = ImageDraw.Draw(picture)
    for k in range(4):
        pen.ellipse((400 + 40 * k, 250, 428 + 40 * k, 278), fill=COLOURS["red"])
    for look in (frame(picture), squeezed(picture, "libx264", {"crf": "32"})):
        said = eyes.answer(yuv_to_rgb(look.yuv()), 1.0, "How many red balls are there?", None)
        assert "4" in said.text


def test_colours_of_signs(eyes: Eyes) -> None:
    dim = ImageEnhance.Brightness(PICTURE).enhance(0.4)
    for picture in (PICTURE, dim):
        seen = eyes.see(rgb(picture), 1.0)
        for text, colour in (("EXIT", "red"), ("CAFE", "green"), ("B214", "blue")):
            said = answer(parse(f"What color is the sign that says {text}?"), seen)
            assert colour in said.text


def test_small_text_is_still_read(eyes: Eyes) -> None:
    small = draw([Plate((0.5, 0.5), "PLATFORM 7", 11, "blue", "white")])
    before = eyes.see(rgb(small), 1.0)
    said = eyes.answer(rgb(small), 1.1, "What does the blue sign say?", before)
    assert "PLATFORM 7" in said.text
    assert said.readability is not None and said.readability < 0.95


def test_an_unknown_job_is_misuse(eyes: Eyes) -> None:
    with pytest.raises(ValueError):
        eyes.do("read")


def test_what_a_first_read_missed_is_looked_for_closer_up(eyes: Eyes) -> None:
    size_px = (1920, 1080)
    tiny = Plate((0.52, 0.5), "PLATFORM 7", 10, "yellow", "black")
    picture = rgb(draw([tiny, Plate((0.2, 0.2), "EXIT 12", 40, "red", "white")], size_px))
    seen = eyes.see(picture, 1.0)
    missed = replace(seen, signs=tuple(s for s in seen.signs if "EXIT" in s.text), blobs=())
    intent = parse("What does the yellow sign say?")
    first = answer(intent, missed)
    assert "PLATFORM" not in first.text and first.readability == 0.0
    second = eyes._second_look(picture, intent, missed, first)
    assert second is not None and "PLATFORM 7" in second.text


def _fractions(plate: Plate) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box_px(plate)
    return x0 / 960, y0 / 540, x1 / 960, y1 / 540


@pytest.mark.parametrize("fresh", [True, False], ids=["glimpse", "picture"])
@pytest.mark.parametrize(
    "look",
    [
        frame(PICTURE),
        squeezed(PICTURE, "libx264", {"preset": "veryfast", "crf": "42"}),
        frame(ImageEnhance.Brightness(PICTURE).enhance(0.35)),
    ],
    ids=["as drawn", "poor", "dim"],
)
def test_the_place_of_an_answer_is_found_before_the_answer(
    eyes: Eyes, look: Frame, fresh: bool
) -> None:
    seen = eyes.do(Look(look.yuv(), 1.0)) if fresh else None
    assert seen is None or isinstance(seen, Scene)
    for plate, question in (
        (EXIT, "What does the red sign say?"),
        (PRICE, "What is the price on the price tag?"),
        (ROOM, "What is written on the sign at the bottom right?"),
    ):
        found = eyes.do(Seek(question, None if fresh else look.yuv(), 1.4, seen))
        assert isinstance(found, Sought)
        assert found.captured_t == (1.0 if fresh else 1.4)
        assert boxes.inside(_fractions(plate), found.aims[0].box) > 0.9, question


def test_what_stood_there_a_moment_ago_needs_no_reading(eyes: Eyes) -> None:
    before = eyes.see(rgb(PICTURE), 1.0)
    question = parse("What does the sign that says B214 say?")
    texts = {sign.text for sign in eyes.glance(rgb(PICTURE), 2.0, question, before).signs}
    assert "B214" in texts
    assert eyes.glance(rgb(PICTURE), 9.0, question, before).signs == ()


def test_a_look_tells_of_text_that_cannot_be_read(
    eyes: Eyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = TextLine("", 0.0, (0.4, 0.4, 0.5, 0.45), 20.0)
    on_a_sign = replace(line, box=(0.18, 0.19, 0.22, 0.21))
    monkeypatch.setattr(eyes._reader, "hunt", lambda rgb: (line, on_a_sign))
    (faint,) = eyes.look(rgb(PICTURE), 1.0).unread
    assert isinstance(faint, Sign) and faint.lines == (line,)


def test_without_the_embedding_rules_alone_aim(eyes: Eyes) -> None:
    assert not eyes.compares_meaning
    eyes.settle()
    assert eyes.do(Seek("What does the red sign say?", frame(PICTURE).yuv(), 1.0, None))


def test_neither_picture_nor_glimpse_is_misuse(eyes: Eyes) -> None:
    with pytest.raises(ValueError, match="glimpse"):
        eyes.do(Seek("what?", None, 1.0, None))
