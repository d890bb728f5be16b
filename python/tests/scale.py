"""How a plan scales on a local Ray cluster: the rows of docs/python.md. By hand, on a quiet machine:

python python/tests/scale.py [workers] [tasks]

`workers` times one plan on one worker and on two, `tasks` what a task costs beside its simulation.
"""

from __future__ import annotations

import os
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("RAY_AUTH_MODE", "disabled")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
# Workers share the machine with nobody: Ray would run them behind everything else.
os.environ.setdefault("RAY_worker_niceness", "0")

import ptuplan
from ptuplan.distributed import Ray

ROOT = Path(__file__).resolve().parents[2]


def quickstart(rate_per_minute: float, replications: int, **more: Any) -> dict[str, Any]:
    """The quickstart with other traffic, under a quota that fits it."""
    scenario = tomllib.loads((ROOT / "scenarios" / "quickstart.toml").read_text())
    scenario["workload"][0]["traffic"]["synth"]["client"][0]["rate_per_minute"] = rate_per_minute
    scenario["subscription"]["quota_tier"] = "Tier 5"
    scenario["uncertain"]["replications"] = replications
    return {**scenario, **more}


class Counting:
    """A runner that counts what is sent."""

    def __init__(self, runner: Ray) -> None:
        self.runner, self.chunks, self.bytes = runner, 0, 0

    def open(self, *arguments: Any) -> Any:
        opened, counting = self.runner.open(*arguments), self

        class Opened:
            workers = opened.workers

            @staticmethod
            def play(what: str, chunks: Any) -> Any:
                back = opened.play(what, chunks)
                counting.chunks += len(chunks)
                counting.bytes += sum(map(len, back))
                return back

        return Opened()


def timed(what: str, work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds by the clock, and the result."""
    began = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - began
    print(f"{what}: {seconds:.1f} s", flush=True)
    return seconds, result


def on_ray(workers: int, what: str, scenario: dict[str, Any]) -> tuple[float, Any, Counting]:
    """A plan on a fresh cluster whose processes are warm."""
    import ray

    runner = Counting(Ray(workers=workers))
    small = quickstart(2, 2, simulate="1 day")
    ptuplan.recommend(small, runner=runner)
    runner.chunks = runner.bytes = 0
    seconds, plan = timed(what, lambda: ptuplan.recommend(scenario, runner=runner))
    ray.shutdown()
    return seconds, plan, runner


def workers() -> None:
    """One worker against two."""
    scenario = quickstart(120, 32)
    here, plan = timed("one thread of the driver alone", lambda: ptuplan.recommend(scenario, jobs=1))
    one, first, _ = on_ray(1, "one worker", scenario)
    two, second, sent = on_ray(2, "two workers", scenario)
    assert plan.json() == first.json() == second.json()
    print(f"two workers against one: {one / two:.2f}; one worker against the driver alone: {here / one:.2f}")
    print(f"chunks {sent.chunks}, {sent.bytes / 1e6:.0f} MB back")


def tasks() -> None:
    """What a task costs beside its simulation: many futures of little traffic, on one worker and here."""
    scenario = quickstart(0.5, 1000, simulate="1 day")
    scenario["uncertain"]["traffic"] = {"low": 0.2, "mode": 1, "high": 5}
    here, plan = timed("here, one thread", lambda: ptuplan.recommend(scenario, jobs=1))
    there, far, sent = on_ray(1, "one worker", scenario)
    assert plan.json() == far.json()
    count = len(plan.to_dict()["candidates"])
    print(f"{sent.chunks} chunks, {count} candidates, {sent.bytes / 1e6:.0f} MB back: {there - here:+.1f} s in all")


if __name__ == "__main__":
    for asked in sys.argv[1:] or ["workers", "tasks"]:
        {"workers": workers, "tasks": tasks}[asked]()
