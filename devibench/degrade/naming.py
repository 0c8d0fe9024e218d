"""Degradations by name: parts joined by ``+``, in any order; an arm is called what was written.

    original                    the film itself; text-only: no picture at all
    h264:RATE hevc:RATE vp8:RATE    a real encoder at a rate, such as 100k or 1.5M, over a link that
                                    carries it
    kvazaar:RATE                    likewise, where the program is on the path
    trace:NAME                  an uplink in the loop: a file of the folder of traces, or its path
    policy:ours|published|cap|margin|all    whose rate it follows there; ours if not said
    fps:N                       frames a second; 30 or the film's, if not said
    size:WIDTH or WIDTHxHEIGHT  no wider than so many px, in the film's proportions
    regions:none|given|found    true boxes, or found by the embedded back end in what came
    map:boost|published         what a region does to the rest of the picture
    loss:PERCENT                of packets, at random, sent again a round trip later
    burst:PACKETS               losses come in runs of so many, on average; needs loss
    queue:PACKETS               drop-tail at the link; 30 if not said, as Artic runs Mahimahi

``trace:NAME+policy:ours`` without any of fps, size, regions or map is the product: its allocator
chooses them, its regions are found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from artic_abr.simulation import LinkShape, Service
from artic_abr.simulation.service import constant
from artic_codecs.steer import Treatment
from articgw.errors import ConfigError
from devibench.degrade.coder import Coder, PlainCoder, SteeredCoder
from devibench.degrade.kvazaar import PROGRAM as KVAZAAR
from devibench.degrade.kvazaar import KvazaarCoder, program
from devibench.degrade.network import Network, Regions
from devibench.degrade.original import Original, TextOnly
from devibench.degrade.sender import Adaptive, Constant, Product, Sender
from devibench.network import POLICIES, read_trace, trace_files, trace_name
from devibench.samples import Degradation, Film, Sample

CODECS = ("h264", "hevc", "vp8", KVAZAAR)
MOST_FPS = 30.0
WARM_S = 20.0
"""A call over a trace has lasted so long when the film begins."""
QUEUE_PACKETS = 30
_RATE = re.compile(r"(\d+(?:\.\d+)?)([kM]?)")
_SCALE = {"": 1.0, "k": 1e3, "M": 1e6}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a name says."""

    codec: str = "h264"
    bps: float | None = None
    trace: str | None = None
    policy: str | None = None
    fps: float | None = None
    width: int | None = None
    regions: Regions | None = None
    published_map: bool | None = None
    loss: float = 0.0
    burst_packets: float = 1.0
    queue_packets: int | None = QUEUE_PACKETS


def parse_degradation(name: str, traces: Path | None = None) -> Degradation:
    """Raises `ConfigError` where a part is not known, or a trace is not in the folder."""
    for plain in (Original(), TextOnly()):
        if name == plain.name:
            return plain
    parts = parts_of(name)
    if parts.codec == KVAZAAR:
        program()
    if parts.trace is not None:
        return _over_trace(name, parts, _service(parts.trace, traces))
    if parts.bps is None:
        raise ConfigError(f"{name}: says no rate; begin with h264:100k or trace:NAME")
    if parts.policy is not None:
        raise ConfigError(f"{name}: a policy needs a link; add trace:NAME")
    return _at_rate(name, parts, parts.bps)


def parts_of(name: str) -> Parts:
    """Raises `ConfigError` for what cannot be understood."""
    parts, seen = Parts(), set[str]()
    for text in name.split("+"):
        key, _, value = text.partition(":")
        reader = READERS.get(key)
        if reader is None:
            raise ConfigError(f"{name}: {text!r} is not known; there are {', '.join(READERS)}")
        group = "codec" if key in CODECS else key
        if group in seen:
            raise ConfigError(f"{name}: {group} is said twice")
        seen.add(group)
        try:
            parts = reader(parts, value)
        except (ValueError, KeyError) as error:
            raise ConfigError(f"{name}: {text!r} cannot be understood") from error
    if parts.codec != "h264" and (parts.trace or parts.regions not in (None, "none")):
        raise ConfigError(f"{name}: only h264 follows a link or regions")
    if "burst" in seen and not parts.loss:
        raise ConfigError(f"{name}: burst says how losses come; add loss:PERCENT")
    return parts


