"""What may be given, and what is said when it is wrong."""

from __future__ import annotations

import pickle
import tomllib
from pathlib import Path

import pytest

import ptuplan
from conftest import SMALL


def test_a_scenario_is_a_path_a_text_or_a_dict(small: Path) -> None:
    by_path = ptuplan.simulate(small)
    by_text = ptuplan.simulate(SMALL)
    by_dict = ptuplan.simulate(tomllib.loads(SMALL))
    assert by_text.json() == by_dict.json() == by_path.json()


def test_mistakes_have_place_and_hint(small: Path) -> None:
    small.write_text(SMALL.replace("zone =", "zoen =", 1))
    with pytest.raises(ptuplan.InputError) as caught:
        ptuplan.recommend(small)
    first = caught.value.diagnostics[0]
    assert first.severity == "error"
    assert first.place is not None
    assert first.place[0] == str(small)
    assert first.place[1] == 6
    assert "zone" in (first.hint or "")
    assert str(caught.value).startswith("error: ")
    assert pickle.loads(pickle.dumps(caught.value)).diagnostics == caught.value.diagnostics


def test_unknown_key_of_a_dict() -> None:
    scenario = tomllib.loads(SMALL)
    scenario["workload"][0]["modle"] = "gpt-5.4"
    with pytest.raises(ptuplan.InputError, match="modle"):
        ptuplan.simulate(scenario)


@pytest.mark.parametrize("value", [None, object(), float("nan")])
def test_values_that_toml_does_not_have(value: object) -> None:
    with pytest.raises(ptuplan.InputError, match="seed"):
        ptuplan.simulate({**tomllib.loads(SMALL), "seed": value})


def test_no_such_file() -> None:
    with pytest.raises(ptuplan.InputError, match="cannot read scenario"):
        ptuplan.simulate("no-such.toml")


def test_not_a_scenario() -> None:
    with pytest.raises(TypeError, match="path, TOML text or a dict"):
        ptuplan.simulate(3)  # type: ignore[arg-type]


def test_traffic_that_is_none() -> None:
    with pytest.raises(TypeError, match="PyCapsule"):
        ptuplan.simulate(SMALL, traffic=3)


def test_traffic_of_an_unknown_workload(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("arrival_us,input_tokens,output_tokens\n0,10,10\n")
    with pytest.raises(ptuplan.InputError, match="unknown workload: chatt"):
        ptuplan.simulate(SMALL, traffic={"chatt": log})


def test_no_threads() -> None:
    with pytest.raises(ptuplan.InputError, match="no threads"):
        ptuplan.recommend(SMALL, jobs=0)


def test_sizes_need_a_shape() -> None:
    with pytest.raises(ptuplan.InputError, match="no call shape"):
        ptuplan.size("gpt-5.2")
    with pytest.raises(ptuplan.InputError) as caught:
        ptuplan.size("gpt-5.22", rpm=1, input=1, output=1)
    assert caught.value.hint
