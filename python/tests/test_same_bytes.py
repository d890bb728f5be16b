"""The package gives the bytes of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

import ptuplan
from conftest import ROOT, SCENARIOS, files_of


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.filterwarnings("ignore::ptuplan.PtuplanWarning")
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_simulate(path: Path, cli, tmp_path: Path) -> None:
    if "today" not in path.read_text():
        with pytest.raises(ptuplan.InputError, match="nothing to simulate"):
            ptuplan.simulate(relative(path))
        return
    theirs = tmp_path / "cli"
    said = cli("simulate", relative(path), "--format", "json", "--quiet", "--out", str(theirs))
    ours = ptuplan.simulate(relative(path))
    assert ours.json().encode() == said
    ours.report(tmp_path / "python")
    assert files_of(tmp_path / "python") == files_of(theirs)


QUICK = ["batch-overnight", "managed-compute"]


@pytest.mark.filterwarnings("ignore::ptuplan.PtuplanWarning")
def test_quickstart(tmp_path: Path) -> None:
    """The command line's answer is committed, and compared with the program at two threads: here at one."""
    theirs = ROOT / "reports" / "sample"
    ours = ptuplan.recommend("scenarios/quickstart.toml", jobs=1)
    ours.report(tmp_path / "python")
    assert files_of(tmp_path / "python") == files_of(theirs)


@pytest.mark.filterwarnings("ignore::ptuplan.PtuplanWarning")
@pytest.mark.parametrize("name", QUICK)
def test_recommend(name: str, cli, tmp_path: Path) -> None:
    path = f"scenarios/{name}.toml"
    theirs = tmp_path / "cli"
    said = cli("recommend", path, "--format", "json", "--quiet", "--out", str(theirs))
    ours = ptuplan.recommend(path)
    assert ours.json().encode() == said
    ours.report(tmp_path / "python")
    assert files_of(tmp_path / "python") == files_of(theirs)


def test_size(cli) -> None:
    said = cli(
        "size", "--model", "gpt-5.2", "--sku", "DataZoneProvisionedManaged", "--rpm", "1000",
        "--input", "200", "--output", "20", "--format", "json",
    )
    ours = ptuplan.size("gpt-5.2", sku="DataZoneProvisionedManaged", rpm=1000, input=200, output=20)
    assert ours.json().encode() == said


@pytest.mark.parametrize("form", ["json", "text"])
def test_catalog(form: str, cli) -> None:
    for arguments, ours in [
        (("list",), ptuplan.catalog.models()),
        (("list", "--provider", "OpenAI"), ptuplan.catalog.models(provider="OpenAI")),
        (("show", "gpt-5.4"), ptuplan.catalog.show("gpt-5.4")),
        (("show", "--assumptions"), ptuplan.catalog.assumptions()),
        (("check",), ptuplan.catalog.check()),
    ]:
        said = cli("catalog", *arguments, "--format", form)
        assert (ours.json() if form == "json" else ours.text()).encode() == said, arguments


def test_regress(cli) -> None:
    def untimed(text: str) -> list[str]:
        return [line for line in text.splitlines() if '"seconds"' not in line and '"took' not in line]

    said = cli("regress", "scenarios/regression", "--format", "json").decode()
    ours = ptuplan.regress("scenarios/regression")
    assert ours.ok
    assert untimed(ours.json()) == untimed(said)


def test_price(cli) -> None:
    said = cli("price", "tests/cli/usage.csv", "--format", "json")
    assert ptuplan.price("tests/cli/usage.csv").json().encode() == said


def test_compare_and_diff(cli) -> None:
    small = "tests/cli/small.toml"
    said = cli("compare", small, "--format", "json")
    assert ptuplan.compare([small]).json().encode() == said
    said = cli("diff", "embedded", "embedded", small, "--format", "json")
    assert ptuplan.diff("embedded", "embedded", [small]).json().encode() == said


def test_synth_summarize_and_fit(cli, tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(SPEC)
    out = tmp_path / "cli.trace"
    cli("synth", str(spec), "--output", str(out))
    made = ptuplan.trace.synth(spec)
    made.write(tmp_path / "python.trace")
    assert (tmp_path / "python.trace").read_bytes() == out.read_bytes()
    said = cli("trace", "summarize", str(out), "--format", "json")
    assert ptuplan.trace.summarize(out).json().encode() == said
    said = cli("trace", "fit", str(out), "--format", "json")
    assert ptuplan.trace.fit(out).json().encode() == said


SPEC = """
start = 2026-12-07
length = "2 hours"
zone = "UTC"
[[client]]
name = "c"
rate_per_minute = 60
arrivals = { process = "poisson" }
input_tokens = { quantiles = [7, 300, 1000, 4000] }
output_tokens = { quantiles = [7, 100, 400] }
"""
