"""Plans on a real Ray cluster: the same bytes, also when a worker is killed in the middle."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

import ptuplan
from conftest import ROOT, SMALL, Killing, processes
from ptuplan.distributed import Ray

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.ray


NOT_STARTED = 9
"""How the tests end when no cluster starts in time: `python/check` then tries once more, as where they end without a result."""

START_WITHIN = 90
"""Seconds that a cluster may take to start."""


def start() -> None:
    """A cluster of two workers on loopback, with one task run on it."""
    from ray_works import init

    init()
    ray.get(ray.remote(lambda: None).remote(), timeout=START_WITHIN)


@pytest.fixture(scope="module")
def cluster():
    os.environ["RAY_AUTH_MODE"] = "disabled"
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

    def late(*_: object) -> None:
        raise TimeoutError(f"no cluster within {START_WITHIN} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(START_WITHIN)
    try:
        start()
    except (TimeoutError, ray.exceptions.GetTimeoutError) as wrong:
        pytest.exit(f"the cluster did not start in time: {wrong}", returncode=NOT_STARTED)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    yield Ray(workers=2)
    ray.shutdown()


@pytest.fixture(scope="module")
def here() -> str:
    return ptuplan.recommend(SMALL).json()


def test_the_same_bytes(cluster: Ray, here: str, tmp_path: Path) -> None:
    there = ptuplan.recommend(SMALL, runner=cluster)
    assert there.json() == here


@pytest.mark.parametrize(
    "name",
    [
        "managed-compute",
        pytest.param("batch-overnight", marks=pytest.mark.slow),
        pytest.param("ptu-with-spillover", marks=pytest.mark.slow),
    ],
)
def test_the_same_bytes_of_other_questions(name: str, cluster: Ray) -> None:
    path = ROOT / "scenarios" / f"{name}.toml"
    assert ptuplan.recommend(path, runner=cluster).json() == ptuplan.recommend(path).json()


def test_workers_simulate(cluster: Ray, here: str) -> None:
    """The driver does not do it all by itself."""
    counted: list[int] = []

    class Counting:
        def open(self, *arguments):
            opened = cluster.open(*arguments)

            class Opened:
                workers = opened.workers

                @staticmethod
                def play(what, chunks):
                    counted.append(len(chunks))
                    return opened.play(what, chunks)

            return Opened()

    assert ptuplan.recommend(SMALL, runner=Counting()).json() == here
    assert sum(counted) > 10


def test_files_on_shared_storage(cluster: Ray, here: str, tmp_path: Path) -> None:
    assert ptuplan.recommend(SMALL, runner=Ray(shared=True)).json() == here


def workers_of_ray() -> list[int]:
    """Processes at work: Ray names them after it, and after a rest between two tasks."""
    return processes(lambda line: line.startswith(b"ray::") and b"play" in line)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the workers in /proc")
def test_killed_workers_change_nothing(cluster: Ray, here: str) -> None:
    ptuplan.recommend(SMALL, runner=cluster)
    killed: list[int] = []

    def kill() -> bool:
        for process in [process for process in workers_of_ray() if process not in killed][:1]:
            os.kill(process, signal.SIGKILL)
            killed.append(process)
            time.sleep(0.5)
        return len(killed) == 2

    with Killing(kill):
        for _ in range(20):
            assert ptuplan.recommend(SMALL, runner=cluster).json() == here
            if killed:
                break
    assert killed, "no worker was caught at work"


def test_another_version_on_workers(cluster: Ray, older_driver: None) -> None:
    with pytest.raises(ptuplan.ClusterError, match="the driver has 0.0.1"):
        ptuplan.recommend(SMALL, runner=cluster)


def test_other_traffic_on_workers(cluster: Ray, tmp_path: Path) -> None:
    class Other:
        def open(self, asked, traffic, fingerprint):
            return cluster.open(asked, traffic, "other")

    with pytest.raises(ptuplan.ClusterError, match="other traffic"):
        ptuplan.recommend(SMALL, runner=Other())


def test_ctrl_c_ends_a_plan_on_a_cluster(cluster: Ray, here: str) -> None:
    import _thread

    threading.Timer(1.0, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        for _ in range(1_000):
            ptuplan.recommend(SMALL, runner=cluster)
    assert ptuplan.recommend(SMALL, runner=cluster).json() == here
