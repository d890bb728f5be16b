"""Plans on a real Dask cluster: the same bytes, also when a worker is killed in the middle."""

from __future__ import annotations

import os
import signal

import pytest

import ptuplan
from conftest import SMALL, Killing

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.dask


@pytest.fixture(scope="module")
def client():
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def here() -> str:
    return ptuplan.recommend(SMALL).json()


def test_the_same_bytes(client, here: str) -> None:
    runner = ptuplan.distributed.Dask(client)
    assert ptuplan.recommend(SMALL, runner=runner).json() == here


def test_a_killed_worker_changes_nothing(client, here: str) -> None:
    def kill() -> bool:
        busy = [address for address, tasks in client.processing().items() if tasks]
        if not busy:
            return False
        os.kill(client.run(os.getpid, workers=busy[:1])[busy[0]], signal.SIGKILL)
        return True

    with Killing(kill) as killing:
        for _ in range(20):
            runner = ptuplan.distributed.Dask(client)
            assert ptuplan.recommend(SMALL, runner=runner).json() == here
            if killing.done:
                break
    assert killing.done, "no worker was caught at work"


def test_another_version_on_workers(client, older_driver: None) -> None:
    with pytest.raises(ptuplan.ClusterError, match="the driver has 0.0.1"):
        ptuplan.recommend(SMALL, runner=ptuplan.distributed.Dask(client))
