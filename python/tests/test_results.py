"""Results in the forms that notebooks want."""

from __future__ import annotations

import _thread
import threading
import time

import pytest

import ptuplan
from conftest import ROOT, SMALL


@pytest.fixture(scope="module")
def plan() -> ptuplan.Recommendation:
    return ptuplan.recommend(SMALL)


def test_jobs_do_not_change_the_answer(plan: ptuplan.Recommendation) -> None:
    assert ptuplan.recommend(SMALL, jobs=1).json() == plan.json()


def test_the_first_screen(plan: ptuplan.Recommendation) -> None:
    html = plan._repr_html_()
    assert plan.ok and plan.choice is not None
    assert plan.action in html and "<svg" in html and "<script" not in html
    assert plan.action in repr(plan)
    assert plan.action.split()[0] in str(plan)


def test_names_in_html_are_escaped() -> None:
    html = ptuplan.simulate(SMALL.replace("Small", "<img src=x>"))._repr_html_()
    assert "<img" not in html and "&lt;img" in html


def test_tables(plan: ptuplan.Recommendation) -> None:
    table = plan.table("candidates")
    assert len(table) == len(plan.to_dict()["candidates"])
    assert "monthly_cost" in ",".join(table.columns)
    assert table.to_dict()[table.columns[0]]
    with pytest.raises(KeyError, match="there is candidates"):
        plan.table("candidate")


def test_tables_of_other_libraries(plan: ptuplan.Recommendation) -> None:
    polars = pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pandas")
    for name, table in plan.tables.items():
        frame, arrow = plan.to_polars(name), pyarrow.table(table)
        assert frame.shape == (len(table), len(table.columns))
        assert arrow.num_rows == len(table) == len(plan.to_pandas(name))
    assert plan.to_polars().equals(polars.DataFrame(plan.table("candidates")))


def test_progress_is_told(plan: ptuplan.Recommendation) -> None:
    told: list[tuple[str, int, int]] = []
    ptuplan.recommend(SMALL, progress=lambda *step: told.append(step))
    assert any(what == "futures" and done == of for what, done, of in told)


def test_a_callback_that_raises_ends_the_run() -> None:
    def enough(what: str, done: int, of: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        ptuplan.recommend(SMALL, progress=enough)


def test_other_threads_go_on() -> None:
    ticks: list[float] = []
    stop = threading.Event()

    def tick() -> None:
        while not stop.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.005)

    thread = threading.Thread(target=tick)
    thread.start()
    ptuplan.recommend(SMALL)
    stop.set()
    thread.join()
    assert max(b - a for a, b in zip(ticks, ticks[1:])) < 1.0


def test_ctrl_c_ends_a_run() -> None:
    threading.Timer(0.3, _thread.interrupt_main).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        for _ in range(1_000):
            ptuplan.recommend(ROOT / "scenarios/quickstart.toml")
    assert time.monotonic() - began < 30
    # What was interrupted leaves nothing behind that would stop the next run.
    assert ptuplan.recommend(SMALL).ok


def test_a_report_is_whole_or_not_there(plan: ptuplan.Recommendation, tmp_path) -> None:
    names = plan.report(tmp_path / "report")
    assert "report.html" in names
    there = {path.name for path in (tmp_path / "report").iterdir()}
    assert set(names) <= there
    (tmp_path / "file").write_text("")
    with pytest.raises(ptuplan.InputError, match="cannot write"):
        plan.report(tmp_path / "file" / "report")


def test_the_version_is_one() -> None:
    assert f'version = "{ptuplan.__version__}"' in (ROOT / "Cargo.toml").read_text()
    assert f'version = "{ptuplan.__version__}"' in (ROOT / "python/Cargo.toml").read_text()
