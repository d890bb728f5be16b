"""The worker's end, without an engine: what is sent, what comes back, what is refused."""

from __future__ import annotations

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
        self._sent = pickle.loads(sent.pack())
        return self

    @property
    def workers(self) -> int:
        return 2

    def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
        self.chunks += len(chunks)
        found = {
            place: _protocol.play("test", self._sent, chunks[place])
            for place in reversed(range(len(chunks)))
        }
        return [found[place] for place in range(len(chunks))]


def test_a_plan_by_tasks_is_the_plan() -> None:
    runner = Here()
    assert ptuplan.recommend(SMALL, runner=runner).json() == ptuplan.recommend(SMALL).json()
    assert runner.chunks > 10


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
