"""A back end's reply as the message that ends an answer. Pure."""

from __future__ import annotations

from artic_abr import Readability
from artic_codecs import Region
from articgw.backends import Reply
from articgw.frame import Frame
from articgw.ledger import Ledger
from articgw.protocol import (
    AnswerDone,
    AnswerLook,
    AnswerReadability,
    AnswerRegion,
    Timings,
    Tokens,
)


def look_url(session_id: str, question_id: str) -> str:
    """Path of the frame that the model saw."""
    return f"/api/sessions/{session_id}/looks/{question_id}.jpg"


def answer_done(
    session_id: str,
    question_id: str,
    reply: Reply,
    frame: Frame,
    regions: tuple[Region, ...],
    readability: Readability,
    spent: Ledger,
    *,
    asked_t: float,
    looked_t: float,
    first_text_t: float | None,
    now: float,
) -> AnswerDone:
    """``regions`` are those of the reply, in its order; times are s on the gateway's clock."""
    return AnswerDone(
        id=question_id,
        text=reply.text,
        finish=reply.finish,
        readability=_told(readability),
        regions=tuple(
            AnswerRegion(
                box=region.box,
                label=looked_at.label,
                priority=region.priority,
                ttl_s=round(region.expires_t - now, 3),
                min_text_px=region.min_text_px,
            )
            for region, looked_at in zip(regions, reply.regions, strict=True)
        ),
        frame_age_ms=_ms(looked_t - frame.captured_t),
        frame_size_px=frame.size_px,
        frame_url=look_url(session_id, question_id),
        model=reply.model,
        tokens=Tokens(
            input=spent.usage.input_tokens,
            visual=spent.usage.visual_tokens,
            cached=spent.usage.cached_tokens,
            output=spent.usage.output_tokens,
        ),
        price_usd=spent.price_usd,
        tool_calls=spent.tool_calls,
        timings=Timings(
            first_text_ms=None if first_text_t is None else _ms(first_text_t - asked_t),
            done_ms=_ms(now - asked_t),
            tools_ms=_ms(spent.tools_s),
        ),
    )


def _told(readability: Readability) -> AnswerReadability:
    value, source, look = readability.value, readability.source, readability.look
    if look is None:
        return AnswerReadability(value=value, source=source)
    qp = None if look.region_qp is None else round(look.region_qp, 1)
    told = AnswerLook(
        db=round(look.db, 1), source=look.source, region_qp=qp, frame_bits=look.frame_bits
    )
    return AnswerReadability(value=value, source=source, look=told)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
