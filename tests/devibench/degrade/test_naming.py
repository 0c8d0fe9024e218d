from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import ConfigError
from devibench.degrade.naming import parse_degradation, parts_of
from devibench.degrade.network import Network
from devibench.samples import Film, Sample


@pytest.mark.parametrize(
    ("name", "part", "value"),
    [
        ("h264:100k", "bps", 100e3),
        ("hevc:1.5M", "bps", 1.5e6),
        ("vp8:50000", "codec", "vp8"),
        ("h264:100k+fps:5", "fps", 5.0),
        ("h264:100k+size:640x360", "width", 640),
        ("h264:100k+size:321", "width", 320),
        ("h264:100k+regions:given", "regions", "given"),
        ("h264:100k+regions:found+map:published", "published_map", True),
        ("loss:5+h264:100k", "loss", 0.05),
        ("loss:5+burst:8+h264:100k", "burst_packets", 8.0),
        ("trace:x.csv+policy:published", "policy", "published"),
    ],
)
def test_parts_are_understood(name: str, part: str, value: object) -> None:
    assert getattr(parts_of(name), part) == value


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "is not known"),
        ("h265:100k", "'h265:100k' is not known; there are h264"),
        ("h264:fast", "'h264:fast' cannot be understood"),
        ("h264:1", "cannot be understood"),
        ("h264", "says no rate"),
        ("fps:5", "says no rate"),
        ("h264:100k+fps:0", "'fps:0' cannot be understood"),
        ("h264:100k+fps:5+fps:6", "fps is said twice"),
        ("h264:100k+vp8:50k", "codec is said twice"),
        ("h264:100k+size:big", "cannot be understood"),
        ("h264:100k+policy:ours", "a policy needs a link"),
        ("vp8:100k+regions:given", "only h264"),
        ("h264:100k+burst:4", "add loss:PERCENT"),
        ("trace:none.csv", "is no file, and no folder"),
    ],
)
def test_what_cannot_be_understood_is_told(name: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        parse_degradation(name)


def test_a_trace_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "thin.csv").write_text("time_s,mbps\n0,1\n1,2\n")
    made = parse_degradation("trace:thin+policy:ours", tmp_path)
    assert isinstance(made, Network)
    assert (made.name, made.regions, made.enters) == ("trace:thin+policy:ours", "found", True)
    assert parse_degradation(f"trace:{tmp_path / 'thin.csv'}+policy:all").name.endswith("all")
    with pytest.raises(ConfigError, match="there are thin"):
        parse_degradation("trace:thick", tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "h264:200k", "vp8:200k", "h264:200k+fps:5", "h264:100k+size:320x180",
        "h264:100k+regions:given", "h264:100k+regions:given+map:published", "h264:200k+loss:30",
    ],
)  # fmt: skip
def test_every_kind_leaves_a_picture_of_the_films_size(
    asked: tuple[Film, Sample], name: str
) -> None:
    film, sample = asked
    made = parse_degradation(name)
    seen = made.apply(film, sample, 3)
    assert made.name == name
    assert seen.bits > 0 and seen.kbps > 0
    for picture in seen.pictures:
        assert picture.yuv.shape == (film.size_px[1] * 3 // 2, film.size_px[0])
        assert picture.captured_s < picture.arrived_s


def test_more_bits_are_a_better_picture(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    good, poor = (
        parse_degradation(f"h264:{rate}").apply(film, sample, 0) for rate in ("2M", "30k")
    )
    assert good.bits > 4 * poor.bits
    truth = dict(film.frames(0.0, film.seconds))

    def error(seen: object) -> float:
        picture = seen.pictures[-1]  # type: ignore[attr-defined]
        original = truth[picture.captured_s]
        return float(abs(picture.yuv.astype(float) - original).mean())

    assert error(good) < error(poor)


def test_the_product_and_the_published_rule_run_over_a_trace(
    asked: tuple[Film, Sample], tmp_path: Path
) -> None:
    film, sample = asked
    (tmp_path / "link.csv").write_text("time_s,mbps\n0,1\n1,2\n")
    for rest in ("policy:published", "policy:all+regions:given+map:published"):
        made = parse_degradation(f"trace:link+{rest}", tmp_path)
        first, again = (made.apply(film, sample, 7) for _ in range(2))
        assert (first.bits, first.latency_p95_ms) == (again.bits, again.latency_p95_ms)
        assert first.bits != made.apply(film, sample, 8).bits or first.bits > 0
        assert first.pictures and first.frame_age_ms < 1000
