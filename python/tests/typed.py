"""What a typed caller writes; checked by mypy, not run."""

from __future__ import annotations

import ptuplan


def cheapest(path: str) -> str:
    plan: ptuplan.Recommendation = ptuplan.recommend(path, jobs=2, progress=lambda what, done, of: None)
    if plan.choice is None:
        return plan.action
    rows: int = len(plan.table("candidates"))
    written: list[str] = plan.report("reports/plan")
    sizing: ptuplan.Sizing = ptuplan.size("gpt-5.4", rpm=100, input=1_000, output="100")
    traffic: ptuplan.trace.Traffic = ptuplan.trace.read("log.csv", where="deployment=chat")
    bill: ptuplan.Bill = ptuplan.price("usage.csv", allocate_by=["team"])
    elsewhere = ptuplan.recommend({"name": "n"}, runner=ptuplan.distributed.Ray(workers=2))
    return f"{rows} {written} {sizing.ok} {len(traffic)} {bill.json()} {elsewhere.ok}"


def mistakes(error: ptuplan.InputError) -> list[str]:
    return [f"{own.code} at {own.place}: {own.hint}" for own in error.diagnostics]
