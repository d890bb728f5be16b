"""Dask: the question scattered to all workers, a future of Dask for each chunk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ptuplan._arguments import Asked
from ptuplan._errors import ClusterError
from ptuplan.distributed import _protocol
from ptuplan.distributed._protocol import LOST_AT_MOST, Open, Question


class Dask:
    """Workers of a Dask cluster.

    Args:
        client: A `distributed.Client`.
        shared: As of `ptuplan.distributed.Ray`.
    """

    def __init__(self, client: Any, *, shared: bool = False) -> None:
        self._client = client
        self._shared = shared

    def open(self, asked: Asked, traffic: bytes, fingerprint: str) -> Open:
        """Scatters the question."""
        sent = _protocol.question(asked, traffic, fingerprint, shared=self._shared)
        return _OpenDask(self._client, sent)


class _OpenDask:
    def __init__(self, client: Any, sent: Question) -> None:
        self._client = client
        self._key = sent.key()
        self._sent = client.scatter(sent, broadcast=True)

    @property
    def workers(self) -> int:
        return max(1, int(sum(self._client.nthreads().values())))

    def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
        """Dask keeps what waits on the scheduler and sends a chunk again when its worker is lost."""
        futures = [
            self._client.submit(
                _protocol.play, self._key, self._sent, chunk, pure=False, retries=LOST_AT_MOST
            )
            for chunk in chunks
        ]
        try:
            return list(self._client.gather(futures))
        except BaseException as error:
            self._client.cancel(futures)
            raise _said(error) from None


def _said(error: BaseException) -> BaseException:
    if isinstance(error, ImportError):
        return _protocol.missing("Dask", error)
    if type(error).__name__ in {"KilledWorker", "FutureCancelledError", "CommClosedError"}:
        return ClusterError(f"tasks were lost: {type(error).__name__}: {error}")
    return _protocol.unwrap(error)
