"""Where solver and geodata meet: the plain tables and a scenario become a case that can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from app.assembly import care, people, supplies, travel
from app.assembly.keys import Keys
from app.assembly.today import check_today, compares_with_today, with_today
from solver.behaviours import Choice
from solver.case import Case, PlainTables
from solver.landscape import Landscape
from solver.objectives.group_gap import GroupGap
from solver.scenario import BASE_FUTURE, InvalidScenario, read_scenario


def assemble(tables: PlainTables, scenario: Mapping[str, Any], future: str = BASE_FUTURE) -> Case:
    """A scenario about a region's tables, ready to be asked.

    Raises InvalidScenario with every problem: names the data do not have, and numbers the scenario needs that are missing.
    """
    read = read_scenario(scenario, tables)
    keys = Keys(tables, read, future)
    land = _landscape(keys)
    if not keys.problems:
        _check_measures(keys, land)
    if keys.problems:
        raise InvalidScenario(keys.problems)
    case = Case(
        tables, land, read.canonical, read.rules, read.objectives, read.question, read.limits,
        (*read.warnings, *keys.warnings), read.assumed, future, partial(assemble, tables, scenario),
        partial(_behaving, tables, scenario, future),
    )  # fmt: skip
    return with_today(case) if compares_with_today(keys) else case


def _behaving(tables: PlainTables, scenario: Mapping[str, Any], future: str, behaviours: Mapping[str, Any]) -> Case:
    """The same scenario with patients who find their site otherwise."""
    return assemble(tables, {**scenario, "behaviours": behaviours}, future)


def _landscape(keys: Keys) -> Landscape:
    """All arrays; problems are gathered, not raised."""
    offers = care.offers(keys)
    minutes, kilometres = travel.minutes_and_kilometres(keys)
    area_inside = keys.of_areas("in_region", True).astype(bool)
    site_inside = keys.of_sites("in_region", True).astype(bool)
    organisation, (regions, kinds) = people.organisations(keys), people.regions(keys)
    may_offer = offers["may_offer"]
    travel.check_kilometres(keys, minutes, kilometres, may_offer)
    check_today(keys, bool(offers["offered_today"].any()))
    return Landscape(
        area_ids=keys.area_names, site_ids=keys.site_names, care_types=keys.read.care_types, periods=keys.read.periods,
        behaviours=keys.read.behaviours, years=people.years(keys), demand=people.demand(keys),
        **offers, **care.room(keys), **care.money(keys, may_offer, offers["offered_today"], site_inside),
        area_in_region=area_inside, site_in_region=site_inside,
        population=people.population(keys, area_inside), groups=people.groups(keys, area_inside),
        attributes=people.attributes(keys), organisation=organisation, regions=regions, region_kinds=kinds,
        minutes=minutes, kilometres=kilometres, post_minutes=travel.post_minutes(keys),
        site_minutes=travel.site_minutes(keys), observed_flows=travel.observed_flows(keys),
        attraction=care.attraction(keys, may_offer), outcome_rates=care.outcome_rates(keys),
        resources=supplies.resources(keys, may_offer, site_inside, organisation, regions),
    )  # fmt: skip


def _check_measures(keys: Keys, land: Landscape) -> None:
    """Measures that would have no value: a mean over nobody, a gap between fewer than two groups."""
    _, _, K, T = land.shape
    cases = np.array([[land.served_cases(k, t).sum() for t in range(T)] for k in range(K)])
    by_choice = [k for k, behaviour in enumerate(land.behaviours) if isinstance(behaviour, Choice)]
    if keys.asked("accessibility") and not cases[by_choice].sum() > 0:
        keys.complain(
            "objective accessibility",
            "no care type with cases has a weight_per_minute",
            "give a care type the behaviour choice, or use travel_time",
        )
    if keys.asked("tail_minutes") and not (cases.sum(axis=0) > 0).all():
        keys.complain("objective tail_minutes", "a period has no cases", "ask for periods with cases, or leave it out")
    for measure in (measure for measure in keys.measures if measure["objective"] == "group_gap"):
        gap = GroupGap(group=measure.get("group"))
        for t, period in enumerate(land.periods):
            shares = [land.share(group) for group in gap.people(land)]
            needing = [share for share in shares if sum(share @ land.served_cases(k, t) for k in range(K)) > 0]
            if len(needing) < 2:
                keys.complain(
                    "objective group_gap",
                    f"fewer than two groups have cases in period {period}",
                    "name groups of population_groups, or an attribute of the areas",
                )


__all__ = ["Case", "InvalidScenario", "assemble"]
