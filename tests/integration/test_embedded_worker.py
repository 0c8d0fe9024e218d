from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import psutil
import pytest

from articgw.backends.embedded.jobs import Look, Setup
from articgw.backends.embedded.worker import Worker
from articgw.errors import BackendUnavailable

pytestmark = pytest.mark.integration


async def test_a_life(tmp_path: Path) -> None:
    worker = Worker(Setup(tmp_path))
    assert worker.busy
    starting = asyncio.gather(worker.start(), worker.start())
    assert [ready.spots_objects for ready in await starting] == [False, False]
    assert not worker.busy and worker.pid is not None
    process = psutil.Process(worker.pid)
    assert process.nice() >= 10
    with pytest.raises(BackendUnavailable, match="failed on this"):
        await worker.run(Look(np.zeros((5, 3), np.uint8), 1.0))
    running = asyncio.create_task(worker.run(Look(np.zeros((810, 960), np.uint8), 1.0)))
    await asyncio.sleep(0.05)
    assert worker.busy
    await worker.close()
    await worker.close()
    with pytest.raises(BackendUnavailable):
        await running
    assert not process.is_running()
    with pytest.raises(BackendUnavailable):
        await worker.start()
