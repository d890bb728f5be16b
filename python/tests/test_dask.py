"""Plans on a real Dask cluster."""

from __future__ import annotations

import pytest

import ptuplan
from conftest import SMALL

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.dask


def test_the_same_bytes() -> None:
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        runner = ptuplan.distributed.Dask(client)
        assert ptuplan.recommend(SMALL, runner=runner).json() == ptuplan.recommend(SMALL).json()
