"""One model, written and handed to HiGHS and not solved: arrays under a small Pyomo face, and every flow a Pyomo variable."""

import resource
import time
from dataclasses import replace
from typing import Any

import numpy as np

from solver.formulations.face import CompiledFace
from solver.landscape import Landscape

Json = dict[str, Any]


def arrays(care_types: list[str], seed: int, within_minutes: float) -> Json:
    """Our way: the policy in Pyomo, the flows as arrays."""
    marks = [("imports", time.process_time())]
    from solver.formulations.compact import write_compact
    from solver.highs import handed_over

    marks.append(("reading", time.process_time()))
    land, face = _policy(care_types, seed, within_minutes, marks)
    before = _peak_mb()
    marks.append(("writing", time.process_time()))
    model = write_compact(land, face).model(0)
    marks.append(("handing over", time.process_time()))
    highs = handed_over(model)
    return _told(highs.getNumCol() - len(face.lower), highs.getNumRow(), before, marks)


def sparse_pyomo(care_types: list[str], seed: int, within_minutes: float) -> Json:
    """The same rows with a Pyomo variable for each pair within reach, handed over by appsi_highs."""
    marks = [("imports", time.process_time())]
    import pyomo.environ as pyo
    from pyomo.contrib.appsi.solvers import Highs

    marks.append(("reading", time.process_time()))
    land, face = _policy(care_types, seed, within_minutes, marks)
    before = _peak_mb()
    marks.append(("writing", time.process_time()))
    m = pyo.ConcreteModel()
    m.decided = pyo.Var(range(len(face.lower)), bounds=lambda _, c: (face.lower[c], face.upper[c]))
    for c in np.flatnonzero(face.integer):
        m.decided[c].domain = pyo.Integers
    spans = [slice(*face.rows.indptr[i : i + 2]) for i in range(face.rows.shape[0])]
    m.policy = pyo.ConstraintList()
    for span, lower, upper in zip(spans, face.row_lower, face.row_upper, strict=True):
        terms = zip(face.rows.indices[span], face.rows.data[span], strict=True)
        m.policy.add((_end(lower), sum(value * m.decided[c] for c, value in terms), _end(upper)))
    minutes = land.minutes["car"]
    within = {
        k: [(a, s) for a in np.flatnonzero(land.demand[:, k, 0] > 0) for s in np.flatnonzero(np.isfinite(minutes[a]))]
        for k in range(len(care_types))
    }
    offers, asked = face.offers, {(each.kind, each.k, each.s): column for each, column in face.asked.items()}
    within = {k: [(a, s) for a, s in pairs if (s, k, 0) in offers] for k, pairs in within.items()}
    m.share = pyo.Var([(a, s, k) for k, pairs in within.items() for a, s in pairs], bounds=(0, 1))
    m.served, m.only_open, m.volume, m.travel = (pyo.ConstraintList() for _ in range(4))
    for k, pairs in within.items():
        of_area: dict[int, list[int]] = {}
        of_site: dict[int, list[int]] = {}
        for a, s in pairs:
            of_area.setdefault(a, []).append(s)
            of_site.setdefault(s, []).append(a)
            m.only_open.add(m.share[a, s, k] <= m.decided[offers[s, k, 0]])
        for a, sites in of_area.items():
            m.served.add(sum(m.share[a, s, k] for s in sites) == 1)
        cases = land.demand[:, k, 0]
        for s, areas in of_site.items():
            m.volume.add(m.decided[asked["volume", k, s]] == sum(cases[a] * m.share[a, s, k] for a in areas))
        travelled = sum(cases[a] * minutes[a, s] * m.share[a, s, k] for a, s in pairs)
        m.travel.add(m.decided[asked["travel", k, -1]] >= travelled)
    cost = face.objectives[0]
    m.least = pyo.Objective(expr=sum(cost[c] * m.decided[c] for c in np.flatnonzero(cost)))
    marks.append(("handing over", time.process_time()))
    solver = Highs()
    solver.set_instance(m)
    highs = solver._solver_model
    return _told(len(m.share), highs.getNumRow(), before, marks)


def _policy(
    care_types: list[str], seed: int, within_minutes: float, marks: list[tuple[str, float]]
) -> tuple[Landscape, CompiledFace]:
    """The made-up nation with no roads longer than so many minutes, and its policy compiled; marks the time it takes."""
    from app.assemble import assemble
    from benchmarks.ways.national import scenario
    from geodata.demo import demo_tables
    from solver.formulations.face import compile_face

    tables, _ = demo_tables("national", seed)
    asked = scenario(care_types, tied=True, seconds=60.0, gap=0.0, formulation="compact")
    case = assemble(tables, asked)
    near = {mode: np.where(minutes > within_minutes, np.inf, minutes) for mode, minutes in case.land.minutes.items()}
    land = replace(case.land, minutes=near)
    marks.append(("policy", time.process_time()))
    return land, compile_face(land, case.rules, case.objectives)


def _told(flows: int, rows: int, before: float, marks: list[tuple[str, float]]) -> Json:
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    return {
        "flows": flows,
        "figures": {"flows": flows, "rows": rows, "MB for writing and handing over": round(_peak_mb() - before)},
        "phases": {name: end - began for (name, began), end in zip(marks, ends, strict=True)},
    }


def _peak_mb() -> float:
    """The largest resident memory of this process so far; Linux counts it in kibibytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _end(value: float) -> float | None:
    return value if np.isfinite(value) else None
