"""What a runner is, and the worker's end, which is the same under every engine."""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ptuplan import _native
from ptuplan._arguments import Asked
from ptuplan._errors import ClusterError, PtuplanError

LOST_AT_MOST = 3
"""Times a chunk is sent again after its worker was lost."""


class Open(Protocol):
    """A runner with a question: what the native half calls."""

    @property
    def workers(self) -> int:
        """Workers there are now; only the size of chunks depends on it."""

    def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
        """Simulates chunks of tasks; results in the order of the chunks."""


class Runner(Protocol):
    """Machines that simulate."""

    def open(self, asked: Asked, traffic: bytes, fingerprint: str) -> Open:
        """Gives them a question."""


@dataclass(frozen=True)
class Question:
    """What every worker gets once."""

    version: str
    asked: Asked
    traffic: bytes | None
    """``None``: the worker reads the files of the scenario itself, from storage that it shares with the driver."""
    fingerprint: str

    def pack(self) -> bytes:
        """As bytes, for engines that broadcast those."""
        return pickle.dumps(self, protocol=pickle.HIGHEST_PROTOCOL)

    def key(self) -> str:
        """By what workers know it again. Its traffic, which may be large, is told by its fingerprint."""
        named = replace(self, traffic=None if self.traffic is None else b"")
        return hashlib.sha256(named.pack()).hexdigest()


def question(asked: Asked, traffic: bytes, fingerprint: str, *, shared: bool) -> Question:
    """The question of this driver."""
    return Question(_native.__version__, asked, None if shared else traffic, fingerprint)


_held: OrderedDict[str, _native.Worker] = OrderedDict()
_HELD_AT_MOST = 2


def play(key: str, sent: Question | Callable[[], Question], chunk: bytes) -> bytes:
    """Simulates a chunk in this process; a question is unpacked once and kept for the chunks that follow.

    Where ``sent`` is a function, it is called when the question is not held yet: for engines that would unpack all of it,
    traffic included, for every chunk.

    Raises:
        ClusterError: This process has another version of the package, or reads other traffic than the driver.
    """
    worker = _held.get(key)
    if worker is None:
        worker = _held[key] = _worker(sent() if callable(sent) else sent)
        while len(_held) > _HELD_AT_MOST:
            _held.popitem(last=False)
    return worker.play(chunk)


def _worker(sent: Question) -> _native.Worker:
    if sent.version != _native.__version__:
        raise ClusterError(
            f"workers have ptuplan {_native.__version__} and the driver has {sent.version}: install one version on both"
        )
    worker = _native.Worker(sent.asked, sent.traffic)
    if worker.fingerprint() != sent.fingerprint:
        raise ClusterError(
            "workers read other traffic than the driver: the files on shared storage differ, or the machine rounds otherwise"
        )
    return worker


def missing(engine: str, error: BaseException) -> ClusterError:
    """The error for workers without the package."""
    return ClusterError(f"workers of {engine} do not have ptuplan: install it on them ({error})")


def unwrap(error: BaseException) -> BaseException:
    """The error a worker raised, out of what the engine wraps it in."""
    seen: list[Any] = [error]
    while seen:
        own = seen.pop(0)
        if isinstance(own, PtuplanError):
            return own
        seen.extend(e for e in (getattr(own, "cause", None), own.__cause__) if isinstance(e, BaseException))
    return error

