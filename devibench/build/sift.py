"""Filter and verify: which questions does the degradation really take away?

Filter: a model answers from the original and from the degraded picture; a question stays where the
first answer is right and the second wrong. Verify: another model answers from the original; a
question stays where it agrees with the reference, which the generator may have made up.
"""

from __future__ import annotations

from pathlib import Path

from articgw.backends import Backend
from devibench.asking import ask
from devibench.build.degraded import still
from devibench.build.ledger import Decision
from devibench.build.wording import CONCISELY
from devibench.scoring.judging import Judge

WRONG_ON_ORIGINAL = "the filter is wrong on the original"
RIGHT_ON_DEGRADED = "the filter is right on the degraded"
DISAGREES = "the verifier disagrees"


async def sift(
    candidate: Decision, pictures: Path, stem: str, backend: Backend, judge: Judge,
    deadline_s: float,
) -> Decision:  # fmt: skip
    """The filter's decision; the degraded picture is only shown where the original is right."""
    question, reference = candidate.data["question"], candidate.data["answer"]
    asked = CONCISELY.format(question=question)
    original = await ask(backend, asked, still(pictures / f"{stem}.original.png"), deadline_s)
    data = {"on_original": original}
    if not await judge(question, reference, original):
        return Decision(candidate.key, WRONG_ON_ORIGINAL, data)
    degraded = await ask(backend, asked, still(pictures / f"{stem}.degraded.png"), deadline_s)
    data["on_degraded"] = degraded
    taken = not await judge(question, reference, degraded)
    return Decision(candidate.key, "" if taken else RIGHT_ON_DEGRADED, data)


async def verify(
    candidate: Decision, pictures: Path, stem: str, backend: Backend, judge: Judge,
    deadline_s: float,
) -> Decision:  # fmt: skip
    """The verifier's decision."""
    question, reference = candidate.data["question"], candidate.data["answer"]
    asked = CONCISELY.format(question=question)
    said = await ask(backend, asked, still(pictures / f"{stem}.original.png"), deadline_s)
    agrees = await judge(question, reference, said)
    return Decision(candidate.key, "" if agrees else DISAGREES, {"verifier": said})
