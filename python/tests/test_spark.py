"""Plans on Spark: the same bytes, also when an executor is killed in the middle."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

import ptuplan
from conftest import SMALL, Killing, processes

pyspark = pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def session():
    """Two executors of one core each, each a process of its own."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("ptuplan")
    builder = builder.config("spark.executor.memory", "1g")
    made = builder.config("spark.ui.enabled", "false").getOrCreate()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def here() -> str:
    return ptuplan.recommend(SMALL).json()


def test_the_same_bytes(session, here: str) -> None:
    runner = ptuplan.distributed.Spark(session)
    assert ptuplan.recommend(SMALL, runner=runner).json() == here


def executors() -> list[int]:
    """Processes of executors."""
    return processes(lambda line: b"CoarseGrainedExecutorBackend" in line)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the executors in /proc")
def test_a_killed_executor_changes_nothing(session, here: str) -> None:
    tracker = session.sparkContext.statusTracker()

    def kill() -> bool:
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        found = executors()
        if not found or not any(stage and stage.numActiveTasks for stage in stages):
            return False
        os.kill(found[0], signal.SIGKILL)
        return True

    with Killing(kill) as killing:
        for _ in range(20):
            runner = ptuplan.distributed.Spark(session)
            assert ptuplan.recommend(SMALL, runner=runner).json() == here
            if killing.done:
                break
    assert killing.done, "no executor was caught at work"


def test_another_version_on_executors(session, older_driver: None) -> None:
    with pytest.raises(ptuplan.ClusterError, match="the driver has 0.0.1"):
        ptuplan.recommend(SMALL, runner=ptuplan.distributed.Spark(session))