def _codec(codec: str) -> Callable[[Parts, str], Parts]:
    def read(parts: Parts, value: str) -> Parts:
        return replace(parts, codec=codec, bps=_bps(value) if value else None)

    return read


def _bps(text: str) -> float:
    match = _RATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return _within(float(match[1]) * _SCALE[match[2]], 10e3, 100e6)


def _within(value: float, least: float, most: float) -> float:
    if not least <= value <= most:
        raise ValueError(value)
    return value


def _width_px(text: str) -> int:
    match = re.fullmatch(r"(\d{1,5})(x\d{1,5})?", text)
    if match is None:
        raise ValueError(text)
    return 2 * int(_within(int(match[1]), 64, 7680) / 2)


def _policy(value: str) -> str:
    POLICIES[value]
    return value


_REGIONS: dict[str, Regions] = {"none": "none", "given": "given", "found": "found"}
_MAPS = {"boost": False, "published": True}
READERS: dict[str, Callable[[Parts, str], Parts]] = {
    **{codec: _codec(codec) for codec in CODECS},
    "trace": lambda parts, value: replace(parts, trace=value),
    "policy": lambda parts, value: replace(parts, policy=_policy(value)),
    "fps": lambda parts, value: replace(parts, fps=_within(float(value), 0.2, 120)),
    "size": lambda parts, value: replace(parts, width=_width_px(value)),
    "regions": lambda parts, value: replace(parts, regions=_REGIONS[value]),
    "map": lambda parts, value: replace(parts, published_map=_MAPS[value]),
    "loss": lambda parts, value: replace(parts, loss=_within(float(value), 0, 90) / 100),
    "burst": lambda parts, value: replace(parts, burst_packets=_within(float(value), 1, 1000)),
    "queue": lambda parts, value: replace(parts, queue_packets=int(_within(int(value), 1, 10_000))),
}


def _at_rate(name: str, parts: Parts, bps: float) -> Network:
    def sender(film: Film, sample: Sample, seed: int) -> Sender:
        return Constant(bps, _fps(parts, film), _size_px(parts, film), Treatment.QP)

    def link(film: Film) -> LinkShape:
        return LinkShape(
            constant(bps), queue_packets=None, loss=parts.loss, burst_packets=parts.burst_packets
        )

    return Network(name, sender, lambda: _coder(parts), link, parts.regions or "none")


def _over_trace(name: str, parts: Parts, service: Service) -> Network:
    policy = parts.policy or "ours"
    plain = (parts.fps, parts.width, parts.regions, parts.published_map) == (None,) * 4
    product = policy == "ours" and plain

    def sender(film: Film, sample: Sample, seed: int) -> Sender:
        fps = _fps(parts, film)
        made = POLICIES[policy](fps)
        if product:
            return Product(made, fps=fps, camera_px=film.size_px)
        return Adaptive(made, fps=fps, size_px=_size_px(parts, film), how=Treatment.QP)

    def link(film: Film) -> LinkShape:
        return LinkShape(
            service,
            queue_packets=parts.queue_packets,
            loss=parts.loss,
            burst_packets=parts.burst_packets,
        )

    regions: Regions = parts.regions or ("found" if product else "none")
    return Network(name, sender, lambda: _coder(parts), link, regions, WARM_S, enters=True)


def _coder(parts: Parts) -> Coder:
    if parts.codec == "h264":
        return SteeredCoder(published=bool(parts.published_map))
    if parts.codec == KVAZAAR:
        return KvazaarCoder()
    return PlainCoder(parts.codec)


def _fps(parts: Parts, film: Film) -> float:
    return min(film.fps, parts.fps or MOST_FPS)


def _size_px(parts: Parts, film: Film) -> tuple[int, int] | None:
    width, height = film.size_px
    if parts.width is None or parts.width >= width:
        return None
    return parts.width, 2 * round(height * parts.width / width / 2)


def _service(name: str, folder: Path | None) -> Service:
    file = Path(name)
    if file.is_file():
        return read_trace(file)
    if folder is None:
        raise ConfigError(f"trace:{name}: is no file, and no folder of traces was named (--traces)")
    found = {trace_name(path): path for path in trace_files(folder)}
    if name not in found:
        raise ConfigError(f"trace:{name}: is not in {folder}; there are {', '.join(found)}")
    return read_trace(found[name])
