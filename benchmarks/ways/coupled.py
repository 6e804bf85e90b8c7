"""The front door on the coupled region."""

import time
from pathlib import Path
from typing import Any


def ask(path: str, seconds: float, gap: float) -> dict[str, Any]:
    """The answer of the front door, re-checked, with its phases [CPU seconds]."""
    marks = [("imports", time.process_time())]
    from app.assemble import assemble
    from benchmarks.coupled_region import read
    from solver.solve import ask as ask_solver
    from solver.watch import Watch

    marks.append(("reading", time.process_time()))
    tables, scenario = read(Path(path), seconds, gap)
    marks.append(("assembling", time.process_time()))
    case = assemble(tables, scenario)
    marks.append(("solving and verifying", time.process_time()))
    outcome = ask_solver(case, Watch()).to_json()
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    first = outcome["objectives"][0]
    return {
        "outcome": outcome["outcome"],
        "value": first["value"],
        "bound": first["bound"],
        "trace": [[row["seconds"], row["value"], row["bound"]] for row in outcome["trace"]],
        "figures": {
            "value": first["value"],
            "bound": first["bound"],
            "gap": first["gap"],
            "stopped by": outcome["stopped_by"],
            "way": outcome["provenance"]["formulation"],
        },
        "phases": {name: end - began for (name, began), end in zip(marks, ends, strict=True)},
    }
