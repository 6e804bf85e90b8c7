"""Any question put at the front door: data read or made up, scenario assembled, asked and verified; and sweeps done the plain way, step by step."""

import tempfile
import time
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def ask(data: str, scenario: Json, clock: str = "cpu") -> Json:
    """The answer in figures, with its phases by a ``clock``, cpu or wall. ``data`` is a folder, or `made up: SIZE`."""
    now = time.perf_counter if clock == "wall" else time.process_time
    marks = [("imports", now())]
    from app.assemble import assemble
    from solver.solve import ask as ask_solver
    from solver.verify import verify
    from solver.watch import Watch

    marks.append(("reading", now()))
    tables = tables_of(data)
    marks.append(("solving", now()))
    began = time.perf_counter()
    outcome = ask_solver(assemble(tables, scenario), Watch()).to_json()
    asked = time.perf_counter() - began
    marks.append(("verifying", now()))
    refused = verify(outcome, tables)
    ends = [mark for _, mark in marks[1:]] + [now()]
    phases = {name: end - began for (name, began), end in zip(marks, ends, strict=True)}
    return {
        "outcome": outcome["outcome"],
        "stopped_by": outcome["stopped_by"],
        "value": outcome["objectives"][0]["value"] if outcome["objectives"] else None,
        "gap": outcome["objectives"][0]["gap"] if outcome["objectives"] else None,
        "points": [[line["value"] for line in point["objectives"]] for point in outcome.get("points") or []],
        "steps": [step["to"] for step in outcome.get("steps") or [] if step["outcome"] == "optimal"],
        "refused": refused,
        "trace": [[row["seconds"], row["value"], row["bound"]] for row in outcome["trace"]],
        "figures": {
            "stopped by": outcome["stopped_by"],
            "asked [wall s]": round(asked, 2),
            f"verified [{clock.replace('cpu', 'CPU')} s]": round(phases["verifying"], 3),
        },
        "phases": phases,
    }


def evaluate(data: str, scenario: Json) -> Json:
    """A drawn plan evaluated in process, neither loaded nor verified within the time."""
    from app.assemble import assemble
    from solver.watch import Watch

    began = time.process_time()
    case = assemble(tables_of(data), scenario)
    marks = [("reading", began), ("evaluating", time.process_time())]
    outcome = case.question.answer(case, Watch())
    seconds = time.process_time() - marks[1][1]
    return {
        "outcome": outcome.outcome,
        "value": outcome.objectives[0]["value"],
        "phases": {"reading": marks[1][1] - began, "evaluating": seconds},
        "figures": {"evaluated [CPU s]": round(seconds, 2)},
    }


def sweep_afresh(data: str, scenario: Json, steps: int) -> Json:
    """The first steps of a volume norm, each solved as a scenario of its own just beyond the smallest volume of the one before."""
    from app.assemble import assemble
    from solver.solve import ask as ask_solver
    from solver.watch import Watch

    began = time.process_time()
    tables = tables_of(data)
    solving = time.process_time()
    found: list[float] = []
    loose = float(scenario["question"]["from"])
    while len(found) < steps:
        norm = {**scenario["rules"][0], "at_least": loose + 2e-6 * max(1.0, loose)}
        afresh = {**scenario, "rules": [norm, *scenario["rules"][1:]], "question": {"question": "optimise"}}
        outcome = ask_solver(assemble(tables, afresh), Watch()).to_json()
        loose = min(row["cases_per_year"] for row in outcome["plan"]["volumes"])
        found.append(loose)
    return {"steps": found, "phases": {"reading": solving - began, "solving": time.process_time() - solving}}


def tables_of(data: str) -> Any:
    """The tables of a data package, read or made up."""
    from geodata.demo import write_demo
    from geodata.package import read_package

    if not data.startswith("made up: "):
        package = read_package(Path(data)).package
    else:
        with tempfile.TemporaryDirectory() as folder:
            write_demo(Path(folder), data.removeprefix("made up: "), 1)  # type: ignore[arg-type]
            package = read_package(Path(folder)).package
    assert package is not None
    return package.tables
