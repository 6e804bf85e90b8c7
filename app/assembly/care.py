"""Care: who may offer what, with which room, outcomes and money."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.assembly.keys import Bools, Floats, Keys
from solver.behaviours import Choice


def offers(keys: Keys) -> dict[str, Any]:
    """may_offer and offered_today [S,K], busy_elsewhere [S], and what care types outside the scenario offer today."""
    _, S, K, _ = keys.shape
    care = keys.tables["site_care"]
    site, care_type = keys.positions(care, "site_id", keys.sites), keys.positions(care, "care_type_id", keys.care_types)
    mine, today = care_type >= 0, np.asarray(care["offered_today"], bool)
    may_offer, offered_today = np.zeros((S, K), bool), np.zeros((S, K), bool)
    may_offer[site[mine], care_type[mine]] = True
    offered_today[site[mine], care_type[mine]] = today[mine]
    elsewhere = {
        str(name): np.zeros(S, bool)
        for name in keys.tables["care_types"]["care_type_id"]
        if str(name) not in keys.care_types
    }
    for row in np.flatnonzero(~mine & today):
        elsewhere[str(care["care_type_id"][row])][site[row]] = True
    busy = np.any(list(elsewhere.values()), axis=0) if elsewhere else np.zeros(S, bool)
    return {
        "may_offer": may_offer, "offered_today": offered_today, "busy_elsewhere": busy, "offered_elsewhere": elsewhere,
    }  # fmt: skip


def room(keys: Keys) -> dict[str, Any]:
    """capacity (inf unlimited) and external cases [S,K,T]."""
    _, S, K, T = keys.shape

    def filled(column: str, blank: float) -> Floats:
        values = keys.of_pairs(column)
        known = np.full((S, K), blank) if values is None else np.where(np.isnan(values), blank, values)
        return np.repeat(known[:, :, None], T, axis=2)

    return {"capacity": filled("capacity_per_year", np.inf), "external": filled("external_cases_per_year", 0.0)}


def money(keys: Keys, may_offer: Bools, offered_today: Bools, inside: Bools) -> dict[str, Any]:
    """Costs and revenue of pairs and locations, None for columns the data do not have; blanks that are needed are problems."""
    T = keys.shape[3]
    pairs = may_offer & inside[:, None]
    locations = inside & np.isin(
        np.arange(len(inside)), keys.positions(keys.tables["site_care"], "site_id", keys.sites)
    )
    later = T > 1
    running = keys.asked("operating_cost") or keys.ruled("budget", scope="operating")
    changing = keys.asked("transition_cost") or keys.ruled("budget", scope="transition")
    earning = keys.ruled("organisation_balance", measure="revenue") or keys.asked(
        "largest_organisation_loss", measure="revenue"
    )
    if earning and "revenue_eur_per_case" not in keys.tables["site_care"]:
        keys.complain(
            "site_care", "no column revenue_eur_per_case", "add it, or let the rule or objective measure cases or staff"
        )
    fixed, variable = (
        _priced(keys, column, pairs, needed=running)
        for column in ("fixed_cost_eur_per_year", "variable_cost_eur_per_case")
    )
    return {
        "location_fixed_eur": _location(keys, "fixed_cost_eur_per_year", locations, needed=running),
        "fixed_eur": None if fixed is None else np.repeat(fixed[:, :, None], T, axis=2),
        "variable_eur": None if variable is None else np.repeat(variable[:, :, None], T, axis=2),
        "opening_eur": _priced(keys, "opening_cost_eur", pairs & (later | ~offered_today), needed=changing),
        "closing_eur": _priced(keys, "closing_cost_eur", pairs & (later | offered_today), needed=changing),
        "location_closing_eur": _location(keys, "closing_cost_eur", locations, needed=changing),
        "revenue_eur": _priced(keys, "revenue_eur_per_case", pairs, needed=earning),
    }


def _priced(keys: Keys, column: str, pairs: Bools, *, needed: bool) -> Floats | None:
    """[S,K] a column of site_care."""
    values = keys.of_pairs(column)
    if needed:
        _complain_of_blanks(keys, "site_care", column, values, pairs)
    return values


def _location(keys: Keys, column: str, locations: Bools, *, needed: bool) -> Floats | None:
    """[S] a column of sites."""
    values = np.asarray(keys.of_sites(column, np.nan), float) if column in keys.tables["sites"] else None
    if needed:
        _complain_of_blanks(keys, "sites", column, values, locations)
    return values


def _complain_of_blanks(keys: Keys, table: str, column: str, values: Floats | None, needed: Bools) -> None:
    """A column that is absent costs nothing, with a warning; a blank cell in a present column is an error once it is needed."""
    if values is None:
        if "revenue" not in column:
            keys.warn(f"table {table} has no column {column}: it costs nothing")
        return
    keys.complain_of_each(
        f"{table}.{column}",
        "blank for {}",
        keys.pair_names(np.isnan(values) & needed),
        "fill the cell, 0 if it costs nothing" if "revenue" not in column else "fill the cell, 0 if it earns nothing",
    )


def attraction(keys: Keys, may_offer: Bools) -> Floats:
    """[S,K] the column that the care type's choice names: of site_care, else of sites, else 1."""
    pull = np.full(may_offer.shape, np.nan)
    for k, behaviour in enumerate(keys.read.behaviours):
        if not isinstance(behaviour, Choice):
            continue
        column = behaviour.attraction
        by_pair = keys.of_pairs(column)
        if by_pair is not None:
            pull[:, k] = by_pair[:, k]
        if column in keys.tables["sites"]:
            by_site = np.asarray(keys.of_sites(column, np.nan), float)
            pull[:, k] = np.where(np.isnan(pull[:, k]), by_site, pull[:, k])
        wrong = may_offer[:, k] & (pull[:, k] <= 0)
        keys.complain_of_each(
            f"attraction ({column})",
            f"not positive for {{}}, {keys.read.care_types[k]}",
            keys.pair_names(wrong),
            "give a number above 0, or leave it blank for 1",
        )
    return np.where(np.isnan(pull), 1.0, pull)


def outcome_rates(keys: Keys) -> dict[int, tuple[tuple[float, float], ...]]:
    """Care type -> (from_volume, rate) in order of volume."""
    table = keys.tables.get("outcome_rates")
    needed = keys.asked("adverse_outcomes")
    if table is None:
        if needed:
            keys.complain(
                "outcome_rates", "the table is not there", "add it, or leave out the objective adverse_outcomes"
            )
        return {}
    found: dict[int, list[tuple[float, float]]] = {}
    care_type = keys.positions(table, "care_type_id", keys.care_types)
    for k, start, rate in zip(care_type, table["from_volume"], table["rate"], strict=True):
        if k >= 0:
            found.setdefault(int(k), []).append((float(start), float(rate)))
    rates = {k: tuple(sorted(steps)) for k, steps in sorted(found.items())}
    if needed:
        for k, steps in rates.items():
            if steps[0][0] > 0:
                keys.complain(
                    "outcome_rates",
                    f"no rate for {keys.read.care_types[k]} below {steps[0][0]:g} cases a year",
                    "add a row with from_volume 0",
                )
        without = [name for name, k in keys.care_types.items() if k not in rates]
        if not rates:
            keys.complain("outcome_rates", "no rates for any care type of the scenario", "add rows for them")
        elif without:
            keys.warn(f"no outcome rates for {', '.join(without)}: adverse outcomes leave them out")
    return rates
