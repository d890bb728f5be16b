"""What callers may give, brought to what the native half takes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Union

from ptuplan import _toml
from ptuplan._errors import mistake

PathLike = Union[str, "os.PathLike[str]"]
Scenario = Union[str, "os.PathLike[str]", Mapping[str, Any]]
"""A path, TOML text (it has more than one line), or a dict."""
Progress = Union[bool, Callable[[str, int, int], object], None]
"""Called with what is done, how many and of how many; ``True`` shows a bar."""


@dataclass(frozen=True)
class Asked:
    """A scenario and what goes with it, as the native half reads it."""

    path: Path
    text: str | None = None
    data: Path | None = None
    seed: int | None = None
    what_if: str | None = None
    traffic: list[tuple[str, Path | None, Any]] = field(default_factory=list)


def asked(
    scenario: Scenario,
    *,
    traffic: Any = None,
    data: PathLike | None = None,
    seed: int | None = None,
    what_if: str | None = None,
) -> Asked:
    """A question from what a caller gave."""
    path, text = _scenario(scenario)
    folder = None if data is None else Path(data)
    return Asked(path, text, folder, seed, what_if, _traffic(traffic))


def _scenario(scenario: Scenario) -> tuple[Path, str | None]:
    if isinstance(scenario, Mapping):
        return Path("scenario"), _toml.dumps(scenario)
    if isinstance(scenario, str) and "\n" in scenario:
        return Path("scenario"), scenario
    if isinstance(scenario, (str, os.PathLike)):
        return Path(scenario), None
    kind = type(scenario).__name__
    raise TypeError(f"a scenario is a path, TOML text or a dict, not {kind}")


def _traffic(traffic: Any) -> list[tuple[str, Path | None, Any]]:
    if traffic is None:
        return []
    if isinstance(traffic, Mapping):
        return [_one(str(name), own) for name, own in traffic.items()]
    return [_one("", traffic)]


def _one(name: str, traffic: Any) -> tuple[str, Path | None, Any]:
    if isinstance(traffic, (str, os.PathLike)):
        path = Path(traffic)
        table = parquet(path)
        return (name, path, None) if table is None else (name, None, table)
    if hasattr(traffic, "__arrow_c_stream__"):
        return name, None, traffic
    kind = type(traffic).__name__
    raise TypeError(
        "traffic is a path or a table with the Arrow PyCapsule interface "
        f"(polars, pandas, pyarrow, DuckDB), or a dict of them by workload, not {kind}"
    )


def parquet(path: Path) -> Any:
    """A Parquet file as a table of pyarrow or polars; ``None`` for any other file.

    Raises:
        InputError: Neither is installed.
    """
    if path.suffix.lower() != ".parquet":
        return None
    try:
        import pyarrow.parquet  # type: ignore[import-untyped, unused-ignore]

        return pyarrow.parquet.read_table(path)
    except ImportError:
        pass
    try:
        import polars

        return polars.read_parquet(path)
    except ImportError:
        raise mistake(
            "no-parquet",
            f"Parquet needs pyarrow or polars: {path}",
            "pip install pyarrow, or give a .csv or .trace file",
        ) from None


def several(values: str | Sequence[str] | None) -> list[str]:
    """One word or several."""
    if values is None:
        return []
    return [values] if isinstance(values, str) else list(values)


def progress(wanted: Progress) -> Callable[[str, int, int], object] | None:
    """A callback, or a bar where tqdm is installed."""
    if wanted is None or wanted is False:
        return None
    if callable(wanted):
        return wanted
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return None
    return _Bar(tqdm)


class _Bar:
    """One bar for each kind of work, as it comes."""

    def __init__(self, tqdm: Any) -> None:
        self._tqdm = tqdm
        self._bar: Any = None
        self._what = ""

    def __call__(self, what: str, done: int, of: int) -> None:
        if self._bar is None or what != self._what or done < self._bar.n:
            if self._bar is not None:
                self._bar.close()
            self._bar = self._tqdm(total=of, desc=what, leave=False)
            self._what = what
        self._bar.update(done - self._bar.n)
        if done == of:
            self._bar.close()
            self._bar = None
