"""What a noun can mean in a scene, and what a choice from it is worth as evidence: pure."""

from __future__ import annotations

from articgw.backends.embedded import colours, match, readability, wording, words
from articgw.backends.embedded.intent import Phrase
from articgw.backends.embedded.match import Candidate
from articgw.backends.embedded.reading import shown
from articgw.backends.embedded.scene import Answer, Evidence, Scene, Sign, Thing


def pool_of(phrase: Phrase, scene: Scene) -> list[Candidate]:
    """Signs, objects of that class, or coloured areas."""
    if phrase.mentions or (phrase.is_sign and not phrase.label):
        return [match.of_sign(sign) for sign in scene.signs]
    things = [match.of_thing(t) for t in scene.things if _is_a(t, phrase.label)]
    if phrase.label and things:
        return things
    if phrase.shape:
        return match.bare_blobs(scene)
    if phrase.label:
        return match.bare_blobs(scene) if phrase.colour else []
    return match.bare_blobs(scene) + things


def _is_a(thing: Thing, label: str) -> bool:
    if label == "animal":
        return thing.label in words.ANIMALS
    return not label or thing.label == label


def pinned(phrase: Phrase) -> bool:
    """True where a phrase names something that can be looked for at all."""
    return bool(phrase.label or phrase.shape or phrase.is_sign or phrase.mentions or phrase.colour)


def cannot(scene: Scene) -> Answer:
    """What is said to a question that is not understood."""
    objects = " and spot 80 kinds of object" if scene.spots_objects else ""
    return Answer(wording.CANNOT.format(objects=objects), finish="unknown")


def not_seen(phrase: Phrase, scene: Scene) -> Answer:
    """What is said of something that is not found."""
    if phrase.label and not scene.spots_objects:
        return Answer(wording.NO_DETECTOR, finish="unknown")
    if not pinned(phrase):
        return cannot(scene)
    low = 0.0 if phrase.is_sign or phrase.mentions else None
    return Answer(f"I can't find the {wording.name_of(phrase)}.", readability=low)


def seen(found: Candidate) -> Evidence:
    """A candidate as evidence."""
    if isinstance(found.source, Sign):
        return shown(found.source)
    if isinstance(found.source, Thing):
        return Evidence(found.box, found.label, None, found.source.score)
    return Evidence(found.box, f"{colours.name(found.plate)} {found.shape}")


def certainty(found: list[Candidate]) -> float | None:
    """Readability of the weakest; None where it rests on colours alone."""
    values = []
    for one in found:
        if isinstance(one.source, Sign):
            values.append(readability.of_text(one.source.score, one.source.height_px))
        elif isinstance(one.source, Thing):
            values.append(readability.of_object(one.source.score))
    return min(values) if values else None


def from_objects(found: list[Candidate]) -> bool:
    """True where the first of them was detected and not read."""
    return bool(found) and isinstance(found[0].source, Thing)
