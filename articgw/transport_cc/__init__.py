"""Transport-wide congestion feedback: when each packet came, for a sender that works it out itself.

    numbers and arrival times ──▶ TransportFeedback ──▶ Report ──▶ pack ──▶ RTCP

libwebrtc's own congestion control runs at the sender and needs to be told of every packet
(draft-holmer-rmcat-transport-wide-cc-extensions-01); without that it only obeys REMB.
"""

from articgw.transport_cc.chunks import Status
from articgw.transport_cc.feedback import EVERY_S, PROMPT_S, TransportFeedback
from articgw.transport_cc.report import Report, pack, unpack

__all__ = ["EVERY_S", "PROMPT_S", "Report", "Status", "TransportFeedback", "pack", "unpack"]
