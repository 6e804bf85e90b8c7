"""Travel: minutes and kilometres by mode, the ambulance's way to the patient, minutes between sites, and who went where."""

from __future__ import annotations

import numpy as np

from app.assembly.keys import Bools, Floats, Keys
from solver.scenario import BASE_FUTURE


def minutes_and_kilometres(keys: Keys) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """mode -> [A,S] minutes (inf unreachable) and km; pairs without a site_care row may be missing and count as unreachable."""
    table = keys.tables["travel_times"]
    modes = modes_used(keys)
    can_offer = np.zeros(len(keys.sites), bool)
    can_offer[keys.positions(keys.tables["site_care"], "site_id", keys.sites)] = True
    area_rows = {str(area): row for row, area in enumerate(table["area_id"])}
    site_rows = {str(site): row for row, site in enumerate(table["site_id"])}
    areas, sites = [area_rows[area] for area in keys.areas], [site_rows[site] for site in keys.sites]
    minutes: dict[str, Floats] = {}
    kilometres: dict[str, Floats] = {}
    futures = [None if future == BASE_FUTURE else future for future in table["future"]]
    for wanted in (None, keys.future):
        for layer, mode in enumerate(table["mode"]):
            if futures[layer] != wanted or mode not in modes:
                continue
            here = table["minutes"][layer][np.ix_(areas, sites)]
            nothing = np.full(here.shape, np.nan)
            given = ~np.isnan(here)
            minutes[mode] = np.where(given, here, minutes.get(mode, nothing))
            if "km" in table:
                far = table["km"][layer][np.ix_(areas, sites)]
                kilometres[mode] = np.where(given, far, kilometres.get(mode, nothing))
    for mode in sorted(modes - set(minutes)):
        if not (mode == "ambulance" and "car" in minutes and "ambulance_posts" in keys.tables):
            keys.complain(
                "travel_times",
                f"no travel times for mode {mode}",
                f"add travel_times_{mode}, or name a mode the data have",
            )
    for mode, values in minutes.items():
        missing = np.argwhere(np.isnan(values) & can_offer[None, :])
        keys.complain_of_each(
            f"travel_times ({mode})",
            "no travel time from {}",
            (f"area {keys.area_names[a]} to site {keys.site_names[s]}" for a, s in missing),
            "add the row, or mark the pair unreachable",
        )
        minutes[mode] = np.where(np.isnan(values), np.inf, values)
    return minutes, kilometres


def modes_used(keys: Keys) -> set[str]:
    """Every mode that a behaviour, rule, objective or question names; ambulance also needs the car's minutes to drive."""
    used = {behaviour.mode for behaviour in keys.read.behaviours}
    between_areas_and_sites = [rule for rule in keys.rules if rule["rule"] != "interdependency"]
    for part in (*between_areas_and_sites, *keys.measures, keys.read.canonical["question"]):
        if (mode := part.get("mode")) is not None:
            used.add(mode)
    if "ambulance" in used and "ambulance" not in set(keys.tables["travel_times"]["mode"]):
        used.add("car")
    return used


def check_kilometres(keys: Keys, minutes: dict[str, Floats], kilometres: dict[str, Floats], may_offer: Bools) -> None:
    """Emissions need km wherever somebody of the region may travel, and what a km of each mode emits."""
    inside = keys.of_areas("in_region", True).astype(bool)
    for measure in (measure for measure in keys.measures if measure["objective"] == "co2"):
        for mode in sorted({behaviour.mode for behaviour in keys.read.behaviours}):
            if mode not in measure["kg_per_km"]:
                keys.complain("objective co2", f"kg_per_km says nothing of mode {mode}", "add what a kilometre emits")
            if mode not in kilometres:
                keys.complain("travel_times", f"no kilometres for mode {mode}", "add the column km")
                continue
            travels = [k for k, behaviour in enumerate(keys.read.behaviours) if behaviour.mode == mode]
            needed = inside[:, None] & may_offer[:, travels].any(axis=1) & np.isfinite(minutes[mode])
            keys.complain_of_each(
                f"travel_times ({mode}).km",
                "no kilometres from {}",
                (f"area {keys.area_names[a]} to site {keys.site_names[s]}" for a, s in np.argwhere(needed & np.isnan(kilometres[mode]))),
                "fill the cell",
            )  # fmt: skip


def post_minutes(keys: Keys) -> Floats | None:
    """[A] minutes of the nearest ambulance post; None when the data know no posts."""
    table = keys.tables.get("post_times")
    if "ambulance_posts" not in keys.tables:
        return None
    nearest = np.full(len(keys.areas), np.inf)
    if table is not None:
        known = {str(post) for post in keys.tables["ambulance_posts"]["post_id"]}
        used = np.array([str(post) in known for post in table["post_id"]], bool)
        np.minimum.at(nearest, keys.positions(table, "area_id", keys.areas)[used], table["minutes"][used])
    if "ambulance" in modes_used(keys):
        keys.complain_of_each(
            "post_times",
            "no post has minutes to area {}",
            (keys.area_names[a] for a in np.flatnonzero(~np.isfinite(nearest))),
            "add the row of its nearest post",
        )
    return nearest


def site_minutes(keys: Keys) -> dict[str, Floats]:
    """mode -> [S,S] minutes from the row's site to the column's: 0 to itself, inf where not given."""
    wanted = {
        rule.get("mode") or "car"
        for rule in keys.rules
        if rule["rule"] == "interdependency" and rule.get("relation") == "within_minutes"
    }
    table = keys.tables.get("site_times")
    if wanted and table is None:
        keys.complain("site_times", "the table is not there", "add it, or use another relation than within_minutes")
    if not wanted or table is None:
        return {}
    S = len(keys.sites)
    modes = [str(mode or "car") for mode in table["mode"]] if "mode" in table else ["car"] * len(table["site_id"])
    here, there = (keys.positions(table, column, keys.sites) for column in ("site_id", "to_site_id"))
    found: dict[str, Floats] = {}
    for mode in sorted(wanted):
        rows = np.array([given == mode for given in modes], bool)
        if not rows.any():
            keys.complain(
                "site_times", f"no minutes between sites for mode {mode}", "add rows, or name a mode the table has"
            )
        keys.complain_of_each(
            "site_times",
            "minutes missing from {}",
            (f"site {keys.site_names[here[n]]} to site {keys.site_names[there[n]]}" for n in np.flatnonzero(rows & np.isnan(table["minutes"]))),
            "fill the cell",
        )  # fmt: skip
        found[mode] = np.full((S, S), np.inf)
        np.minimum.at(found[mode], (here[rows], there[rows]), table["minutes"][rows])
        np.fill_diagonal(found[mode], 0.0)
    return found


def observed_flows(keys: Keys) -> Floats | None:
    """[A,S,K] cases/year of patient_flows, those of care types outside the scenario left out."""
    table = keys.tables.get("patient_flows")
    if table is None:
        return None
    A, S, K, _ = keys.shape
    seen = np.zeros((A, S, K))
    care_type = keys.positions(table, "care_type_id", keys.care_types)
    mine = np.flatnonzero((care_type >= 0) & (table["cases_per_year"] > 0))
    area, site = keys.positions(table, "area_id", keys.areas), keys.positions(table, "site_id", keys.sites)
    np.add.at(seen, (area[mine], site[mine], care_type[mine]), table["cases_per_year"][mine])
    return seen
