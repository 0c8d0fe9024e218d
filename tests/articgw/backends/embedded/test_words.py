from __future__ import annotations

from articgw.backends.embedded import colours, words


def test_colour_words_name_colours_that_exist() -> None:
    assert set(words.COLOURS.values()) == set(colours.NAMES)


def test_plurals_of_objects() -> None:
    assert words.OBJECTS["dogs"] == "dog"
    assert words.OBJECTS["buses"] == "bus"
    assert words.OBJECTS["benches"] == "bench"


def test_nothing_is_both_dull_and_meant() -> None:
    meant = words.COLOURS.keys() | words.OBJECTS.keys() | words.SHAPES.keys()
    assert not meant & words.DULL
