"""Pictures that a server has been sent already, and is told by name from then on.

vLLM keeps what it made of a picture under the name that came with it, until it needs the room; then
it says so, and is sent the bytes again. An older one takes names and never a name alone, which it
says in whatever words; so each refusal of a name alone is met with the bytes once. A name is the
picture's own (`Picture.name`), so nobody is ever shown another's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.layout import Place

MOST = 512
"""Names that are remembered; a server has room for hundreds of pictures."""
MOST_MISSES = 3
"""In a row, and with no hit between: a server that keeps nothing, or takes no name alone, is told
none any more."""


class ByName:
    """Of one server."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, None] = OrderedDict()
        self._misses = 0

    def places(self, pictures: Sequence[Picture], *, names: bool) -> list[Place]:
        """Of each picture; without ``names`` the server is told none."""
        names = names and self._misses < MOST_MISSES
        return [
            Place(one.detail, one.name, one.name in self._held) if names else Place(one.detail)
            for one in pictures
        ]

    def on_sent(self, pictures: Sequence[Picture]) -> None:
        """The server took a prompt with these, named where it is told names."""
        if self._misses >= MOST_MISSES:
            return
        if any(one.name in self._held for one in pictures):
            self._misses = 0
        for one in pictures:
            self._held[one.name] = None
            self._held.move_to_end(one.name)
        while len(self._held) > MOST:
            self._held.popitem(last=False)

    def on_refused(self, pictures: Sequence[Picture]) -> bool:
        """The server did not take a prompt with these; true where it may not have one of them any
        more: to be asked again, with their bytes."""
        missed = [one.name for one in pictures if one.name in self._held]
        for name in missed:
            del self._held[name]
        self._misses += bool(missed)
        return bool(missed)
