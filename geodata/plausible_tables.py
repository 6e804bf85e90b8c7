"""Tables that may well hold a mistake: shown as warnings for a person to judge; nothing is refused for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from geodata.problems import Findings, names
from geodata.raw_table import decimal_text
from geodata.references import Index
from geodata.travel import Matrix
from geodata.typed_table import Tables, TypedTable


def check_care(tables: Tables, areas: Index, sites: Index, care_types: Index, found: Findings) -> None:
    """Areas without demand, sites that can offer nothing, care that nobody offers, demand beyond capacity."""
    demand, care = tables["demand"], tables["site_care"]
    a, k = areas.of(demand.columns["area_id"]), care_types.of(demand.columns["care_type_id"])
    cases = np.nan_to_num(demand.columns["cases_per_year"])
    without = np.flatnonzero(np.bincount(a[a >= 0], weights=cases[a >= 0], minlength=len(areas.ids)) == 0)
    if len(without):
        text = f"{len(without):,} areas have no demand for any care type: {names(areas.ids[without])}."
        found.warn("demand", text, "Check that nobody there needs care.", field="area_id")
    offers = sites.of(care.columns["site_id"])
    idle = np.setdiff1d(np.arange(len(sites.ids)), offers)
    if len(idle):
        text = f"{len(idle):,} sites can offer nothing: {names(sites.ids[idle])}."
        found.warn("site_care", text, "Add site_care rows for what they could offer, or leave it so.", field="site_id")
    _check_capacity(demand, care, k, cases, care_types, found)
    if not care.columns["offered_today"].any():
        fix = "Check offered_today; there is no baseline."
        found.warn("site_care", "No site offers anything today.", fix, field="offered_today")


def _check_capacity(
    demand: TypedTable, care: TypedTable, k: np.ndarray[Any, Any], cases: Matrix, care_types: Index, found: Findings
) -> None:
    """Per care type: the most that any period and future asks, beside what all its sites together could take."""
    periods = demand.columns.get("period", np.full(len(k), None, dtype=object))
    futures = demand.columns.get("future", np.full(len(k), None, dtype=object))
    most = np.zeros(len(care_types.ids))
    for period in dict.fromkeys(periods.tolist()):
        for future in dict.fromkeys(futures.tolist()):
            at = (periods == period) & (futures == future) & (k >= 0)
            most = np.maximum(most, np.bincount(k[at], weights=cases[at], minlength=len(most)))
    where = care_types.of(care.columns["care_type_id"])
    count = len(most)
    capacity = care.columns.get("capacity_per_year", np.full(len(where), np.nan))
    external = np.nan_to_num(care.columns.get("external_cases_per_year", np.zeros(len(where))))
    room = np.bincount(where, weights=np.where(np.isnan(capacity), np.inf, capacity), minlength=count)
    room[np.bincount(where, minlength=count) == 0] = 0
    asked = most + np.bincount(where, weights=external, minlength=count)
    for i in np.flatnonzero((asked > room) & (most > 0)):
        name = care_types.ids[i]
        if room[i] == 0:
            text = f"No site can offer {name}, and {decimal_text(float(most[i]))} cases/year ask for it."
            found.warn("site_care", text, "Add site_care rows for the sites that could.", field="care_type_id")
        else:
            text = (
                f"Demand for {name} is {decimal_text(round(float(asked[i]), 3))} cases/year; "
                f"all its sites together can take {decimal_text(float(room[i]))}."
            )
            found.warn("site_care", text, "Raise the capacity, or expect no plan for it.", field="capacity_per_year")


def check_people(tables: Tables, areas: Index, found: Findings) -> None:
    """Coordinates the wrong way round, groups larger than the population or not told everywhere."""
    for name in ("areas", "sites", "ambulance_posts"):
        if name in tables and {"lat", "lon"} <= tables[name].columns.keys():
            _check_places(tables[name], found)
    groups = tables.get("population_groups")
    if groups is None:
        return
    a = areas.of(groups.columns["area_id"])
    everyone = tables["areas"].columns.get("population", np.full(len(areas.ids), np.nan))
    more = np.flatnonzero(groups.columns["persons"] > everyone[a])
    found.rows(
        "warning", "population_groups", "persons", groups.rows[more],
        lambda i: f"The group has more persons than area {areas.ids[a[more[i]]]} has inhabitants.",
        "Check both figures.",
    )  # fmt: skip
    for group in dict.fromkeys(groups.columns["group"].tolist()):
        absent = np.setdiff1d(np.arange(len(areas.ids)), a[groups.columns["group"] == group])
        if len(absent):
            text = f"The group {group} is not told for {len(absent):,} areas: {names(areas.ids[absent])}."
            fix = "Add the rows; a rule that counts the group needs them."
            found.warn("population_groups", text, fix, field="group")


def _check_places(table: TypedTable, found: Findings) -> None:
    lat, lon = table.columns["lat"], table.columns["lon"]
    given = np.isfinite(lat) & np.isfinite(lon)
    if given.any() and 2 < np.median(lat[given]) < 8 and 50 < np.median(lon[given]) < 54:
        fix = "In the Netherlands lat is about 52 and lon about 5."
        found.warn(table.name, "lat and lon look exchanged.", fix, field="lat")
    halves = table.rows[np.isnan(lat) != np.isnan(lon)]
    found.rows(
        "warning", table.name, "lat", halves, lambda i: "Only one of lat and lon is given.", "Give both, or neither."
    )


def check_others(tables: Tables, areas: Index, found: Findings) -> None:
    """Site times that differ both ways, areas without an ambulance post, flows to sites that cannot offer, chances."""
    times = tables.get("site_times")
    if times is not None:
        _check_site_times(times, found)
    posts = tables.get("post_times")
    if posts is not None:
        absent = np.setdiff1d(np.arange(len(areas.ids)), areas.of(posts.columns["area_id"]))
        if len(absent):
            text = f"{len(absent):,} areas have no post within reach: {names(areas.ids[absent])}."
            found.warn("post_times", text, "Add their minutes from the nearest posts.", field="area_id")
    flows, care = tables.get("patient_flows"), tables["site_care"]
    if flows is not None:
        able = set(zip(care.columns["site_id"], care.columns["care_type_id"], strict=True))
        pairs = zip(flows.columns["site_id"], flows.columns["care_type_id"], strict=True)
        lost = [i for i, pair in enumerate(pairs) if pair not in able]
        found.rows(
            "warning", "patient_flows", "site_id", flows.rows[lost],
            lambda i: f"It cannot offer {flows.columns['care_type_id'][lost[i]]}, as it has no site_care row for it.",
            "Add the site_care row; else these patients are spread over the other sites.",
        )  # fmt: skip
    chances = tables["futures"].columns.get("probability") if "futures" in tables else None
    if chances is not None and not np.isnan(chances).any() and abs(float(chances.sum()) - 1) > 1e-9:
        text = f"The probabilities add up to {decimal_text(round(float(chances.sum()), 9))}."
        found.warn("futures", text, "Let them add up to 1.", field="probability")
    rates = tables.get("outcome_rates")
    if rates is not None:
        for care_type in dict.fromkeys(rates.columns["care_type_id"].tolist()):
            lowest = float(rates.columns["from_volume"][rates.columns["care_type_id"] == care_type].min())
            if lowest > 0:
                text = f"No rate is given for {care_type} below {decimal_text(lowest)} cases/year."
                found.warn("outcome_rates", text, "Add a row with from_volume 0.", field="from_volume")


def _check_site_times(times: TypedTable, found: Findings) -> None:
    columns = times.columns
    keys = zip(columns["site_id"], columns["to_site_id"], columns["mode"], strict=True)
    minutes = dict(zip(keys, columns["minutes"].tolist(), strict=True))
    odd = [
        i
        for i, ((a, b, mode), m) in enumerate(minutes.items())
        if a != b and (back := minutes.get((b, a, mode))) is not None and m > 2 * back + 10
    ]
    found.rows(
        "warning", "site_times", "minutes", times.rows[odd],
        lambda i: f"To {columns['to_site_id'][odd[i]]} it takes over twice as long as back.",
        "Check both rows.",
    )  # fmt: skip
