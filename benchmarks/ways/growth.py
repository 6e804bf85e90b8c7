"""How time and memory grow: one question at many sizes of made-up country, each size in a process of its own."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.case import Way
from benchmarks.fresh_process import run

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent.parent
IN_THE_CATALOGUE = 40
TWIN = "_twin"
OPEN = 0.6
"""Share of the sites that are open where they are counted."""


def grow(scenario: Json, sizes: dict[str, list[dict[str, int]]], seconds: float) -> Json:
    """The question asked of every size. ``sizes`` has for each thing that grows the sizes {areas, sites, care_types}, ascending."""
    began = time.process_time()
    grown, refused, phases = [], [], {}
    for by, listed in sizes.items():
        for size in listed:
            way = Way(by, "benchmarks.ways.growth:one", {"scenario": scenario, **size}, seconds=seconds)
            done = run(way, ROOT)
            answer = done.answer or {"answering": done.cpu_seconds, "refused": [], "told": done.failure}
            grown.append(
                {"by": by, "size": size[by], "seconds": answer["answering"], "mb": done.peak_mb, "told": answer["told"]}
            )
            refused += [f"{by} {size[by]}: {reason}" for reason in answer["refused"]]
            phases[by] = phases.get(by, 0.0) + answer["answering"]
    return {"growth": grown, "refused": refused, "phases": {"putting together": time.process_time() - began, **phases}}


def one(scenario: Json, areas: int, sites: int, care_types: int) -> Json:
    """The answer at one size: seconds from tables to verified outcome [CPU], and how it ended. A rule that counts sites lets six in ten of them be open."""
    from app.assemble import assemble
    from solver.solve import ask
    from solver.verify import verify
    from solver.watch import Watch

    tables = country(areas, sites, care_types)
    counted = {"at_most": max(1, round(OPEN * sites))}
    rules = [{**rule, **counted} if rule["rule"] == "site_count" else rule for rule in scenario["rules"]]
    scenario = {**scenario, "rules": rules}
    began = time.process_time()
    outcome = ask(assemble(tables, scenario), Watch()).to_json()
    refused = verify(outcome, tables)
    gap = outcome["objectives"][0]["gap"]
    told = f"{outcome['outcome']}, gap {'none' if gap is None else f'{gap:.2%}'}"
    return {"answering": time.process_time() - began, "refused": refused, "told": told}


def country(areas: int, sites: int, care_types: int) -> dict[str, Any]:
    """Tables of a made-up country of a size of its own; beyond the catalogue's care types each gets a twin."""
    from geodata.demo import SIZES, demo_tables

    from_catalogue = min(care_types, IN_THE_CATALOGUE)
    size = replace(
        SIZES["national"],
        areas=areas,
        sites=sites,
        care_types=from_catalogue,
        towns=max(sites + 10, min(areas // 15, 300)),
        organisations=max(2, sites * 6 // 10),
    )
    tables, _ = demo_tables(size, 1)
    return _with_twins(tables, care_types - from_catalogue)


def _with_twins(tables: dict[str, Any], count: int) -> dict[str, Any]:
    """The tables with the first ``count`` care types once more under another id."""
    import numpy as np

    twins = tables["care_types"]["care_type_id"][:count]
    if not count:
        return tables
    grown = dict(tables)
    for name, columns in tables.items():
        if "care_type_id" not in columns:
            continue
        again = np.isin(columns["care_type_id"], twins)
        grown[name] = {
            column: np.concatenate(
                [values, values[again] + TWIN if column in ("care_type_id", "requires") else values[again]]
            )
            for column, values in columns.items()
        }
    return grown
