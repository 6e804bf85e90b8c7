"""The made-up nation, steered or to the nearest: many care types tied by norms, capacities, theatre hours, bed days and what they require of each other."""

import time
from typing import Any

WEIGHTS = [{"weight": 1, "objective": "travel_time"}, {"weight": 0.05, "objective": "operating_cost"}]
HOURS = ("or_hours", "icu_bed_days")


def scenario(
    care_types: list[str], *, tied: bool, seconds: float, gap: float, formulation: str, behaviour: str = "steered"
) -> dict[str, Any]:
    """Least travel and cost under the norms of the data; ``tied`` adds what the care types share and require."""
    rules: list[dict[str, Any]] = [{"rule": "volume_norm", "from": "table"}]
    if tied:
        rules += [{"rule": "interdependency", "from": "table"}]
        rules += [{"rule": "resource_limit", "resource": resource} for resource in HOURS]
    return {
        "name": f"the nation, {behaviour}",
        "care_types": care_types,
        "behaviours": {"*": {"behaviour": behaviour, "mode": "car"}},
        "rules": rules,
        "objectives": [{"objective": "weighted", "terms": WEIGHTS}],
        "question": {"question": "optimise"},
        "limits": {"seconds": seconds, "relative_gap": gap, "formulation": formulation},
    }


def ask(
    care_types: list[str],
    tied: bool,
    seed: int,
    seconds: float,
    gap: float,
    formulation: str,
    behaviour: str = "steered",
) -> dict[str, Any]:
    """The answer within so many seconds, its gap and how it got there, against CPU seconds: the wall clock says little on a busy machine."""
    marks = [("imports", time.process_time())]
    from app.assemble import assemble
    from geodata.demo import demo_tables
    from solver.solve import ask as ask_solver
    from solver.verify import verify
    from solver.watch import Progress, Watch

    marks.append(("reading", time.process_time()))
    tables, _ = demo_tables("national", seed)
    marks.append(("assembling", time.process_time()))
    asked = scenario(care_types, tied=tied, seconds=seconds, gap=gap, formulation=formulation, behaviour=behaviour)
    case = assemble(tables, asked)
    marks.append(("solving", time.process_time()))
    trace: list[tuple[float, float | None, float | None]] = []
    plans: list[float] = []
    began = marks[-1][1]

    def hear(progress: Progress) -> None:
        if progress.phase == "solving" and not (progress.value is None and progress.bound is None):
            plans.extend([] if progress.value is None else [progress.seconds])
            trace.append((round(time.process_time() - began, 2), progress.value, progress.bound))

    outcome = ask_solver(case, Watch(hear)).to_json()
    marks.append(("verifying", time.process_time()))
    refused = verify(outcome, tables)
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    first = outcome["objectives"][0]
    early = [seconds for seconds, value, _ in trace if value is not None]
    return {
        "outcome": outcome["outcome"],
        "value": first["value"],
        "bound": first["bound"],
        "gap": first["gap"],
        "refused": refused,
        "trace": [list(row) for row in trace],
        "figures": {
            "gap": "none" if first["gap"] is None else f"{100 * first['gap']:.2f} %",
            "first plan": f"{plans[0]:.0f} s, {min(early, default=0.0):.0f} CPU s" if plans else "none",
            "stopped by": outcome["stopped_by"],
            "way": outcome["provenance"]["formulation"],
        },
        "phases": {name: end - began for (name, began), end in zip(marks, ends, strict=True)},
    }
