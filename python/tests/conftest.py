"""What the tests share: the repository, its scenarios and the command line to compare with."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ptuplan.distributed import _protocol

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = sorted(path for path in (ROOT / "scenarios").glob("*.toml"))


def program() -> Path | None:
    """The command line: ``PTUPLAN_BIN``, or what was built in this clone."""
    named = os.environ.get("PTUPLAN_BIN")
    built = [Path(named)] if named else [ROOT / "target" / kind / "ptuplan" for kind in ("release", "debug")]
    return next((path for path in built if path.is_file()), None)


@pytest.fixture(scope="session")
def cli():
    """Runs the command line; its output as bytes. Exit code 1 is an answer, 2 is none."""
    found = program()
    if found is None:
        pytest.skip("no ptuplan program to compare with: cargo build --release, or set PTUPLAN_BIN")

    def run(*arguments: str) -> bytes:
        done = subprocess.run(
            [found, *arguments], cwd=ROOT, capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
        assert done.returncode in (0, 1), done.stderr.decode()
        return done.stdout

    return run


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths in results are as the caller wrote them: both sides stand in the same folder."""
    monkeypatch.chdir(ROOT)


def files_of(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def older_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver with an older version of the package than its workers."""
    made = _protocol.question

    def older(*given: Any, **more: Any) -> _protocol.Question:
        return dataclasses.replace(made(*given, **more), version="0.0.1")

    monkeypatch.setattr(_protocol, "question", older)


def processes(is_wanted: Callable[[bytes], bool]) -> list[int]:
    """Processes by their command line; none where there is no /proc."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if is_wanted(line):
            found.append(int(folder.name))
    return found


class Killing:
    """Tries to kill a worker, a thousand times a second, until ``kill`` says that it did; what it raises is raised."""

    def __init__(self, kill: Callable[[], bool]) -> None:
        self.done = False
        self._kill = kill
        self._wrong: Exception | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            while not self.done and not self._stop.is_set():
                self.done = self._kill()
                time.sleep(0.001)
        except Exception as wrong:  # noqa: BLE001
            self._wrong = wrong

    def __enter__(self) -> Killing:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._wrong is not None:
            raise self._wrong


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A scenario that takes well under a second."""
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


SMALL = """
name = "Small"
start = 2026-12-07
length = "1 week"
simulate = "2 hours"
zone = "UTC"
region = "swedencentral"

[[workload]]
name = "chat"
model = "gpt-5.4"
max_output_tokens = 800
client = "openai-sdk"

[workload.traffic.synth]
start = 2026-12-07

[[workload.traffic.synth.client]]
name = "customers"
rate_per_minute = 60
arrivals = { process = "gamma", variation = 1.1 }
input_tokens = { quantiles = [7, 300, 1000, 4000] }
output_tokens = { quantiles = [7, 100, 400] }

[slo]
throttled_share = "0.1 %"
added_wait.p99 = "2 s"

[allow]
sku = ["GlobalStandard", "GlobalProvisionedManaged"]
commitment = ["hourly", "1-month"]

[subscription]
quota_tier = "Tier 1"

[uncertain]
replications = 6
traffic = { low = 0.8, mode = 1, high = 1.4 }

[today]
deployments = [{ sku = "GlobalStandard", model = "gpt-5.4" }]
"""
