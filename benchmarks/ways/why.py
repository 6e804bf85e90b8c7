"""Our way to say why there is no plan: diagnosed, verified, and every repair asked once more as a scenario of its own."""

import time
from pathlib import Path
from typing import Any


def diagnose(data: str, scenario: dict[str, Any]) -> dict[str, Any]:
    """The conflicts by rule id, the repairs in words, and what was wrong with them."""
    marks = [("imports", time.process_time())]
    from app.assemble import assemble
    from geodata.package import read_package
    from solver.solve import ask
    from solver.verify import verify
    from solver.watch import Watch

    marks.append(("reading and checking", time.process_time()))
    package = read_package(Path(data)).package
    assert package is not None
    marks.append(("solving", time.process_time()))
    outcome = ask(assemble(package.tables, scenario), Watch()).to_json()
    marks.append(("verifying", time.process_time()))
    refused = verify(outcome, package.tables)
    marks.append(("asking each repair again", time.process_time()))
    told = outcome["diagnosis"]
    unsound = []
    for repair in told["repairs"]:
        change = repair["change"]
        again = {
            **scenario,
            "rules": _changed(outcome["scenario"]["rules"], change if isinstance(change, list) else [change]),
            "question": {"question": "optimise"},
            "limits": {"seconds": 60, "relative_gap": 0.01},
        }
        held = ask(assemble(package.tables, again), Watch()).to_json()
        if held["outcome"] not in ("optimal", "feasible"):
            unsound.append(str(change))
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    words = [member["text"] for conflict in told["conflicts"] for member in conflict["members"]]
    repairs = [_words(repair["change"]) for repair in told["repairs"]]
    return {
        "refused": refused,
        "conflicts": [
            sorted({member["rule"].split(":")[0] for member in conflict["members"]}) for conflict in told["conflicts"]
        ],
        "proofs": [conflict["proof"] for conflict in told["conflicts"]],
        "repairs": repairs,
        "unsound": unsound,
        "figures": {
            "conflict:": " against ".join(words),
            "repairs:": ", or ".join(repairs),
            "in vain:": ", ".join(one["text"] for one in told["tried_in_vain"]) or "none",
        },
        "phases": {name: end - began for (name, began), end in zip(marks, ends, strict=True)},
    }


def _changed(rules: list[dict[str, Any]], changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rules = [dict(rule) for rule in rules]
    for change in changes:
        for rule in rules:
            if rule["id"] == change["rule"] or rule["id"].startswith(f"{change['rule']}:"):
                rule |= {**change.get("with", {}), change["field"]: change["to"]}
    return rules


def _words(change: dict[str, Any] | list[dict[str, Any]]) -> str:
    """A repair as one would say it: each change's rule, field and new value."""
    changes = change if isinstance(change, list) else [change]
    return " and ".join(f"{one['rule']} {one['field']} to {one['to']}" for one in changes)
