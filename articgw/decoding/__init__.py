"""Decode on demand: what arrives is kept as it was coded until somebody wants to see it.

    whole frames ─▶ Group: since the last key frame, or since the last look ─┐
                                                                             │ somebody looks
    slot ◀── newest picture ◀── DecodePool: a thread for each core ◀─────────┘

Most frames of a call are never looked at, and decoding them would be two thirds of its cost.
"""

from articgw.decoding.group import Group, Pending
from articgw.decoding.on_demand import OnDemand
from articgw.decoding.pool import DecodePool, shared_pool

__all__ = ["DecodePool", "Group", "OnDemand", "Pending", "shared_pool"]
