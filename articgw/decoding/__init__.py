"""Decode on demand: what arrives is kept as it was coded until somebody wants to see it.

    whole frames ─▶ Group: since the last key frame, or since the last look ─┐
                                                                             │ somebody looks
    slot ◀── newest picture ◀── PicturePool: a thread for each core ◀────────┘

Most frames of a call are never looked at, and decoding them would be two thirds of its cost.
"""

from articgw.decoding.group import Group, Pending
from articgw.decoding.on_demand import OnDemand

__all__ = ["Group", "OnDemand", "Pending"]
