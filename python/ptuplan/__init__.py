"""Capacity planning and cost simulation for Microsoft Foundry Models deployments.

>>> import ptuplan
>>> plan = ptuplan.recommend("scenarios/quickstart.toml")
>>> plan.report("reports/quickstart")
>>> plan
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Union

from ptuplan import _native, catalog, distributed, trace
from ptuplan._arguments import PathLike, Progress, Scenario, asked, progress as _progress, several
from ptuplan._errors import (
    ClusterError,
    Diagnostic,
    InputError,
    PtuplanError,
    PtuplanWarning,
    mistake,
)
from ptuplan._native import Table, __version__
from ptuplan._results import (
    Bill,
    Calibration,
    CatalogAnswer,
    Change,
    Checks,
    Comparison,
    Fit,
    Recommendation,
    Result,
    Simulation,
    Sizing,
    Summary,
)

__all__ = [
    "Bill",
    "Calibration",
    "CatalogAnswer",
    "Change",
    "Checks",
    "ClusterError",
    "Comparison",
    "Diagnostic",
    "Fit",
    "InputError",
    "PtuplanError",
    "PtuplanWarning",
    "Recommendation",
    "Result",
    "Simulation",
    "Sizing",
    "Summary",
    "Table",
    "__version__",
    "calibrate",
    "catalog",
    "compare",
    "diff",
    "distributed",
    "price",
    "recommend",
    "regress",
    "simulate",
    "size",
    "trace",
]

Runner = distributed.Runner
"""Other machines that simulate."""
Number = Union[int, float, str, Decimal]
"""Read as a decimal, digit for digit."""


def recommend(
    scenario: Scenario,
    *,
    traffic: Any = None,
    data: PathLike | None = None,
    seed: int | None = None,
    what_if: str | None = None,
    jobs: int | None = None,
    progress: Progress = None,
    runner: Runner | None = None,
) -> Recommendation:
    """Searches SKUs, PTU sizes, spillover and commitments for a scenario, and ranks them.

    Args:
        scenario: A path, TOML text or a dict.
        traffic: Traffic instead of what the scenario names: a path, or a table with the Arrow PyCapsule interface
            (polars, pandas, pyarrow, DuckDB); a dict of them by workload where there are several.
        data: Folder of a catalogue to use instead of the one inside.
        seed: Seed of all random draws, instead of the scenario's.
        what_if: The ``[[what_if]]`` of the scenario to ask about.
        jobs: Threads; all cores when ``None``. Results do not depend on it.
        progress: ``True`` for a bar (needs tqdm), or a function of what, done and total.
        runner: Other machines that simulate: see `ptuplan.distributed`. Results do not depend on it.

    Raises:
        ClusterError: Workers that cannot do what is asked.
        InputError: The scenario, the catalogue or the traffic is wrong; all mistakes with place and hint.
        KeyboardInterrupt: Ctrl-C, looked for between simulations.
    """
    question = asked(scenario, traffic=traffic, data=data, seed=seed, what_if=what_if)
    return Recommendation(_native.recommend(question, jobs, _progress(progress), runner))


def simulate(
    scenario: Scenario,
    *,
    traffic: Any = None,
    data: PathLike | None = None,
    seed: int | None = None,
    what_if: str | None = None,
) -> Simulation:
    """Simulates and bills the ``[today]`` deployments of a scenario as written. Arguments are those of `recommend`.

    Raises:
        InputError: As `recommend`, and a scenario without ``[today]``.
    """
    question = asked(scenario, traffic=traffic, data=data, seed=seed, what_if=what_if)
    return Simulation(_native.simulate(question))


def compare(
    scenarios: Sequence[Scenario],
    *,
    data: PathLike | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    progress: Progress = None,
) -> Comparison:
    """What several scenarios and each of their what-ifs recommend, side by side."""
    if isinstance(scenarios, (str, Mapping)) or not scenarios:
        raise mistake("no-list", "compare takes a list of scenarios", "give at least one, in a list")
    questions = [asked(one, data=data, seed=seed) for one in scenarios]
    return Comparison(_native.compare(questions, jobs, _progress(progress)))


def size(
    model: str,
    *,
    rpm: Number | None = None,
    input: Number | None = None,
    output: Number | None = None,
    sku: str | Sequence[str] | None = None,
    cache_rate: Number = 0,
    cache_write: Number = 0,
    image_input: Number = 0,
    image_output: Number = 0,
    shapes: Sequence[Mapping[str, Number]] = (),
    buffer: Number = 0,
    utilization: Number = 1,
    region: str | None = None,
    as_of: str | None = None,
    data: PathLike | None = None,
) -> Sizing:
    """The official sizing formula: PTUs of call shapes, what they cost, and from what load they pay.

    Args:
        model: The model, as the platform spells it.
        rpm: Calls a minute at the peak, with ``input`` and ``output`` tokens a call.
        sku: Provisioned SKUs; every one the model has when ``None``.
        cache_rate: Share of the input that is read from the prompt cache, such as 0.5.
        shapes: Further call shapes that come at the same time: dicts with ``rpm``, ``input``, ``output`` and, where
            known, ``cache_rate``.
        buffer: Share of PTUs kept free, such as 0.15.
        utilization: Share of the PTUs that may be used at the peak.
        region: Region whose prices to use, where they depend on it.
        as_of: Day whose values to use, such as ``2026-12-01``.

    Raises:
        InputError: A model or SKU that is not known, or a shape that nothing can be sized for.
    """
    own = {
        "rpm": rpm,
        "input": input,
        "output": output,
        "cache_rate": cache_rate,
        "cache_write": cache_write,
        "image_input": image_input,
        "image_output": image_output,
    }
    given = [key for key in ("rpm", "input", "output") if own[key] is not None]
    if given and len(given) < 3 or not given and not shapes:
        raise mistake("no-shape", "no call shape to size", "give rpm, input and output, or shapes")
    every: list[Mapping[str, Any]] = [own] if given else []
    every.extend(shapes)
    written = [[(key, str(value)) for key, value in shape.items()] for shape in every]
    found = _native.size(
        model,
        several(sku),
        written,
        str(buffer),
        str(utilization),
        region,
        None if as_of is None else str(as_of),
        None if data is None else Path(data),
    )
    return Sizing(found)


def price(
    usage: PathLike,
    *,
    terms: PathLike | None = None,
    scenario: Scenario | None = None,
    allocate_by: str | Sequence[str] | None = None,
    data: PathLike | None = None,
) -> Bill:
    """Bills recorded usage, the package's own CSV or a FOCUS export, under the terms of a file or a scenario.

    Raises:
        InputError: Usage that cannot be read or priced, unknown terms; both ``terms`` and ``scenario``.
    """
    if terms is not None and scenario is not None:
        raise mistake("terms-twice", "terms and scenario both state terms", "give one of them")
    question = None if scenario is None else asked(scenario, data=data)
    found = _native.price(
        Path(usage),
        None if terms is None else Path(terms),
        question,
        several(allocate_by),
        None if data is None else Path(data),
    )
    return Bill(found)


def regress(folders: PathLike | Sequence[PathLike], *, data: PathLike | None = None) -> Checks:
    """Checks rule cases and pinned scenarios below folders against their expected bills."""
    every = [folders] if isinstance(folders, (str, Path)) else list(folders)  # type: ignore[arg-type]
    folder = None if data is None else Path(data)
    return Checks(_native.regress([Path(one) for one in every], folder))


def diff(
    old: PathLike,
    new: PathLike,
    scenarios: Sequence[Scenario],
    *,
    bills_only: bool = False,
    fail_above: Number | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    progress: Progress = None,
) -> Change:
    """What another catalogue does to the bills and recommendations of scenarios.

    Args:
        old: Folder of a catalogue, or ``"embedded"`` for the one inside.
        new: The same of the catalogue to compare with.
        fail_above: ``ok`` is false when the cost of a scenario rises by more than this share, such as 0.05.
    """
    if isinstance(scenarios, (str, Mapping)) or not scenarios:
        raise mistake("no-list", "diff takes a list of scenarios", "give at least one, in a list")
    questions = [asked(one, seed=seed) for one in scenarios]
    found = _native.diff(
        Path(old),
        Path(new),
        questions,
        bills_only,
        None if fail_above is None else str(fail_above),
        jobs,
        _progress(progress),
    )
    return Change(found)


def calibrate(
    scenario: Scenario,
    observed: PathLike,
    *,
    data: PathLike | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    progress: Progress = None,
) -> Calibration:
    """Fits what the platform does not publish to a log of attempts with statuses, 429s included."""
    question = asked(scenario, data=data, seed=seed)
    return Calibration(_native.calibrate(question, Path(observed), jobs, _progress(progress)))


