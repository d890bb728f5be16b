"""Ray: the question in the object store, a task of Ray for each chunk."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from ptuplan._arguments import Asked
from ptuplan._errors import ClusterError
from ptuplan.distributed import _protocol
from ptuplan.distributed._protocol import LOST_AT_MOST, Open, Question

IN_FLIGHT = 3
"""Chunks under way for each worker: enough that none waits, few enough that results do not pile up."""

COUNTED_EVERY = 1.0
"""Seconds after which the workers are counted again."""


def _play(key: str, sent: tuple[Any], chunk: bytes) -> bytes:
    """A chunk on a worker; the question is fetched by the first that comes to its process."""
    import ray

    def question() -> Question:
        return ray.get(sent[0])  # type: ignore[no-any-return]

    return _protocol.play(key, question, chunk)


class Ray:
    """Workers of a Ray cluster. Without an address the cluster that is there is used, else one is started on this machine.

    Args:
        address: Address of a cluster, as `ray.init` takes it.
        workers: CPUs to use, for a cluster that is started here; those of the machine when ``None``.
        shared: Workers read the scenario's traffic themselves from storage they share with the driver, instead of getting it
            through the object store: for traces that are large.
        options: Further options of the remote function, such as ``runtime_env`` or ``resources``.
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        workers: int | None = None,
        shared: bool = False,
        options: dict[str, Any] | None = None,
    ) -> None:
        self._address = address
        self._workers = workers
        self._shared = shared
        self._options = dict(options or {})

    def open(self, asked: Asked, traffic: bytes, fingerprint: str) -> Open:
        """Puts the question into the object store."""
        import ray

        if not ray.is_initialized():
            more: dict[str, Any] = {} if self._workers is None else {"num_cpus": self._workers}
            ray.init(
                address=self._address,
                include_dashboard=False,
                log_to_driver=False,
                configure_logging=False,
                **more,
            )
        sent = _protocol.question(asked, traffic, fingerprint, shared=self._shared)
        return _OpenRay(ray, sent, self._options)


class _OpenRay:
    def __init__(self, ray: Any, sent: Question, options: dict[str, Any]) -> None:
        self._ray = ray
        self._key = sent.key()
        # Within a tuple: Ray then hands on the reference, and a worker that holds the question does not unpack it again.
        self._sent = (ray.put(sent),)
        self._counted: tuple[float, int] = (float("-inf"), 1)
        # Ray itself sends a chunk again when its worker is lost.
        self._remote = ray.remote(max_retries=LOST_AT_MOST, num_cpus=1, **options)(_play)

    @property
    def workers(self) -> int:
        asked, count = self._counted
        # The answer takes a message to the head of the cluster: not for every chunk.
        if time.monotonic() - asked > COUNTED_EVERY:
            count = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
            self._counted = (time.monotonic(), count)
        return count

    def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
        """A window of chunks is under way; what autoscaling adds is used as it comes."""
        ray = self._ray
        results: list[bytes | None] = [None] * len(chunks)
        waiting = iter(range(len(chunks)))
        under_way: dict[Any, int] = {}
        try:
            while True:
                while len(under_way) < self.workers * IN_FLIGHT:
                    index = next(waiting, None)
                    if index is None:
                        break
                    under_way[self._remote.remote(self._key, self._sent, chunks[index])] = index
                if not under_way:
                    return [result for result in results if result is not None]
                ready, _ = ray.wait(list(under_way), num_returns=1, timeout=0.5)
                for reference in ready:
                    results[under_way.pop(reference)] = ray.get(reference)
        except BaseException as error:
            # Chunks end in seconds by themselves. Where one failed, others are failing just now, and Ray's driver may abort
            # ("Tried to complete task that was not pending") if they are cancelled then.
            if not isinstance(error, ray.exceptions.RayTaskError):
                for reference in under_way:
                    ray.cancel(reference, force=False)
            raise self._said(error) from None

    def _said(self, error: BaseException) -> BaseException:
        exceptions = self._ray.exceptions
        if isinstance(error, exceptions.RayTaskError):
            if isinstance(error.cause, ImportError):
                return _protocol.missing("Ray", error.cause)
            return _protocol.unwrap(error)
        if isinstance(error, exceptions.RayError):
            return ClusterError(f"tasks were lost {LOST_AT_MOST + 1} times: {type(error).__name__}: {error}")
        return error
