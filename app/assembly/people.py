"""People: demand, inhabitants and their groups, and the regions and organisations that areas and sites belong to."""

from __future__ import annotations

import numpy as np

from app.assembly.keys import Bools, Floats, Keys


def demand(keys: Keys) -> Floats:
    """[A,K,T] cases/year: rows for a period or future override blank ones: both, then future, then period, then blank."""
    table = keys.tables["demand"]
    A, _, K, T = keys.shape
    area, care_type = (
        keys.positions(table, "area_id", keys.areas),
        keys.positions(table, "care_type_id", keys.care_types),
    )
    cases = np.full((A, K, T), np.nan)
    for t, layers in keys.in_force(table):
        for layer in layers:
            rows = layer & (care_type >= 0)
            cases[area[rows], care_type[rows], t] = table["cases_per_year"][rows]
    missing = np.isnan(cases)
    if keys.absent_means_zero("demand"):
        return np.where(missing, 0.0, cases)
    names = (
        f"area {keys.area_names[a]}, care type {keys.read.care_types[k]}, period {keys.read.periods[t]}"
        for a, k, t in np.argwhere(missing)
    )
    keys.complain_of_each("demand", "no cases for {}", names, "add the row, 0 if there are none")
    return cases


def years(keys: Keys) -> Floats:
    """[T] length of each period, 1 where the data do not say [years]."""
    periods = keys.tables.get("periods", {})
    given = dict(zip(periods.get("period_id", ()), periods.get("years", ()), strict=False))
    return np.array([1.0 if np.isnan(given.get(t, np.nan)) else given[t] for t in keys.periods], float)


def population(keys: Keys, inside: Bools) -> Floats:
    """[A] persons; blanks are problems once somebody counts inhabitants."""
    persons = np.asarray(keys.of_areas("population", np.nan), float)
    counted = keys.asked("beyond_minutes") or keys.ruled("access_norm") or keys.ruled("backup")
    in_groups = any(m["objective"] == "group_gap" and m.get("group") not in keys.tables["areas"] for m in keys.measures)
    question = keys.read.canonical["question"]
    counted |= question["question"] == "one_site_out" and "max_minutes" in question
    if counted or in_groups:
        keys.complain_of_each(
            "areas.population",
            "blank for area {}",
            (keys.area_names[a] for a in np.flatnonzero(np.isnan(persons) & inside)),
            "fill the cell, 0 if nobody lives there",
        )
    return persons


def groups(keys: Keys, inside: Bools) -> dict[str, Floats]:
    """Group -> [A] persons; areas without a row are problems once the group is spoken of."""
    table = keys.tables.get("population_groups")
    if table is None:
        return {}
    found = {str(group): np.full(len(keys.areas), np.nan) for group in dict.fromkeys(table["group"])}
    area = keys.positions(table, "area_id", keys.areas)
    for a, group, persons in zip(area, table["group"], table["persons"], strict=True):
        found[str(group)][a] = persons
    zero = keys.absent_means_zero("population_groups")
    for group in sorted(_spoken_of(keys, set(found))):
        if not zero:
            keys.complain_of_each(
                f"population_groups ({group})",
                "no persons for area {}",
                (keys.area_names[a] for a in np.flatnonzero(np.isnan(found[group]) & inside)),
                "add the row, 0 if there are none",
            )
    return {group: np.nan_to_num(persons) for group, persons in found.items()}


def _spoken_of(keys: Keys, known: set[str]) -> set[str]:
    """The groups that a rule, objective or question names; a gap between groups names all unless it says which."""
    named: set[str] = set()
    for part in (*keys.rules, *keys.measures, keys.read.canonical["question"]):
        group = part.get("group")
        if part.get("objective") == "group_gap" and group in (None, "*"):
            named |= known
        elif isinstance(group, str):
            named.add(group)
        elif group is not None:
            named |= set(group)
    return named & known


def attributes(keys: Keys) -> dict[str, tuple[str, ...]]:
    """The attributes of areas whose values are compared as groups: name -> [A]."""
    named = {measure.get("group") for measure in keys.measures if measure["objective"] == "group_gap"}
    known = set(keys.tables.get("population_groups", {}).get("group", ()))
    return {
        str(name): tuple(str(value) for value in keys.of_areas(name, None).tolist())
        for name in named
        if isinstance(name, str) and name in keys.tables["areas"] and name not in known
    }


def organisations(keys: Keys) -> tuple[str, ...]:
    """[S] organisation of each site; a site without one is an organisation of its own."""
    given = keys.of_sites("organisation_id", None)
    return tuple(
        site if organisation is None else str(organisation)
        for site, organisation in zip(keys.sites, given, strict=True)
    )


def regions(keys: Keys) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[str, ...]]]:
    """region_id -> its sites, and region_kind -> its regions. Rules about a region or network need sites in it."""
    table = keys.tables.get("region_members")
    members: dict[str, list[int]] = {}
    kinds: dict[str, dict[str, None]] = {}
    if table is not None:
        kind_of = table.get("region_kind", np.full(len(table["region_id"]), ""))
        for region, kind, member_kind, member in zip(
            table["region_id"], kind_of, table["member_kind"], table["member_id"], strict=True
        ):
            if member_kind == "site":
                members.setdefault(str(region), []).append(keys.sites[str(member)])
                kinds.setdefault(str(kind), {})[str(region)] = None
    for rule in keys.rules:
        for word, known in (("region", members), ("network", kinds)):
            if rule.get(word) is not None and rule[word] not in known:
                keys.complain(
                    f"rule {rule['id']}.{word}",
                    f"{rule[word]} has no sites in region_members",
                    "add them, or name another",
                )
    return {region: tuple(sorted(set(sites))) for region, sites in members.items()}, {
        kind: tuple(named) for kind, named in kinds.items()
    }
