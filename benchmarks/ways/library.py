"""Our way for an instance of a library: read, assembled, asked and verified; and p-medians as they are usually written."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.library import (
    Instance,
    capacitated,
    capacitated_median,
    p_median,
    same_capacities,
    single_source,
    with_norm,
)

AS_GOOD_AS_PROVED = 1e-10
"""With a gap this small the answer is proved, but equal optima are not looked through for the one to publish."""


def instance(kind: str, path: str, **which: Any) -> Instance:
    """An instance by kind: p-median, single-source, with a norm, capacitated, capacitated p-median, the same with one capacity for all."""
    readers: dict[str, Callable[..., Instance]] = {
        "sscflp": single_source, "lbflp": with_norm, "cap": capacitated, "cpmp": capacitated_median, "p-median": p_median,
        "pmedcap": same_capacities,
    }  # fmt: skip
    return readers[kind](Path(path), **which)


def ask(kind: str, path: str, behaviour: dict[str, Any], seconds: float, **which: Any) -> dict[str, Any]:
    """The answer of the front door, re-checked, with its phases [CPU seconds]."""
    marks = [("imports", time.process_time())]
    from app.assemble import assemble
    from solver.solve import ask as ask_solver
    from solver.watch import Watch

    marks.append(("reading", time.process_time()))
    read = instance(kind, path, **which)
    tables = read.tables()
    marks.append(("assembling", time.process_time()))
    scenario = read.scenario(behaviour=behaviour, seconds=seconds, relative_gap=AS_GOOD_AS_PROVED)
    case = assemble(tables, scenario)
    marks.append(("solving and verifying", time.process_time()))
    began = time.monotonic()
    outcome = ask_solver(case, Watch()).to_json()
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    first = outcome["objectives"][0]
    certificate = outcome["verification"]["certificate"]
    return {
        "outcome": outcome["outcome"],
        "value": first["value"],
        "bound": first["bound"],
        "trace": []
        if outcome["outcome"] == "optimal"
        else [[row["seconds"], row["value"], row["bound"]] for row in outcome["trace"]],
        "figures": {
            "value": first["value"],
            "gap": _gap(outcome["outcome"] == "optimal", first["gap"]),
            "wall s": round(time.monotonic() - began, 2),
            **({"certified gap": _gap(False, certificate["gap"])} if certificate["kind"] == "lagrangian" else {}),
            "way": outcome["provenance"]["formulation"],
        },
        "phases": {name: end - began for (name, began), end in zip(marks, ends, strict=True)},
    }


def _gap(proved: bool, gap: float | None) -> str:
    return "0 %, proved" if proved else "none" if gap is None else f"{100 * gap:.2f} %"


def ask_each(kind: str, folder: str, names: list[str], behaviour: dict[str, Any], seconds: float) -> dict[str, Any]:
    """The answers of the front door to several instances of a kind, one after another."""
    answers = {name: ask(kind, f"{folder}/{name}.txt", behaviour, seconds) for name in names}
    return {
        "outcome": "optimal" if all(answer["outcome"] == "optimal" for answer in answers.values()) else "stopped",
        "values": {name: answer["value"] for name, answer in answers.items()},
        "figures": {
            "proved": f"{sum(answer['outcome'] == 'optimal' for answer in answers.values())} of {len(names)}",
            "open": ", ".join(name for name, answer in answers.items() if answer["outcome"] != "optimal") or "none",
        },
        "phases": {
            phase: sum(answer["phases"][phase] for answer in answers.values())
            for phase in ("imports", "reading", "assembling", "solving and verifying")
        },
    }


def search(path: str, norm: float, undivided: bool, seconds: float) -> dict[str, Any]:
    """The search by itself, for norms that differ from site to site, which no rule of a scenario says."""
    marks = [("imports", time.process_time())]
    import numpy as np
    import scipy.sparse as sp

    from solver.capacitated.ground import Ground
    from solver.capacitated.search import Search
    from solver.watch import Watch

    marks.append(("reading", time.process_time()))
    read = with_norm(Path(path), norm)
    assert read.capacity is not None
    assert read.fixed is not None
    marks.append(("solving", time.process_time()))
    began, sites = time.monotonic(), read.cost.shape[1]
    every, none = np.ones(sites, bool), np.zeros(0)
    rows = sp.csr_array((0, sites))
    ground = Ground(
        np.ascontiguousarray(read.cost.T), read.demand, read.fixed, norm * read.capacity, read.capacity, every, ~every,
        rows, none, none, 1, sites, undivided, 0.0,
    )  # fmt: skip
    found = Search(ground, Watch(), seconds=seconds, relative_gap=AS_GOOD_AS_PROVED, seed=0, heard=lambda *_: None)
    found.run()
    gap = (found.value - found.bound) / abs(found.value)
    proved = gap <= 1e-9
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    return {
        "outcome": "optimal" if proved else "stopped",
        "value": found.value,
        "bound": found.bound,
        "figures": {"value": found.value, "gap": _gap(proved, gap), "wall s": round(time.monotonic() - began, 2)},
        "phases": {name: end - began for (name, began), end in zip(marks, ends, strict=True)},
    }


def strong_rows(path: str, seconds: float, p: int | None = None) -> dict[str, Any]:
    """A share for every pair and a row share <= open for each, arrays handed to HiGHS."""
    marks = [("imports", time.process_time())]
    import highspy
    import numpy as np
    import scipy.sparse as sp

    marks.append(("reading", time.process_time()))
    read = p_median(Path(path), p)
    marks.append(("building", time.process_time()))
    areas, sites = read.cost.shape
    pairs = np.arange(areas * sites)
    area, site = pairs // sites, pairs % sites
    served = sp.csr_array((np.ones(len(pairs)), (area, pairs)), shape=(areas, len(pairs) + sites))
    linked = sp.csr_array(
        (np.r_[np.ones(len(pairs)), -np.ones(len(pairs))], (np.r_[pairs, pairs], np.r_[pairs, len(pairs) + site])),
        shape=(len(pairs), len(pairs) + sites),
    )
    counted = sp.csr_array(np.r_[np.zeros(len(pairs)), np.ones(sites)][None])
    rows = sp.csr_array(sp.vstack([served, linked, counted], format="csr"))
    n = len(pairs) + sites
    assert read.p is not None
    highs = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("time_limit", seconds)):
        highs.setOptionValue(option, value)
    highs.passModel(
        n, rows.shape[0], rows.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
        np.r_[read.cost.ravel(), np.zeros(sites)], np.zeros(n), np.ones(n),
        np.r_[np.ones(areas), np.full(len(pairs), -np.inf), read.p], np.r_[np.ones(areas), np.zeros(len(pairs)), read.p],
        rows.indptr.astype(np.int32), rows.indices.astype(np.int32), rows.data,
        np.r_[np.zeros(len(pairs)), np.ones(sites)].astype(np.int32),
    )  # fmt: skip
    marks.append(("solving", time.process_time()))
    highs.run()
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    info = highs.getInfo()
    proved = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    found = np.isfinite(info.objective_function_value) and info.primal_solution_status == 2
    return {
        "outcome": "optimal" if proved else "stopped",
        "value": info.objective_function_value if found else None,
        "figures": {"proved": proved, "value": info.objective_function_value if found else None},
        "phases": {name: end - began for (name, began), end in zip(marks, ends, strict=True)},
    }


def spopt(path: str, seconds: float, p: int | None = None) -> dict[str, Any]:
    """The p-median of PySAL's spopt, with HiGHS through PuLP."""
    marks = [("imports", time.process_time())]
    import numpy as np
    import pulp
    from spopt.locate import PMedian

    marks.append(("reading", time.process_time()))
    read = p_median(Path(path), p)
    marks.append(("building", time.process_time()))
    asked = PMedian.from_cost_matrix(read.cost, np.ones(len(read.cost)), p_facilities=read.p)
    marks.append(("handing over and solving", time.process_time()))
    with suppress(RuntimeError):  # spopt raises where the limit ends a solve
        asked.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=seconds, gapRel=0.0))
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    return {
        "outcome": "optimal" if asked.problem.sol_status == pulp.LpSolutionOptimal else "stopped",
        "value": pulp.value(asked.problem.objective),
        "phases": {name: end - began for (name, began), end in zip(marks, ends, strict=True)},
    }
