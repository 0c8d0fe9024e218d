"""Reports are plain values."""

from artic_abr.report import Packet, Report


def test_a_report_lists_what_became_of_packets() -> None:
    report = Report((Packet(1, 0.0, 0.1, 1200), Packet(2, 0.0, None, 1200)))
    assert [packet.arrived_t is None for packet in report.packets] == [False, True]
