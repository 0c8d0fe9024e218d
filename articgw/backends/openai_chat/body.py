"""The request's bytes. All but picture and question are encoded once and joined: with the picture
inside, a JSON encoder takes four times as long (B1 of the measurements: 1.4 ms against 0.4 ms).

Order is what prefix caches live on: the constant system prompt, the picture, the question.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from articgw.backends.openai_chat.features import Asking
from articgw.backends.openai_chat.picture import Picture

_PICTURE, _QUESTION = "\u241fpicture\u241f", "\u241fquestion\u241f"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request without picture and question."""

    before: bytes
    between: bytes
    after: bytes

    def around(self, picture: Picture, question: str) -> bytes:
        """The whole body."""
        return b"".join(
            (self.before, picture.base64, self.between, msgspec.json.encode(question), self.after)
        )


def envelope(model: str, system: str, asking: Asking) -> Envelope:
    """For every question that is asked in this way."""
    image = {"url": f"data:image/jpeg;base64,{_PICTURE}"}
    if asking.detail:
        image["detail"] = "high"
    content = [
        {"type": "image_url", "image_url": image},
        {"type": "text", "text": _QUESTION},
    ]
    messages = [{"role": "system", "content": system}, {"role": "user", "content": content}]
    request = {"model": model, "stream": True, **asking.fields, "messages": messages}
    whole = msgspec.json.encode(request)
    before, rest = whole.rsplit(_PICTURE.encode(), 1)
    between, after = rest.rsplit(msgspec.json.encode(_QUESTION), 1)
    return Envelope(before, between, after)
