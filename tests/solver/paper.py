"""A small landscape as one would write it on paper: dictionaries read straight from plain tables, for one scenario."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isnan

from tests.builders import Json, PlainTables

Pair = tuple[str, str]


def listed(value: str | Sequence[str] | None, everything: Sequence[str]) -> list[str]:
    """What an id, a list of ids, `*` or nothing stands for."""
    if value is None or value == "*":
        return list(everything)
    return [value] if isinstance(value, str) else list(value)


@dataclass(frozen=True)
class Paper:
    """The numbers a scenario speaks of, base future; keys: a area, s site, k care type, t period."""

    tables: PlainTables
    areas: list[str]
    inside: set[str]
    """Areas and sites in the region."""
    sites: list[str]
    care_types: list[str]
    """Of the scenario."""
    all_care_types: list[str]
    periods: list[str]
    behaviours: dict[str, Json]
    cases: dict[tuple[str, str, str], float]
    """(a, k, t) -> cases/year."""
    may_offer: set[Pair]
    today: set[Pair]
    columns: dict[str, dict[Pair, float]]
    """Numeric columns of site_care: name -> (s, k) -> value, blanks left out."""

    def number(self, column: str, s: str, k: str) -> float:
        """A number of site_care, 0 where its column or cell is absent."""
        return self.columns.get(column, {}).get((s, k), 0.0)

    def capacity(self, s: str, k: str) -> float:
        return self.columns.get("capacity_per_year", {}).get((s, k), inf)

    def population(self, a: str) -> float:
        return float(self.tables["areas"]["population"][self.areas.index(a)])

    def minutes(self, a: str, s: str, fields: Json) -> float:
        """Minutes from area to site by the mode in `fields`, the ambulance chain included, compared as decimals."""
        mode = fields.get("mode", "car")
        if mode == "ambulance" and "ambulance_posts" in self.tables:
            posts = self.tables["post_times"]
            nearest = min(m for a2, m in zip(posts["area_id"], posts["minutes"], strict=True) if a2 == a)
            drive = self._table_minutes(a, s, "ambulance" if "ambulance" in self._modes else "car")
            if drive == inf:
                return inf
            parts = (fields.get("dispatch_minutes", 0), float(nearest), fields.get("on_scene_minutes", 0), drive)
            return float(sum(Fraction(repr(part)) for part in parts))
        return self._table_minutes(a, s, mode)

    @property
    def _modes(self) -> list[str]:
        return list(self.tables["travel_times"]["mode"])

    def _table_minutes(self, a: str, s: str, mode: str) -> float:
        travel = self.tables["travel_times"]
        place = (list(travel["area_id"]).index(a), list(travel["site_id"]).index(s))
        value = float(travel["minutes"][(self._modes.index(mode), *place)])
        if isnan(value):
            raise LookupError(f"no travel time from {a} to {s} by {mode}")
        return value


def read(tables: PlainTables, scenario: Json) -> Paper:
    """The paper of a landscape for one scenario; a scenario's defaults are filled."""
    all_care_types = list(tables["care_types"]["care_type_id"])
    named = list(tables["periods"]["period_id"]) if "periods" in tables else ["today"]
    care_types = scenario.get("care_types") or all_care_types
    periods = scenario.get("periods") or named
    care = tables["site_care"]
    pairs = list(zip(care["site_id"], care["care_type_id"], strict=True))
    inside = {
        one
        for table, key in (("areas", "area_id"), ("sites", "site_id"))
        for one, within in zip(tables[table][key], tables[table]["in_region"], strict=True)
        if within
    }
    behaviours = scenario["behaviours"]
    return Paper(
        tables=tables,
        areas=list(tables["areas"]["area_id"]),
        inside=inside,
        sites=list(tables["sites"]["site_id"]),
        care_types=list(care_types),
        all_care_types=all_care_types,
        periods=list(periods),
        behaviours={k: behaviours.get(k) or behaviours["*"] for k in care_types},
        cases={
            (a, k, t): _cases(tables, a, k, t) for a in tables["areas"]["area_id"] for k in care_types for t in periods
        },
        may_offer=set(pairs),
        today={pair for pair, offered in zip(pairs, care["offered_today"], strict=True) if offered},
        columns={
            name: {pair: float(v) for pair, v in zip(pairs, values, strict=True) if not isnan(v)}
            for name, values in care.items()
            if values.dtype.kind == "f"
        },
    )


def _cases(tables: PlainTables, a: str, k: str, t: str) -> float:
    """The row for the period, else the row for all periods; absent is zero only where the package says so."""
    demand = tables["demand"]
    count = len(demand["area_id"])
    period = demand.get("period", [None] * count)
    future = demand.get("future", [None] * count)
    found: dict[str | None, float] = {
        period[n]: float(demand["cases_per_year"][n])
        for n in range(count)
        if demand["area_id"][n] == a and demand["care_type_id"][n] == k and future[n] is None
    }
    if t in found or None in found:
        return found.get(t, found.get(None, 0.0))
    if "demand" in tables["package"]["absent_means_zero"]:
        return 0.0
    raise LookupError(f"no demand of {k} in {a}")


def total(values: Iterable[float]) -> float:
    """An exact sum, rounded once."""
    return float(sum((Fraction(value) for value in values), Fraction()))
