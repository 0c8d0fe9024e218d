from __future__ import annotations

from articgw.backends.embedded import match, pool
from articgw.backends.embedded.intent import Phrase
from articgw.backends.embedded.scene import Blob, Scene, Thing
from tests.articgw.backends.embedded.pictures import scene, sign

DOG = Thing("dog", 0.7, (0.1, 0.1, 0.3, 0.3), (("brown", 1.0),))
BALL = Blob("red", "circle", (0.5, 0.5, 0.55, 0.6), 0.002, (("red", 1.0),))
WORLD = Scene(1.0, (960, 540), (sign("EXIT", (0.7, 0.1, 0.8, 0.2)),), (DOG,), (BALL,), True)


def test_nouns_choose_the_pool() -> None:
    assert [c.label for c in pool.pool_of(Phrase("dog", "dog"), WORLD)] == ["dog"]
    assert [c.label for c in pool.pool_of(Phrase("animal", "animal"), WORLD)] == ["dog"]
    assert [c.shape for c in pool.pool_of(Phrase("ball", shape="circle"), WORLD)] == ["circle"]
    assert [c.text for c in pool.pool_of(Phrase("sign", is_sign=True), WORLD)] == ["EXIT"]
    assert pool.pool_of(Phrase("cat", "cat"), WORLD) == []


def test_evidence_and_certainty() -> None:
    dog, ball = match.of_thing(DOG), match.of_blob(BALL)
    assert pool.seen(dog).score == 0.7
    assert pool.seen(ball).label == "red circle"
    assert pool.certainty([dog, ball]) == 0.7
    assert pool.certainty([ball]) is None
    assert pool.from_objects([dog]) and not pool.from_objects([ball])


def test_what_is_not_seen() -> None:
    assert pool.not_seen(Phrase("sign", is_sign=True), WORLD).readability == 0.0
    assert pool.not_seen(Phrase("idea"), WORLD).finish == "unknown"
    assert "models fetch" in pool.not_seen(Phrase("dog", "dog"), scene(spots_objects=False)).text
