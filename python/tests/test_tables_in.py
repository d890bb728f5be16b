"""Traffic from tables of other libraries is what a file with the same rows would be."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import ptuplan
from conftest import SMALL

polars = pytest.importorskip("polars")

ROWS = 5_000
START = datetime.datetime(2026, 12, 7, tzinfo=datetime.timezone.utc)


def columns() -> dict[str, list[int]]:
    return {
        "arrival_us": [number * 1_440_000 for number in range(ROWS)],
        "input_tokens": [100 + number % 900 for number in range(ROWS)],
        "output_tokens": [10 + number % 90 for number in range(ROWS)],
    }


def test_polars_pandas_and_pyarrow_are_the_file(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    pandas = pytest.importorskip("pandas")
    frame = polars.DataFrame(columns())
    frame.write_csv(tmp_path / "log.csv")
    frame.write_parquet(tmp_path / "log.parquet")
    from_file = ptuplan.simulate(SMALL, traffic=tmp_path / "log.csv").to_dict()
    tables = [frame, pyarrow.table(columns()), pandas.DataFrame(columns()), tmp_path / "log.parquet"]
    for table in [*tables, {"chat": frame}]:
        assert ptuplan.simulate(SMALL, traffic=table).to_dict() == from_file


@pytest.mark.parametrize("kind", ["Int16", "UInt32", "Int64", "UInt64", "Float64"])
def test_whole_numbers_of_any_width(kind: str) -> None:
    frame = polars.DataFrame(columns()).with_columns(
        polars.col("input_tokens", "output_tokens").cast(getattr(polars, kind))
    )
    assert len(ptuplan.trace.read(frame)) == ROWS


def test_instants_zones_and_names() -> None:
    rows = [START + datetime.timedelta(seconds=number) for number in range(4)]
    frame = polars.DataFrame(
        {
            "arrival": rows,
            "input_tokens": [10, 20, 30, 40],
            "output_tokens": [1, 2, 3, 4],
            "client": polars.Series(["a", 'b "x", y', "a", "b"]).cast(polars.Categorical),
        }
    )
    utc = ptuplan.trace.read(frame)
    assert utc.to_dict()["arrival_us"] == [0, 1_000_000, 2_000_000, 3_000_000]
    local = frame.with_columns(polars.col("arrival").dt.convert_time_zone("Europe/Stockholm"))
    assert ptuplan.trace.read(local).to_dict() == utc.to_dict()
    assert len(ptuplan.trace.read(frame, where="client=a")) == 2


def test_rows_that_are_wrong_are_told(recwarn: pytest.WarningsRecorder) -> None:
    frame = polars.DataFrame(
        {"arrival_us": [0, 1, 2], "input_tokens": [10, -5, None], "output_tokens": [1, 1, 1]}
    )
    with pytest.raises(ptuplan.InputError):
        ptuplan.trace.read(frame, strict=True)
    traffic = ptuplan.trace.read(frame)
    # The negative count is left out; the missing one takes a neighbour's, which is said.
    assert traffic.to_dict()["input_tokens"] == [10, 10]
    imported = traffic.imported.to_dict()
    assert imported["rows_read"] == 3
    assert any("without input tokens" in said for said in imported["assumed"])
    assert any(issubclass(own.category, ptuplan.PtuplanWarning) for own in recwarn)


def test_unsorted_times_are_told() -> None:
    frame = polars.DataFrame(
        {"arrival_us": [5, 1, 9], "input_tokens": [1, 1, 1], "output_tokens": [1, 1, 1]}
    )
    try:
        traffic = ptuplan.trace.read(frame)
    except ptuplan.InputError as wrong:
        assert wrong.place is not None
    else:
        arrivals = traffic.to_dict()["arrival_us"]
        assert arrivals == sorted(arrivals)


def test_columns_that_hold_no_values_are_refused() -> None:
    frame = polars.DataFrame({**columns(), "tags": [["a"]] * ROWS})
    with pytest.raises(ptuplan.InputError, match="column tags") as caught:
        ptuplan.trace.read(frame)
    assert caught.value.hint


def test_a_table_without_the_columns() -> None:
    with pytest.raises(ptuplan.InputError) as caught:
        ptuplan.trace.read(polars.DataFrame({"a": [1], "b": [2]}))
    assert caught.value.hint
