"""From runs to figures: everything that the page and the Markdown table tell, worked out once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from devibench.report.curves import Curve
from devibench.report.runs import Arm
from devibench.samples import Line
from devibench.statistics.bd_rate import RateTable, bd_rate_interval
from devibench.statistics.clustered import Interval
from devibench.statistics.paired import McNemar, difference, mcnemar, mean_difference
from devibench.statistics.saturation import Distribution, fit
from devibench.statistics.share import share

BINS = 10
"""Of confidence, as in Guo et al., ICML 2017."""


@dataclass(frozen=True, slots=True)
class ArmRow:
    """One arm by itself."""

    arm: Arm
    questions: int
    videos: int
    accuracy: Interval
    kbps: float
    latency_p50_ms: float
    latency_p95_ms: float
    late_share: float
    tokens: float | None
    """Given to the model per question, where servers told."""
    answer_ms: float


@dataclass(frozen=True, slots=True)
class Versus:
    """One arm against another, over the questions that both answered."""

    arm: Arm
    against: Arm
    questions: int
    gain: Interval
    test: McNemar
    bits_ratio: float | None
    delay_ms: Interval | None
    """P95 less the reference's."""


@dataclass(frozen=True, slots=True)
class Delta:
    """One curve against the reference's."""

    curve: Curve
    bd_rate: Interval | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far a curve's readability can be trusted as a probability of being right."""

    bins: tuple[tuple[float, float, int], ...]
    """Mean said, part right, how many."""
    ece: float
    answers: int


def arm_row(arm: Arm) -> ArmRow:
    """Of its judged answers."""
    lines = list(arm.lines.values())
    told = [(line.usage.input or 0) + (line.usage.visual or 0) for line in lines if line.usage]
    videos = [video(line) for line in lines]
    return ArmRow(
        arm=arm,
        questions=len(lines),
        videos=len(set(videos)),
        accuracy=share([right(line) for line in lines], videos),
        kbps=fmean(line.kbps for line in lines),
        latency_p50_ms=fmean(line.latency_p50_ms for line in lines),
        latency_p95_ms=fmean(line.latency_ms for line in lines),
        late_share=fmean(line.late_share for line in lines),
        tokens=fmean(told) if any(told) else None,
        answer_ms=fmean(line.answer_ms for line in lines),
    )


def versus(arm: Arm, reference: Arm) -> Versus | None:
    """None where the two have no question in common."""
    keys = [key for key in arm.lines if key in reference.lines]
    if not keys:
        return None
    ours, theirs = [arm.lines[key] for key in keys], [reference.lines[key] for key in keys]
    one, other = [right(line) for line in ours], [right(line) for line in theirs]
    videos = [video(line) for line in ours]
    bits = fmean(line.kbps for line in theirs)
    return Versus(
        arm=arm,
        against=reference,
        questions=len(keys),
        gain=difference(one, other, videos),
        test=mcnemar(one, other, videos),
        bits_ratio=fmean(line.kbps for line in ours) / bits if bits else None,
        delay_ms=mean_difference(
            [line.latency_ms for line in ours], [line.latency_ms for line in theirs], videos
        ),
    )


def opposite(arm: Arm, label: str, curve: Curve) -> Arm | None:
    """Whom to compare an arm of that rate with on a curve: the same rate there, or the only one;
    None where that is the arm itself, or there is none."""
    found = [rung.arm for rung in curve.rungs if rung.label == label or len(curve.rungs) == 1]
    return found[0] if found and found[0] is not arm else None


def delta(curve: Curve, reference: Curve) -> Delta:
    """Over the questions that every arm of both answered."""
    rungs = (*curve.rungs, *reference.rungs)
    keys = [key for key in rungs[0].arm.lines if all(key in rung.arm.lines for rung in rungs)]
    if not keys:
        return Delta(curve, None)
    tables = [_rate_table(one, keys) for one in (curve, reference)]
    return Delta(curve, bd_rate_interval(*tables))


def saturation(curve: Curve) -> Distribution:
    """What the questions need that were asked at every rate of the curve."""
    keys = [
        key for key in curve.rungs[0].arm.lines
        if all(key in rung.arm.lines for rung in curve.rungs)
    ]  # fmt: skip
    fits = (
        fit((rung.bps, float(right(rung.arm.lines[key]))) for rung in curve.rungs) for key in keys
    )
    return Distribution(tuple(one.saturation() for one in fits))


def by_type(arms: Sequence[Arm]) -> tuple[tuple[str, ...], dict[str, list[Interval | None]]]:
    """The task types, the commonest first, then by frames needed; and each arm's accuracies."""
    lines = [line for arm in arms for line in arm.lines.values()]
    types = [name for name, _ in Counter(line.task_type for line in lines).most_common() if name]
    needs = sorted({line.frames_needed for line in lines}, reverse=True)
    names = (*types, *(f"{need} frame" for need in needs if len(needs) > 1))
    found: dict[str, list[Interval | None]] = {}
    for arm in arms:
        mine = list(arm.lines.values())
        groups = [[line for line in mine if line.task_type == name] for name in types]
        if len(needs) > 1:
            groups += [[line for line in mine if line.frames_needed == need] for need in needs]
        found[arm.name] = [
            share([right(line) for line in group], [video(line) for line in group])
            if group
            else None
            for group in groups
        ]
    return names, found


def reliability(arms: Sequence[Arm]) -> Reliability | None:
    """Equal bins of what was said under any of the arms; None where nothing was."""
    lines = (line for arm in arms for line in arm.lines.values())
    said = [line for line in lines if line.readability is not None]
    if not said:
        return None
    groups: dict[int, list[Line]] = defaultdict(list)
    for line in said:
        groups[min(BINS - 1, int(BINS * (line.readability or 0.0)))].append(line)
    bins = tuple(
        (
            fmean(line.readability or 0.0 for line in group),
            fmean(float(right(line)) for line in group),
            len(group),
        )
        for _, group in sorted(groups.items())
    )
    ece = sum(count * abs(told - were) for told, were, count in bins) / len(said)
    return Reliability(bins, ece, len(said))


def right(line: Line) -> bool:
    """Judged so."""
    return bool(line.correct)


def video(line: Line) -> str:
    """What its question stands and falls with; the question itself where nobody says."""
    return line.group or line.key


def _rate_table(curve: Curve, keys: Sequence[str]) -> RateTable:
    videos = [video(curve.rungs[0].arm.lines[key]) for key in keys]
    columns = {
        float(place): (
            [right(rung.arm.lines[key]) for key in keys],
            [1e3 * rung.arm.lines[key].kbps for key in keys],
        )
        for place, rung in enumerate(curve.rungs)
    }
    return RateTable.of(columns, videos)
