"""Runs notebooks from first cell to last, each in a process-wide namespace of its own, from the repository's folder.

    python python/examples/run.py python/examples/*.ipynb

What a cell ends with is shown as a notebook would: a cell whose result has no form, or that raises, fails the run.
"""

from __future__ import annotations

import ast
import json
import os
import sys
import time
from pathlib import Path
from typing import Any


def run(path: Path) -> None:
    """Runs one notebook."""
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        began = time.monotonic()
        shown = _shown(source, f"{path.name}, cell {number}", names)
        print(f"{path.name}, cell {number}: {time.monotonic() - began:.1f} s{shown}", flush=True)


def _shown(source: str, where: str, names: dict[str, Any]) -> str:
    tree = ast.parse(source, where)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, where, "exec"), names)  # noqa: S102
    if not isinstance(last, ast.Expr):
        return ""
    value = eval(compile(ast.Expression(last.value), where, "eval"), names)  # noqa: S307
    if value is None:
        return ""
    html = getattr(value, "_repr_html_", None)
    text = html() if callable(html) else repr(value)
    assert text, f"{where} shows nothing"
    return f", shows {len(text):,} characters"


def main() -> None:
    """Runs the notebooks named on the command line."""
    paths = [Path(argument).resolve() for argument in sys.argv[1:]]
    os.chdir(Path(__file__).resolve().parents[2])
    for path in paths:
        run(path)


if __name__ == "__main__":
    main()
