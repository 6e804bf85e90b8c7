"""The plain way: every flow a Pyomo variable, a row x <= y for every pair of area and site, HiGHS through Pyomo."""

import csv
import json
import time
from pathlib import Path
from typing import Any


def median(data: str, scenario: str | dict[str, Any]) -> dict[str, Any]:
    """Least travel with exactly so many sites: a scenario of nl-acute with one site_count rule, or the file of one."""
    marks = [("imports", time.process_time())]
    import pyomo.environ as pyo

    marks.append(("reading", time.process_time()))
    asked = scenario if isinstance(scenario, dict) else json.loads(Path(scenario).read_text())
    (care,) = asked["care_types"]
    (rule,) = asked["rules"]
    folder = Path(data)
    demand = {
        row["area_id"]: float(row["cases_per_year"])
        for row in rows(folder / "demand.csv")
        if row["care_type_id"] == care
    }
    sites = [row["site_id"] for row in rows(folder / "site_care.csv") if row["care_type_id"] == care]
    minutes = {
        (row["area_id"], s): float(row[s])
        for row in rows(folder / "travel_times_car.csv")
        for s in sites
        if row[s] != "unreachable"
    }
    areas = [a for a, cases in demand.items() if cases > 0]

    marks.append(("building", time.process_time()))
    m = pyo.ConcreteModel()
    m.open = pyo.Var(sites, within=pyo.Binary)
    m.share = pyo.Var([(a, s) for a in areas for s in sites if (a, s) in minutes], within=pyo.NonNegativeReals)
    m.travel = pyo.Objective(expr=sum(demand[a] * minutes[a, s] * m.share[a, s] for a, s in m.share))
    m.served = pyo.Constraint(areas, rule=lambda m, a: sum(m.share[a, s] for s in sites if (a, s) in minutes) == 1)
    m.only_open = pyo.Constraint(list(m.share), rule=lambda m, a, s: m.share[a, s] <= m.open[s])
    m.count = pyo.Constraint(expr=sum(m.open[s] for s in sites) == rule["exactly"])

    marks.append(("handing over and solving", time.process_time()))
    pyo.SolverFactory("appsi_highs").solve(m, options={"mip_rel_gap": 0.0, "threads": 1})
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    travel = pyo.value(m.travel)
    return {
        "value": travel,
        "mean": travel / sum(demand.values()),
        "phases": {name: end - began for (name, began), end in zip(marks, ends, strict=True)},
    }


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file as rows."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
