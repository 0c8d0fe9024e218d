"""A model behind Gemini's generateContent."""

from __future__ import annotations

from articgw.backends.gemini.speech import GENERATE
from articgw.backends.wire.served import ServedBackend


class GeminiBackend(ServedBackend):
    """Answers from a server of generateContent. See `articgw.backends.base.Backend`."""

    speech = GENERATE
