"""Models that answer: the contract, and one module for each of them."""

from articgw.backends.base import Backend, LookedAt, Prompt, Reply, Shown, Usage

__all__ = ["Backend", "LookedAt", "Prompt", "Reply", "Shown", "Usage"]
