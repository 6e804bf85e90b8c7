"""What solving gave as plain JSON and back: layouts name sites, care types and periods by their ids, so that they can be read on another machine."""

from __future__ import annotations

from typing import Any

import numpy as np

from solver.case import Flows
from solver.landscape import Landscape
from solver.solved import Layout, Solved

Json = dict[str, Any]


def layout_json(layout: Layout, land: Landscape) -> Json:
    """``offers`` [site_id, care_type_id, period_id] and ``flows`` [area_id, site_id, care_type_id, period_id, cases/year]."""
    flows = layout.flows
    columns = (flows.area, flows.site, flows.care_type, flows.period, flows.cases)
    return {
        "offers": [
            [land.site_ids[s], land.care_types[k], land.periods[t]] for s, k, t in np.argwhere(layout.offered).tolist()
        ],
        "flows": [
            [land.area_ids[a], land.site_ids[s], land.care_types[k], land.periods[t], cases]
            for a, s, k, t, cases in zip(*(column.tolist() for column in columns), strict=True)
        ],
    }


def layout_of(told: Json, land: Landscape) -> Layout:
    """The layout that ``layout_json`` told."""
    area, site, care_type, period = (
        {name: i for i, name in enumerate(names)}
        for names in (land.area_ids, land.site_ids, land.care_types, land.periods)
    )
    _, S, K, T = land.shape
    offered = np.zeros((S, K, T), bool)
    for s, k, t in told["offers"]:
        offered[site[s], care_type[k], period[t]] = True
    rows = [(area[a], site[s], care_type[k], period[t]) for a, s, k, t, _ in told["flows"]]
    places = np.array(rows, np.int64).reshape(-1, 4).T
    cases = np.array([row[4] for row in told["flows"]], float)
    return Layout(offered, Flows(places[0], places[1], places[2], places[3], cases))


def layout_of_plan(plan: Json, land: Landscape) -> Layout:
    """The layout of a plan as an outcome lists it: rows of ``offers``, and of the ``flows`` of steered care types."""
    offers = [[row["site_id"], row["care_type_id"], row["period"]] for row in plan["offers"]]
    flows = [
        [row["area_id"], row["site_id"], row["care_type_id"], row["period"], row["cases_per_year"]]
        for row in plan["flows"]
    ]
    return layout_of({"offers": offers, "flows": flows}, land)


def solved_json(solved: Solved, land: Landscape) -> Json:
    """Everything that was found but what a certificate begins from, its layouts told apart."""
    return {
        **vars(solved),
        "multipliers": {},
        "layout": None if solved.layout is None else layout_json(solved.layout, land),
        "others": [layout_json(other, land) for other in solved.others],
    }


def solved_of(told: Json, land: Landscape) -> Solved:
    """What ``solved_json`` told."""
    rows, columns, nonzeros = told["size"]
    fields = {
        **told,
        "layout": None if told["layout"] is None else layout_of(told["layout"], land),
        "others": tuple(layout_of(other, land) for other in told["others"]),
        "values": tuple(told["values"]),
        "bounds": tuple(told["bounds"]),
        "size": (rows, columns, nonzeros),
        "trace": tuple((seconds, value, bound) for seconds, value, bound in told["trace"]),
    }
    return Solved(**fields)


__all__ = ["layout_json", "layout_of", "layout_of_plan", "solved_json", "solved_of"]
