"""Who is told to send where: the ICE candidates of an SDP, replaced by one address in the middle.

Everything else stays as it is, letter by letter: credentials, fingerprints, codecs, extensions.
"""

from __future__ import annotations

from ipaddress import ip_address

HOST_PRIORITY = 2_130_706_431
"""A host candidate of the first component, RFC 8445, 5.1.2.1."""
_UNUSED_PORTS = ("0", "9")
"""Of an m-line: rejected; to be found by ICE."""


def with_candidate(sdp: str, host: str, port: int) -> str:
    """The SDP with ``host``:``port`` as its only candidate, given as complete (RFC 8839, 8840).

    It stands where candidates stood before, once in each media section; in the first section
    where none did. Default destinations (m= port, c=) are moved with it.
    """
    head, *sections = _sections(sdp.splitlines())
    if not sections:
        return sdp
    having = [any(map(_is_candidate, section)) for section in sections]
    if not any(having):
        having[0] = True
    version = ip_address(host).version
    mine = [
        f"a=candidate:1 1 udp {HOST_PRIORITY} {host} {port} typ host",
        "a=end-of-candidates",
    ]
    lines = list(head)
    for section, has in zip(sections, having, strict=True):
        kept = [line for line in section if not _is_candidate(line)]
        kind, m_port, rest = [*kept[0].split(" ", 2), "", ""][:3]
        if m_port not in _UNUSED_PORTS:
            kept[0] = f"{kind} {port} {rest}"
            moved = f"c=IN IP{version} {host}"
            kept = [moved if line.startswith("c=") else line for line in kept]
        lines += kept + (mine if has else [])
    return "\r\n".join([*lines, ""])


def first_address(sdp: str, near: str | None = None) -> tuple[str, int] | None:
    """Host and port of the candidate to talk to, or None.

    UDP, RTP's component, an IP address; ``near`` itself before others, then IPv4, then by priority.
    """
    best: tuple[tuple[bool, bool, int], tuple[str, int]] | None = None
    for line in sdp.splitlines():
        fields = line.removeprefix("a=candidate:").split()
        if not line.startswith("a=candidate:") or len(fields) < 6:
            continue
        _, component, transport, priority, host, port = fields[:6]
        try:
            version, address = ip_address(host).version, (host, int(port))
            rank = (host == near, version == 4, int(priority))
        except ValueError:
            continue
        if component == "1" and transport.lower() == "udp" and (best is None or rank > best[0]):
            best = (rank, address)
    return None if best is None else best[1]


def _is_candidate(line: str) -> bool:
    return line.startswith(("a=candidate:", "a=end-of-candidates"))


def _sections(lines: list[str]) -> list[list[str]]:
    """The session's lines, then those of each media section."""
    found: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            found.append([])
        found[-1].append(line)
    return found
