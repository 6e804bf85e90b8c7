"""Our way: data package read and checked, scenario assembled, asked and verified, as `care-landscape ask` does."""

import json
import time
from pathlib import Path
from typing import Any


def ask(data: str, scenario: str) -> dict[str, Any]:
    """The answer to a scenario file about a data package, with its phases [CPU seconds]."""
    marks = [("imports", time.process_time())]
    from app.assemble import assemble
    from geodata.package import read_package
    from solver.solve import ask as ask_solver
    from solver.verify import verify
    from solver.watch import Watch

    marks.append(("reading and checking", time.process_time()))
    package = read_package(Path(data)).package
    assert package is not None
    marks.append(("assembling", time.process_time()))
    case = assemble(package.tables, json.loads(Path(scenario).read_text()))
    marks.append(("solving", time.process_time()))
    outcome = ask_solver(case, Watch()).to_json()
    marks.append(("verifying", time.process_time()))
    reasons = verify(outcome, package.tables)
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    return {
        "outcome": outcome["outcome"],
        "mean": outcome["measures"]["mean_minutes_per_case"]["value"] if outcome["measures"] else None,
        "value": outcome["objectives"][0]["value"] if outcome["objectives"] else None,
        "gap": outcome["objectives"][0]["gap"] if outcome["objectives"] else None,
        "refused": reasons,
        "phases": {name: end - began for (name, began), end in zip(marks, ends, strict=True)},
    }
