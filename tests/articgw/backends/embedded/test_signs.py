from __future__ import annotations

from articgw.backends.embedded import boxes, colours
from articgw.backends.embedded.scene import TextLine
from articgw.backends.embedded.signs import signs_of
from tests.articgw.backends.embedded.pictures import COLOURS, Plate, box_px, draw, rgb

SIZE_PX = (960, 540)


def as_read(plate: Plate) -> tuple[TextLine, ...]:
    """The lines of a plate as a perfect reader would find them."""
    x0, y0, x1, y1 = box_px(plate)
    margin = plate.capital_px / 2
    texts = plate.text.split("\n")
    step = (y1 - y0 - 2 * margin) / len(texts)
    lines = []
    for k, text in enumerate(texts):
        top = y0 + margin + k * step
        box = (
            (x0 + margin) / SIZE_PX[0],
            top / SIZE_PX[1],
            (x1 - margin) / SIZE_PX[0],
            (top + min(step, plate.capital_px)) / SIZE_PX[1],
        )
        r, g, b = (float(v) for v in COLOURS[plate.ground])
        lines.append(TextLine(text, 0.99, box, plate.capital_px, (r, g, b), (0.0, 0.0, 0.0)))
    return tuple(lines)


def test_lines_of_one_plate_are_one_sign() -> None:
    plate = Plate((0.5, 0.5), "CAFE\nOPEN 9:00", 20, "green", "white")
    (one,) = signs_of(as_read(plate), rgb(draw([plate])), 1.0)
    assert one.text == "CAFE OPEN 9:00"
    assert colours.name(one.plate) == "green"


def test_neighbours_on_plates_of_their_own_stay_apart() -> None:
    upper = Plate((0.5, 0.45), "LEFT", 20, "white", "black")
    lower = Plate((0.5, 0.55), "RIGHT", 20, "white", "black")
    picture = rgb(draw([upper, lower]))
    found = signs_of((*as_read(upper), *as_read(lower)), picture, 1.0)
    assert sorted(sign.text for sign in found) == ["LEFT", "RIGHT"]


def test_the_box_is_the_plate() -> None:
    plate = Plate((0.3, 0.6), "EXIT 12", 24, "red", "white")
    (one,) = signs_of(as_read(plate), rgb(draw([plate])), 1.0)
    x0, y0, x1, y1 = box_px(plate)
    true = (x0 / SIZE_PX[0], y0 / SIZE_PX[1], x1 / SIZE_PX[0], y1 / SIZE_PX[1])
    assert boxes.inside(true, one.box) > 0.95
    assert boxes.area(one.box) < 2 * boxes.area(true)


def test_a_word_on_a_wall_has_a_margin_and_no_plate() -> None:
    plate = Plate((0.5, 0.5), "GRAFFITI", 24, "white", "black")
    picture = rgb(draw([]))
    ground = picture[200:340, 300:660].reshape(-1, 3).mean(axis=0)
    (line,) = as_read(plate)
    bare = TextLine(line.text, 0.9, line.box, 24.0, (ground[0], ground[1], ground[2]))
    (one,) = signs_of((bare,), picture, 1.0)
    assert boxes.area(one.box) < 4 * boxes.area(line.box)
