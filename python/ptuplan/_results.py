"""Results: the same figures in the forms that notebooks, programs and people want."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from ptuplan._native import Answer, Table

if TYPE_CHECKING:
    import pandas
    import polars


class Result:
    """A result of the library. ``json()`` and ``report()`` are byte for byte those of the command line."""

    def __init__(self, native: Answer) -> None:
        self._native = native
        self._tables: dict[str, Table] | None = None
        self._dict: Any = None

    @property
    def ok(self) -> bool:
        """Whether the answer is yes: what the command line says with exit code 0."""
        return self._native.ok

    def json(self) -> str:
        """The JSON document of ``ptuplan --format json``. Amounts are text, so that no digit is lost."""
        return self._native.json().decode()

    def to_dict(self) -> Any:
        """The JSON document, parsed."""
        if self._dict is None:
            self._dict = json.loads(self._native.json())
        return self._dict

    def text(self, width: int = 80) -> str:
        """What the command line prints."""
        return self._native.text(width)

    def report(self, path: str | os.PathLike[str]) -> list[str]:
        """Writes the report folder of the command line, all files or none; their names.

        Raises:
            InputError: The folder cannot be written, or the result has no report.
        """
        return self._native.report(os.fspath(path))

    @property
    def tables(self) -> dict[str, Table]:
        """The tables by name. Each has the Arrow PyCapsule interface: ``polars.DataFrame(table)``, ``pyarrow.table(table)``."""
        if self._tables is None:
            self._tables = dict(self._native.tables())
        return self._tables

    def table(self, name: str) -> Table:
        """A table by its name, such as ``candidates``.

        Raises:
            KeyError: No such table; the message lists those there are.
        """
        if name not in self.tables:
            there = ", ".join(self.tables) or "none"
            raise KeyError(f"no table {name!r}; there is {there}")
        return self.tables[name]

    def to_pandas(self, name: str | None = None) -> pandas.DataFrame:
        """A table as a pandas frame, the first when none is named. Needs pandas and pyarrow."""
        import pyarrow

        return pyarrow.table(self.table(self._first(name))).to_pandas()  # type: ignore[no-any-return, unused-ignore]

    def to_polars(self, name: str | None = None) -> polars.DataFrame:
        """A table as a polars frame, the first when none is named. Needs polars."""
        import polars

        return polars.DataFrame(self.table(self._first(name)))

    def _first(self, name: str | None) -> str:
        if name is not None:
            return name
        if not self.tables:
            raise KeyError("this result has no tables; to_dict() has all of it")
        return next(iter(self.tables))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<ptuplan.{type(self).__name__}>"

    def _repr_html_(self) -> str:
        return self._native.html()


class Recommendation(Result):
    """What ``recommend`` found. ``table("candidates")`` has all that was compared."""

    @property
    def choice(self) -> dict[str, Any] | None:
        """The candidate to deploy; ``None`` when nothing meets every requirement."""
        found: dict[str, Any] | None = self.to_dict()["choice"]
        return found

    @property
    def action(self) -> str:
        """What to do, in one sentence."""
        return str(self.to_dict()["glance"]["action"])

    def __repr__(self) -> str:
        return f"<ptuplan.Recommendation: {self.action}>"


class Simulation(Result):
    """What ``simulate`` found."""

    @property
    def unmet(self) -> list[str]:
        """Objectives that were missed."""
        return list(self.to_dict()["unmet"])


class Comparison(Result):
    """What ``compare`` found: a scenario or what-if a row."""


class Sizing(Result):
    """What ``size`` found: a provisioned SKU a row."""


class Bill(Result):
    """What ``price`` found."""


class Checks(Result):
    """What ``regress`` found; ``ok`` when every case came out as expected."""


class Change(Result):
    """What ``diff`` found; ``ok`` when no limit was broken."""


class Calibration(Result):
    """What ``calibrate`` found."""

    @property
    def parameters(self) -> str:
        """The block that plans with what was found, as TOML."""
        return str(self.to_dict()["scenario"])


class Summary(Result):
    """What traffic looks like."""


class CatalogAnswer(Result):
    """What the catalogue says."""


class Fit(Result):
    """What a fit of traffic found."""

    def __init__(self, native: Answer, spec: str) -> None:
        super().__init__(native)
        self.spec = spec
        """The spec that makes traffic like it, as TOML: for ``trace.synth`` or ``[workload.traffic.synth]``."""
