"""The worker's end, without an engine: what is sent, what comes back, what is refused."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Sequence

import pytest

import ptuplan
from conftest import SMALL
from ptuplan.distributed import _protocol


class Here:
    """A runner in this process that goes the way of every engine: pickled question, bytes in and out, any order."""

    def __init__(self) -> None:
        self.chunks = 0

    def open(self, asked, traffic: bytes, fingerprint: str) -> Here:
        sent = _protocol.question(asked, traffic, fingerprint, shared=False)
        packed = sent.pack()
        self._key = hashlib.sha256(packed).hexdigest()
        self._sent = pickle.loads(packed)
        return self

    @property
    def workers(self) -> int:
        return 2

    def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
        self.chunks += len(chunks)
        found = {
            place: _protocol.play(self._key, self._sent, chunks[place])
            for place in reversed(range(len(chunks)))
        }
        return [found[place] for place in range(len(chunks))]


def test_a_plan_by_tasks_is_the_plan() -> None:
    runner = Here()
    assert ptuplan.recommend(SMALL, runner=runner).json() == ptuplan.recommend(SMALL).json()
    assert runner.chunks > 10


def test_sizes_of_one_future_go_together_and_the_last_chunks_are_small() -> None:
    class Looking(Here):
        sent: list[list[list[dict]]] = []

        def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
            if what == "futures":
                self.sent.append([json.loads(chunk) for chunk in chunks])
            return super().play(what, chunks)

    many = SMALL.replace("replications = 6", "replications = 300")
    runner = Looking()
    ptuplan.recommend(many, runner=runner)
    largest = max(runner.sent, key=lambda chunks: sum(map(len, chunks)))
    assert len(largest) > 2
    seeds = [{task["future"]["seed"] for task in chunk} for chunk in largest]
    assert sum(map(len, seeds)) == len(set.union(*seeds)), "a future in two chunks"
    assert len(largest[-1]) < len(largest[0])


def test_held_traffic_goes_along(tmp_path) -> None:
    log = tmp_path / "log.csv"
    rows = (f"{number * 800_000},{100 + number % 900},{10 + number % 90}" for number in range(9_000))
    log.write_text("arrival_us,input_tokens,output_tokens\n" + "\n".join(rows) + "\n")
    here = ptuplan.recommend(SMALL, traffic=log)
    assert ptuplan.recommend(SMALL, traffic=log, runner=Here()).json() == here.json()


def test_what_a_runner_raises_comes_through() -> None:
    class Broken(Here):
        def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
            raise LookupError("no such cluster")

    with pytest.raises(LookupError, match="no such cluster"):
        ptuplan.recommend(SMALL, runner=Broken())


def test_bytes_that_are_none_of_ours() -> None:
    class Garbled(Here):
        def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
            return [b"\xff" * 10 for _ in chunks]

    with pytest.raises(ptuplan.InputError, match="cannot be sent"):
        ptuplan.recommend(SMALL, runner=Garbled())


def test_a_runner_that_gives_nothing_back_costs_time_only() -> None:
    class Silent(Here):
        def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
            return []

    assert ptuplan.recommend(SMALL, runner=Silent()).json() == ptuplan.recommend(SMALL).json()


def test_a_task_that_panics_names_its_candidate_and_future() -> None:
    """A worker gets a task that no driver makes: a share of a workload that the question does not have."""

    class Tampering(Here):
        def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
            tasks = json.loads(chunks[0])
            share = {"workload": 99, "share_ppm": 500_000, "route": [0], "tier": None, "waits": False}
            tasks[0]["candidate"]["splits"] = [share]
            self.task = tasks[0]
            return super().play(what, [json.dumps(tasks).encode()])

    runner = Tampering()
    with pytest.raises(ptuplan.InputError, match="a simulation panicked on a worker: ") as raised:
        ptuplan.recommend(SMALL, runner=runner)
    assert runner.task["candidate"]["name"] in str(raised.value)
    assert f"seed {runner.task['future']['seed']} and traffic × 1:" in str(raised.value)


def test_another_version_on_a_worker(older_driver: None) -> None:
    with pytest.raises(ptuplan.ClusterError, match="the driver has 0.0.1"):
        ptuplan.recommend(SMALL, runner=Here())
