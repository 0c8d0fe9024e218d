"""aiortc tells frames by the RTP time that was sent, and not by the time since the first of them.

For receivers that are measured with `tests.bench._capacity_recorder`; ours and others' alike. To
be called before the first connection is made.
"""

from __future__ import annotations

from typing import Any

import aiortc.rtcrtpreceiver


def tell_rtp_time() -> None:
    """From now on, for each receiver of this process."""
    mapper: Any = aiortc.rtcrtpreceiver.TimestampMapper

    def from_nought() -> Any:
        made = mapper()
        made._origin = made._last = 0
        return made

    setattr(aiortc.rtcrtpreceiver, "TimestampMapper", from_nought)  # noqa: B010  mypy
