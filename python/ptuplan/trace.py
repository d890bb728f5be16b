"""Traffic: read, summarized, fitted, made."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ptuplan import _native
from ptuplan._arguments import PathLike, parquet, several
from ptuplan._results import Fit, Result, Summary


class Traffic:
    """Requests in order of arrival, with what their source said of them."""

    def __init__(self, native: _native.Traffic) -> None:
        self._native = native

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return f"<ptuplan.trace.Traffic {self._native.name}: {len(self)} requests>"

    @property
    def imported(self) -> Result:
        """Rows read, left out and assumed."""
        return Result(self._native.imported())

    def summarize(self, zone: str = "UTC") -> Summary:
        """Rates, peaks, burstiness, lengths, the shape of days and weeks in a time zone."""
        return Summary(self._native.summarize(zone))

    def fit(self, seed: int = 0) -> Fit:
        """The arrival process and lengths, and the spec that makes traffic like it."""
        answer, spec = self._native.fit(seed)
        return Fit(answer, spec)

    def write(self, path: PathLike) -> None:
        """Writes it as ``.trace`` (read back fastest) or ``.csv``."""
        self._native.write(Path(path))

    def to_dict(self) -> dict[str, list[int]]:
        """Columns: ``arrival_us``, ``input_tokens``, ``output_tokens`` and, where known, ``cached_input_tokens``."""
        return self._native.to_dict()


def read(
    source: Any,
    *,
    strict: bool = False,
    seed: int | None = None,
    columns: Mapping[str, str] | None = None,
    read_as: str | None = None,
    where: str | Sequence[str] | None = None,
    tokens: str = "both",
    bytes_per_token: int | None = None,
    input_tokens_per_request: float | None = None,
) -> Traffic:
    """Reads a log or trace: a path, several paths of one log, or a table with the Arrow PyCapsule interface.

    Args:
        source: The format is recognised by content; a bundled trace by its name.
        strict: Refuse it for any mistake, instead of leaving rows out.
        columns: Columns of a table of no known format: ``{"arrival": "time", "input_tokens": "in", ...}``.
        read_as: The log's format, instead of recognising it: see `formats`.
        where: Requests to keep, such as ``deployment=chat``; several of one key are alternatives.
        tokens: Tokens the log has to state: ``both``, ``input`` (embeddings) or ``none``.
        bytes_per_token: Bytes taken for a token, for logs that count bytes only.
        input_tokens_per_request: Mean input of a request, for bills, which count tokens and no requests.

    Raises:
        InputError: With place and hint, all mistakes at once.
    """
    files, table = _source(source)
    found = _native.Traffic.read(
        files,
        table,
        strict=strict,
        seed=seed,
        bytes_per_token=bytes_per_token,
        input_tokens_per_request=input_tokens_per_request,
        columns=None if columns is None else list(columns.items()),
        read_as=read_as,
        keep=several(where),
        tokens=tokens,
    )
    return Traffic(found)


def _source(source: Any) -> tuple[list[Path], Any]:
    if isinstance(source, (str, os.PathLike)):
        table = parquet(Path(source))
        return ([], table) if table is not None else ([Path(source)], None)
    if hasattr(source, "__arrow_c_stream__"):
        return [], source
    if isinstance(source, Sequence):
        return [Path(one) for one in source], None
    kind = type(source).__name__
    raise TypeError(f"traffic is a path, a list of paths or an Arrow table, not {kind}")


def summarize(source: Any, *, zone: str = "UTC", **reading: Any) -> Summary:
    """`read`, then `Traffic.summarize`."""
    return _traffic(source, reading).summarize(zone)


def fit(source: Any, *, seed: int = 0, **reading: Any) -> Fit:
    """`read`, then `Traffic.fit`."""
    return _traffic(source, reading).fit(seed)


def _traffic(source: Any, reading: dict[str, Any]) -> Traffic:
    return source if isinstance(source, Traffic) else read(source, **reading)


def synth(spec: PathLike, *, seed: int | None = None) -> Traffic:
    """Makes traffic from a spec: a path, or TOML text (it has more than one line)."""
    if isinstance(spec, str) and "\n" in spec:
        return Traffic(_native.synth(Path("spec"), spec, seed))
    return Traffic(_native.synth(Path(spec), None, seed))


def formats() -> Result:
    """Formats that are recognised: how, what they have, what is assumed."""
    return Result(_native.formats())
