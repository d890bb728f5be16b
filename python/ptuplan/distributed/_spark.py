"""Spark: the question broadcast, a partition for each chunk, bytes in and out by `mapInArrow`."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from typing import Any

from ptuplan._arguments import Asked
from ptuplan._errors import ClusterError
from ptuplan.distributed import _protocol
from ptuplan.distributed._protocol import Open, Question


class Spark:
    """Executors of a Spark session.

    Args:
        session: A `pyspark.sql.SparkSession`.
        shared: As of `ptuplan.distributed.Ray`.
    """

    def __init__(self, session: Any, *, shared: bool = False) -> None:
        self._session = session
        self._shared = shared

    def open(self, asked: Asked, traffic: bytes, fingerprint: str) -> Open:
        """Broadcasts the question."""
        sent = _protocol.question(asked, traffic, fingerprint, shared=self._shared)
        return _OpenSpark(self._session, sent)


class _OpenSpark:
    def __init__(self, session: Any, sent: Question) -> None:
        self._session = session
        self._key = sent.key()
        self._sent = session.sparkContext.broadcast(sent.pack())

    @property
    def workers(self) -> int:
        return max(1, int(self._session.sparkContext.defaultParallelism))

    def play(self, what: str, chunks: Sequence[bytes]) -> list[bytes]:
        """Spark sends a chunk again when its executor is lost (``spark.task.maxFailures``)."""
        key, sent = self._key, self._sent

        def work(batches: Iterator[Any]) -> Iterator[Any]:
            import pyarrow

            def question() -> Question:
                return pickle.loads(sent.value)  # type: ignore[no-any-return]  # noqa: S301

            for batch in batches:
                places, chunks = batch.column(0).to_pylist(), batch.column(1).to_pylist()
                results = [_protocol.play(key, question, chunk) for chunk in chunks]
                columns = [pyarrow.array(places, pyarrow.int32()), pyarrow.array(results, pyarrow.binary())]
                yield pyarrow.RecordBatch.from_arrays(columns, names=["place", "bytes"])

        rows = [(place, bytearray(chunk)) for place, chunk in enumerate(chunks)]
        schema = "place int, bytes binary"
        spark = self._session
        try:
            frame = spark.createDataFrame(spark.sparkContext.parallelize(rows, len(rows)), schema)
            found = frame.mapInArrow(work, schema).collect()
        except Exception as error:
            raise _said(error) from None
        return [bytes(row["bytes"]) for row in sorted(found, key=lambda row: row["place"])]


def _said(error: Exception) -> BaseException:
    text = str(error)
    if "No module named 'ptuplan" in text:
        return _protocol.missing("Spark", error)
    for line in text.splitlines():
        for name in ("ClusterError: ", "InputError: "):
            if name in line:
                return ClusterError(line.split(name, 1)[1])
    return error
