"""The far end's check restarts ours."""

from __future__ import annotations

from typing import Any

import aioice.ice

from articgw.aiortc_seams.seam import Seam, missing


def _needs() -> list[str]:
    return missing(
        aioice.ice.Connection,
        *("check_incoming", "check_start_task", "check_state", "_find_pair"),
    ) + missing(aioice.ice.CandidatePair.State, "IN_PROGRESS", "WAITING")


def _install() -> None:
    check_incoming = aioice.ice.Connection.check_incoming
    state = aioice.ice.CandidatePair.State

    def checked(self: Any, message: Any, addr: tuple[str, int], protocol: Any) -> None:
        for pair in self._check_list:
            first = not hasattr(pair, "_articgw_triggered")
            if first and pair.protocol is protocol and pair.remote_addr == addr:
                pair._articgw_triggered = True
                if pair.state is state.IN_PROGRESS and pair.task is not None:
                    pair.task.cancel()
                    pair.task = None
                    self.check_state(pair, state.WAITING)
        check_incoming(self, message, addr, protocol)

    setattr(aioice.ice.Connection, "check_incoming", checked)  # noqa: B010  mypy


TRIGGERED_CHECK = Seam(
    "triggered check",
    "Our first ICE check dies at the far end's NAT, which has seen nothing leave yet; aioice then "
    "waits half a second to repeat it, although the far end's own has come in meanwhile. RFC 8445, "
    "7.3.1.4: a check that arrives for a pair in progress starts ours anew.",
    _needs,
    _install,
)
