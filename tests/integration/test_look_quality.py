"""An answer says how well what it rests on came through, by whoever knows it best."""

from __future__ import annotations

import pytest

from articgw.protocol import Stats
from tests.integration.test_unpacking import LYING_PX, SIGN, asked, inside, packing, psnr_db, scene

pytestmark = pytest.mark.integration

READS_DB = 40.0
"""What is better looks the same."""


@pytest.mark.parametrize("packed", [False, True], ids=["whole", "packed"])
@pytest.mark.parametrize(("codec", "source"), [("VP8", "bits"), ("H264", "qp")])
async def test_what_came_through_is_told(codec: str, source: str, packed: bool) -> None:
    async with packing(codec) as (caller, backend):
        caller.packing.regions = (SIGN,) if packed else ()
        frame, done = await asked(caller, backend, LYING_PX, packed=packed)
        look = done.readability.look
        assert look is not None and look.source == source
        assert look.frame_bits is not None and look.frame_bits > 500
        assert (look.region_qp is not None) == (codec == "H264")
        height = LYING_PX[1]
        came, sent = frame.yuv()[:height], scene(LYING_PX)[:height]
        true_db = psnr_db(inside(came, SIGN, LYING_PX), inside(sent, SIGN, LYING_PX))
        if source == "qp":
            assert min(look.db, READS_DB) == pytest.approx(min(true_db, READS_DB), abs=6)

        caller.say(Stats(bps=1.0, region_db=31.5, region_qp=20.0))
        told = (await caller.ask()).readability.look
        assert told is not None and (told.source, told.db) == ("measured", 31.5)
