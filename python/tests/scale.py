"""How a plan scales on a local Ray cluster: the rows of docs/python.md. By hand, on a quiet machine:

python python/tests/scale.py [workers] [tasks] [futures] [trace]

`workers` times one plan on one worker and on two, `tasks` what a task costs beside its simulation, `futures` a plan of ten
thousand futures and `trace` one over a large trace.
"""

from __future__ import annotations

import os
import resource
import statistics
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
from conftest import processes
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
    """Seconds by the clock, and the result; told with the processor time of this process and of the workers."""
    began, own, theirs = time.perf_counter(), processor(), of_workers(processor_of)
    result = work()
    seconds = time.perf_counter() - began
    told = f"processor: driver {processor() - own:.1f} s, workers {of_workers(processor_of) - theirs:.1f} s"
    print(f"{what}: {seconds:.1f} s ({told}; most memory: {memory()})", flush=True)
    return seconds, result


def processor() -> float:
    """Seconds that this process computed."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def of_workers(figure: Callable[[Path], float]) -> float:
    """A figure of all processes of Ray that play tasks, where there is a /proc."""
    return sum(figure(Path("/proc") / str(one)) for one in playing())


def playing() -> list[int]:
    """Processes of Ray that play tasks."""
    return processes(lambda line: line.startswith(b"ray::") and b"play" in line or b"ray::IDLE" in line)


def processor_of(process: Path) -> float:
    """Seconds that a process computed."""
    try:
        fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory() -> str:
    """The most memory that the driver and each worker held."""
    peaks = [most_held(Path("/proc") / str(one)) for one in [os.getpid(), *playing()]]
    return ", ".join(f"{peak / 1e6:.1f} GB" for peak in peaks)


def most_held(process: Path) -> float:
    """The most memory that a process held, kB."""
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0.0)


def on_ray(
    workers: int, what: str, scenario: dict[str, Any] | Path, *, shared: bool = False
) -> tuple[float, Any, Counting]:
    """A plan on a fresh cluster whose processes are warm."""
    import ray

    runner = Counting(Ray(workers=workers, shared=shared))
    ptuplan.recommend(quickstart(2, 2, simulate="1 day"), runner=Ray(workers=workers))
    seconds, plan = timed(what, lambda: ptuplan.recommend(scenario, runner=runner))
    ray.shutdown()
    return seconds, plan, runner


def workers() -> None:
    """One worker against two, in turn: a plan of about a minute on one."""
    scenario = quickstart(300, 32)
    here, plan = timed("one thread of the driver alone", lambda: ptuplan.recommend(scenario, jobs=1))
    ratios = []
    for _ in range(3):
        one, first, _ = on_ray(1, "one worker", scenario)
        two, second, sent = on_ray(2, "two workers", scenario)
        assert plan.json() == first.json() == second.json()
        ratios.append(one / two)
        print(f"two workers against one: {one / two:.2f}; one worker against the driver alone: {here / one:.2f}")
    print(f"median {statistics.median(ratios):.2f}; chunks {sent.chunks}, {sent.bytes / 1e6:.0f} MB back")


def futures() -> None:
    """Ten thousand futures of a day of about 100,000 requests, pay-as-you-go alone, all of them replayed."""
    scenario = quickstart(69.4, 10_000, simulate="1 day")
    scenario["allow"] = {"sku": ["GlobalStandard"], "commitment": ["hourly"]}
    # So uncertain that no fewer are enough.
    scenario["uncertain"]["traffic"] = {"low": 0.1, "mode": 0.2, "high": 2.7}
    _, plan, sent = on_ray(2, "ten thousand futures", scenario)
    print(f"chunks {sent.chunks}, {sent.bytes / 1e6:.0f} MB back")
    print("futures replayed:", plan.to_dict()["confidence"])


def trace() -> None:
    """A plan over the `.trace` that PTUPLAN_LARGE names, which workers read from shared storage; pay-as-you-go alone."""
    scenario = quickstart(2, 2)
    scenario["workload"][0]["traffic"] = {"trace": os.environ["PTUPLAN_LARGE"]}
    scenario["workload"][0]["max_output_tokens"] = 200
    # The quota is enough for a fifth more of 100 million requests a week.
    scenario["subscription"] = {"quota_tier": "Tier 6"}
    scenario["allow"] = {"sku": ["GlobalStandard"], "commitment": ["hourly"]}
    del scenario["uncertain"]
    _, _, sent = on_ray(2, "a large trace", scenario, shared=True)
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
        {"workers": workers, "tasks": tasks, "futures": futures, "trace": trace}[asked]()
