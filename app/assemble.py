"""Where solver and geodata meet: the plain tables and a scenario become a case that can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.behaviours import Choice
from solver.case import Case, PlainTables
from solver.landscape import Landscape
from solver.scenario import BASE_FUTURE, InvalidScenario, ReadScenario, read_scenario

Floats = NDArray[np.float64]


def assemble(tables: PlainTables, scenario: Mapping[str, Any], future: str = BASE_FUTURE) -> Case:
    """A scenario about a region's tables, ready to be asked.

    Raises InvalidScenario with every problem: names the data do not have, and numbers the scenario needs that are missing.
    """
    read = read_scenario(scenario, tables)
    assembly = _Assembly(tables, read, future)
    land = assembly.landscape()
    if assembly.problems:
        raise InvalidScenario(assembly.problems)
    warnings = (*read.warnings, *assembly.warnings)
    return Case(
        tables, land, read.canonical, read.rules, read.objectives, read.question, read.limits, warnings, read.assumed,
        future, lambda other: assemble(tables, scenario, other),
    )  # fmt: skip


class _Assembly:
    """One pass from plain tables to arrays, gathering every problem."""

    def __init__(self, tables: PlainTables, read: ReadScenario, future: str) -> None:
        self._tables, self._read, self._future = tables, read, future
        self.problems: list[dict[str, str]] = []
        self.warnings: list[str] = []
        areas, sites = tables["areas"]["area_id"], tables["sites"]["site_id"]
        self._area_order = np.argsort(np.array([str(a) for a in areas]), kind="stable")
        self._site_order = np.argsort(np.array([str(s) for s in sites]), kind="stable")
        self._areas = {str(areas[row]): a for a, row in enumerate(self._area_order)}
        self._sites = {str(sites[row]): s for s, row in enumerate(self._site_order)}
        self._care_types = {k: position for position, k in enumerate(read.care_types)}
        self._periods = {t: position for position, t in enumerate(read.periods)}

    def landscape(self) -> Landscape:
        """All arrays; problems are gathered, not raised."""
        tables, read = self._tables, self._read
        care = tables["site_care"]
        S, K, T = len(self._sites), len(self._care_types), len(self._periods)
        site = np.array([self._sites[str(s)] for s in care["site_id"]], int)
        care_type = np.array([self._care_types.get(str(k), -1) for k in care["care_type_id"]], int)
        mine = care_type >= 0
        may_offer, offered_today = np.zeros((S, K), bool), np.zeros((S, K), bool)
        may_offer[site[mine], care_type[mine]] = True
        offered_today[site[mine], care_type[mine]] = care["offered_today"][mine].astype(bool)
        busy = np.zeros(S, bool)
        busy[site[~mine & care["offered_today"].astype(bool)]] = True

        def of_pairs(column: str, blank: float) -> Floats | None:
            if column not in care:
                return None
            values = np.full((S, K), np.nan)
            values[site[mine], care_type[mine]] = care[column][mine]
            return np.repeat(np.where(np.isnan(values), blank, values)[:, :, None], T, axis=2)

        capacity = of_pairs("capacity_per_year", np.inf)
        external = of_pairs("external_cases_per_year", 0.0)
        minutes, kilometres = self._travel()
        in_region = self._of_areas("in_region", True).astype(bool)
        regions, kinds = self._regions()
        needs_money = self._needs({"operating_cost"})
        location = self._of_sites("fixed_cost_eur_per_year", np.nan)
        fixed, variable = of_pairs("fixed_cost_eur_per_year", np.nan), of_pairs("variable_cost_eur_per_case", np.nan)
        site_inside = self._of_sites("in_region", True).astype(bool)
        if needs_money:
            self._complain_of_blanks("sites", "fixed_cost_eur_per_year", location, site_inside)
            relevant = may_offer & site_inside[:, None]
            for column, values in (("fixed_cost_eur_per_year", fixed), ("variable_cost_eur_per_case", variable)):
                self._complain_of_blanks("site_care", column, None if values is None else values[:, :, 0], relevant)
        return Landscape(
            area_ids=tuple(self._areas), site_ids=tuple(self._sites), care_types=read.care_types, periods=read.periods,
            behaviours=read.behaviours, years=self._years(), demand=self._demand(), minutes=minutes,
            may_offer=may_offer, offered_today=offered_today,
            capacity=np.full((S, K, T), np.inf) if capacity is None else capacity,
            external=np.zeros((S, K, T)) if external is None else external,
            area_in_region=in_region, site_in_region=site_inside,
            population=self._population(in_region), groups=self._groups(), organisation=self._organisations(),
            regions=regions, region_kinds=kinds, kilometres=kilometres,
            attraction=self._attraction(may_offer), observed_flows=self._observed_flows(),
            location_fixed_eur=location if "fixed_cost_eur_per_year" in tables["sites"] else None,
            fixed_eur=fixed, variable_eur=variable, busy_elsewhere=busy, post_minutes=self._posts(),
        )  # fmt: skip

    def _complain(self, where: str, problem: str, fix: str) -> None:
        self.problems.append({"where": where, "problem": problem, "fix": fix})

    def _complain_of_blanks(self, table: str, column: str, values: Floats | None, needed: NDArray[np.bool_]) -> None:
        """A column that is absent costs nothing, with a warning; a blank cell in a present column is an error once it is needed."""
        if column not in self._tables[table] or values is None:
            self.warnings.append(f"table {table} has no column {column}: it costs nothing")
            return
        blank = np.argwhere(np.isnan(values) & needed)
        names = list(self._sites)
        for index in blank[:20]:
            where = ", ".join([names[index[0]], *[self._read.care_types[k] for k in index[1:]]])
            self._complain(f"{table}.{column}", f"blank for {where}", "fill the cell, 0 if it costs nothing")

    def _of_areas(self, column: str, default: Any) -> NDArray[Any]:
        values = self._tables["areas"].get(column)
        return np.full(len(self._areas), default) if values is None else np.asarray(values)[self._area_order]

    def _of_sites(self, column: str, default: Any) -> NDArray[Any]:
        values = self._tables["sites"].get(column)
        return np.full(len(self._sites), default) if values is None else np.asarray(values)[self._site_order]

    def _needs(self, kinds: set[str]) -> bool:
        """Some objective, or a term of a weighted one, is of these kinds."""
        asked = self._read.canonical
        for objective in (*asked["objectives"], *asked["question"].get("objectives", ())):
            named = {objective["objective"], *(term["objective"] for term in objective.get("terms", ()))}
            if named & kinds:
                return True
        return False

    def _years(self) -> Floats:
        periods = self._tables.get("periods", {})
        given = dict(zip(periods.get("period_id", ()), periods.get("years", ()), strict=False))
        return np.array([1.0 if np.isnan(given.get(t, np.nan)) else given[t] for t in self._read.periods], float)

    def _demand(self) -> Floats:
        """Cases/year [A,K,T]: rows for a period or future override blank ones: both, then future, then period, then blank."""
        table = self._tables["demand"]
        A, K, T = len(self._areas), len(self._care_types), len(self._periods)
        area = np.array([self._areas[str(a)] for a in table["area_id"]], int)
        care_type = np.array([self._care_types.get(str(k), -1) for k in table["care_type_id"]], int)
        cases = table["cases_per_year"]
        blank = np.full(len(area), None, object)
        period, future = table.get("period", blank), table.get("future", blank)
        general = np.array([name is None for name in period], bool)
        any_future = np.array([name is None for name in future], bool)
        demand = np.full((A, K, T), np.nan)
        for t, name in enumerate(self._read.periods):
            for rows in (
                general & any_future,
                (period == name) & any_future,
                general & (future == self._future),
                (period == name) & (future == self._future),
            ):
                rows = rows & (care_type >= 0)
                demand[area[rows], care_type[rows], t] = cases[rows]
        missing = np.isnan(demand)
        if missing.any():
            if "demand" in set(self._tables.get("package", {}).get("absent_means_zero", ())):
                demand[missing] = 0.0
            else:
                names = list(self._areas)
                for a, k, t in np.argwhere(missing)[:20]:
                    self._complain(
                        "demand",
                        f"no cases for area {names[a]}, care type {self._read.care_types[k]}, period {self._read.periods[t]}",
                        "add the row, 0 if there are none",
                    )
        return demand

    def _travel(self) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """mode -> [A,S] minutes and kilometres; pairs without a site_care row may be missing and count as unreachable."""
        table = self._tables["travel_times"]
        modes = self._modes_used()
        can_offer = np.zeros(len(self._sites), bool)
        can_offer[[self._sites[str(s)] for s in self._tables["site_care"]["site_id"]]] = True
        minutes: dict[str, Floats] = {}
        kilometres: dict[str, Floats] = {}
        for future in (None, self._future):
            for layer, mode in enumerate(table["mode"]):
                of_layer = None if table["future"][layer] == BASE_FUTURE else table["future"][layer]
                if of_layer != future or mode not in modes:
                    continue
                here = table["minutes"][layer][np.ix_(self._area_order, self._site_order)]
                nothing = np.full(here.shape, np.nan)
                given = ~np.isnan(here)
                minutes[mode] = np.where(given, here, minutes.get(mode, nothing))
                if "km" in table:
                    far = table["km"][layer][np.ix_(self._area_order, self._site_order)]
                    kilometres[mode] = np.where(given, far, kilometres.get(mode, nothing))
        for mode in sorted(modes - set(minutes)):
            if not (mode == "ambulance" and "car" in minutes and "post_times" in self._tables):
                self._complain(
                    "travel_times",
                    f"no travel times for mode {mode}",
                    f"add travel_times_{mode}, or name a mode the data have",
                )
        for mode, values in minutes.items():
            missing = np.argwhere(np.isnan(values) & can_offer[None, :])
            areas, sites = list(self._areas), list(self._sites)
            for a, s in missing[:20]:
                self._complain(
                    f"travel_times ({mode})",
                    f"no travel time from area {areas[a]} to site {sites[s]}",
                    "add the row, or mark the pair unreachable",
                )
            minutes[mode] = np.where(np.isnan(values), np.inf, values)
        return minutes, kilometres

    def _attraction(self, may_offer: NDArray[np.bool_]) -> Floats:
        """[S,K] the column that the care type's choice names: of site_care, else of sites, else 1."""
        S, K = may_offer.shape
        care, pull = self._tables["site_care"], np.full((S, K), np.nan)
        site = np.array([self._sites[str(s)] for s in care["site_id"]], int)
        care_type = np.array([self._care_types.get(str(k), -1) for k in care["care_type_id"]], int)
        for k, behaviour in enumerate(self._read.behaviours):
            if not isinstance(behaviour, Choice):
                continue
            column = behaviour.attraction
            if column in care:
                mine = care_type == k
                pull[site[mine], k] = np.asarray(care[column], float)[mine]
            if column in self._tables["sites"]:
                pull[:, k] = np.where(
                    np.isnan(pull[:, k]), np.asarray(self._of_sites(column, np.nan), float), pull[:, k]
                )
            names = list(self._sites)
            for s in np.flatnonzero(may_offer[:, k] & (pull[:, k] <= 0)):
                self._complain(
                    f"attraction ({column})",
                    f"not positive for site {names[s]}, {self._read.care_types[k]}",
                    "give a number above 0, or leave it blank for 1",
                )
        return np.where(np.isnan(pull), 1.0, pull)

    def _observed_flows(self) -> Floats | None:
        """[A,S,K] cases/year of patient_flows, those of care types outside the scenario left out."""
        table = self._tables.get("patient_flows")
        if table is None:
            return None
        seen = np.zeros((len(self._areas), len(self._sites), len(self._care_types)))
        care_type = np.array([self._care_types.get(str(k), -1) for k in table["care_type_id"]], int)
        mine = np.flatnonzero((care_type >= 0) & (table["cases_per_year"] > 0))
        area = np.array([self._areas[str(table["area_id"][row])] for row in mine], int)
        site = np.array([self._sites[str(table["site_id"][row])] for row in mine], int)
        np.add.at(seen, (area, site, care_type[mine]), table["cases_per_year"][mine])
        return seen

    def _modes_used(self) -> set[str]:
        """Every mode that a behaviour, rule, objective or question names; ambulance also needs the car's minutes to drive."""
        used = {behaviour.mode for behaviour in self._read.behaviours}
        for part in (
            *self._read.canonical["rules"],
            *self._read.canonical["objectives"],
            *self._read.canonical["question"].get("objectives", ()),
            self._read.canonical["question"],
        ):
            named = [part, *part.get("terms", ())]
            used |= {mode for one in named if (mode := one.get("mode")) is not None}
        if "ambulance" in used and "ambulance" not in set(self._tables["travel_times"]["mode"]):
            used.add("car")
        return used

    def _population(self, in_region: NDArray[np.bool_]) -> Floats:
        persons = np.asarray(self._of_areas("population", np.nan), float)
        asked = self._read.canonical
        needs = (
            self._needs({"beyond_minutes"})
            or any(rule["rule"] in ("access_norm", "backup") for rule in asked["rules"])
            or (asked["question"]["question"] == "one_site_out" and "max_minutes" in asked["question"])
        )
        if needs:
            names = list(self._areas)
            for a in np.flatnonzero(np.isnan(persons) & in_region)[:20]:
                self._complain(
                    "areas.population", f"blank for area {names[a]}", "fill the cell, 0 if nobody lives there"
                )
        return persons

    def _groups(self) -> dict[str, Floats]:
        table = self._tables.get("population_groups")
        if table is None:
            return {}
        groups = {str(g): np.zeros(len(self._areas)) for g in dict.fromkeys(table["group"])}
        for area, group, persons in zip(table["area_id"], table["group"], table["persons"], strict=True):
            groups[str(group)][self._areas[str(area)]] = persons
        return groups

    def _organisations(self) -> tuple[str, ...]:
        given = self._of_sites("organisation_id", None)
        return tuple(
            site if organisation is None else str(organisation)
            for site, organisation in zip(self._sites, given, strict=True)
        )

    def _regions(self) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[str, ...]]]:
        table = self._tables.get("region_members")
        if table is None:
            return {}, {}
        members: dict[str, list[int]] = {}
        kinds: dict[str, dict[str, None]] = {}
        for region, kind, member_kind, member in zip(
            table["region_id"], table["region_kind"], table["member_kind"], table["member_id"], strict=True
        ):
            members.setdefault(str(region), [])
            kinds.setdefault(str(kind), {})[str(region)] = None
            if member_kind == "site":
                members[str(region)].append(self._sites[str(member)])
        return {region: tuple(sorted(sites)) for region, sites in members.items()}, {
            kind: tuple(regions) for kind, regions in kinds.items()
        }

    def _posts(self) -> Floats | None:
        table = self._tables.get("post_times")
        if table is None:
            return None
        nearest = np.full(len(self._areas), np.inf)
        area = np.array([self._areas[str(a)] for a in table["area_id"]], int)
        np.minimum.at(nearest, area, table["minutes"])
        return nearest


__all__ = ["Case", "InvalidScenario", "assemble"]
