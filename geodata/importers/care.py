"""Care types with their demand per area, and which site offers them, from the recipe and the tables it names."""

from __future__ import annotations

import numpy as np

from geodata.demand import Inhabitants, Rate, cases, unfit, without_rate
from geodata.importers.ages import ages_in, sex_in
from geodata.importers.columns import Sheet, column, filled, numbers, texts
from geodata.importers.draft import Draft, Values
from geodata.importers.recipe_care import CareType, Demand, Period, RateTable
from geodata.problems import names
from geodata.routing.matrix import Floats

FIGURES = (
    "capacity_per_year", "fixed_cost_eur_per_year", "variable_cost_eur_per_case", "opening_cost_eur", "closing_cost_eur",
    "revenue_eur_per_case", "volume_today", "external_cases_per_year", "attraction",
)  # fmt: skip
YES = {"true", "1", "yes", "ja", "waar", "y", "j", "x"}
NO = {"false", "0", "no", "nee", "onwaar", "n", ""}


def import_care_types(draft: Draft, listed: list[CareType]) -> None:
    """The table care_types."""
    columns: dict[str, Values | None] = {"care_type_id": [c.care_type_id for c in listed]}
    for word in ("name", "name_nl", "urgency", "unit"):
        values = [c.model_dump()[word] for c in listed]
        columns[word] = values if any(v is not None for v in values) else None
    draft.put("care_types", columns, "the recipe")


def import_demand(
    draft: Draft, care: CareType, areas: Sheet, by_age: Inhabitants | None, later: dict[int, Inhabitants] | None,
    periods: list[Period],
) -> None:  # fmt: skip
    """Rows of the table demand: one per area, or one per area and period where a forecast makes them differ."""
    ids = draft.ids("areas", "area_id")
    if care.demand.rates is not None and later is not None and periods:
        for period in periods:
            then = later.get(int(period.start[:4]))
            made = None if then is None else _from_rates(draft, care, care.demand.rates, then)
            if made is not None:
                _put(draft, care, ids, made, period.period_id)
        return
    made = _cases(draft, care, areas, by_age)
    if made is not None:
        if later is not None and periods:
            draft.report.assume(
                f"The demand for {care.care_type_id} is the same in every period: it is no rate by age."
            )
        _put(draft, care, ids, made, None)


def _put(draft: Draft, care: CareType, ids: list[str], made: Floats, period: str | None) -> None:
    care_type, put, unknown = care.care_type_id, care.demand.if_missing, int(np.isnan(made).sum())
    if put is not None and unknown:
        text = f"{unknown:,} areas without a figure have {put:g} cases/year, as the recipe says (if_missing)"
        draft.report.assume(f"Demand for {care_type}: {text}.")
        made = np.where(np.isnan(made), put, made)
    known = np.flatnonzero(np.isfinite(made))
    columns: dict[str, Values] = {
        "area_id": [ids[i] for i in known], "care_type_id": [care_type] * len(known), "cases_per_year": made[known],
    }  # fmt: skip
    if period is not None:
        columns["period"] = [period] * len(known)
    draft.add("demand", columns, "the recipe")
    lost = [ids[i] for i in np.flatnonzero(np.isnan(made))]
    if lost:
        text = f"The demand of {len(lost):,} areas for {care_type} is not known: {names(lost, 10)}."
        fix = (
            "Complete the figures it is made from (if_missing says what a secret figure counts for); it is never zero."
        )
        draft.found.error("demand", text, fix, field="cases_per_year")
    total = f"{made[known].sum():,.1f} cases/year"
    when = f" in {period}" if period else ""
    draft.report.measured.append(f"Demand for {care_type}{when}: {total} in {len(known):,} areas.")


def _cases(draft: Draft, care: CareType, areas: Sheet, by_age: Inhabitants | None) -> Floats | None:
    """Cases per year in the order of the areas, NaN where not known."""
    listed: Demand = care.demand
    if listed.column is not None:
        name = column(areas, listed.column, draft.found)
        return None if name is None else numbers(areas, name, draft.found, draft.report)
    if listed.per_inhabitant is not None:
        text = f"The demand for {care.care_type_id} is {listed.per_inhabitant:g} cases per inhabitant everywhere."
        draft.report.assume(text)
        return draft.floats("areas", "population") * listed.per_inhabitant
    if listed.table is not None:
        sheet = draft.open(listed.table)
        if sheet is None:
            return None
        key, figure = (column(sheet, c, draft.found) for c in (listed.table.area_id, listed.table.cases_per_year))
        if key is None or figure is None:
            return None
        given = dict(zip(texts(sheet, key), numbers(sheet, figure, draft.found, draft.report).tolist(), strict=True))
        return np.array([given.get(a, np.nan) for a in draft.ids("areas", "area_id")])
    assert listed.rates is not None
    if by_age is None:
        if not draft.found.has_errors:
            text = f"The rates of {care.care_type_id} need inhabitants by age."
            draft.found.error("the recipe", text, "Add [population] with a file that has them.")
        return None
    return _from_rates(draft, care, listed.rates, by_age)


def _from_rates(draft: Draft, care: CareType, listed: RateTable, by_age: Inhabitants) -> Floats | None:
    sheet = draft.open(listed)
    rates = None if sheet is None else _rates(draft, sheet, listed)
    if sheet is None or rates is None:
        return None
    reasons = unfit(by_age, rates)
    fix = "Write rates for whole age bands of the inhabitants, each once."
    for reason in dict.fromkeys(reasons):
        draft.found.error(sheet.raw.name, reason, fix)
    if reasons:
        return None
    silent = without_rate(by_age, rates)
    if silent:
        draft.report.assume(f"{sheet.raw.source}: no rate for {names(silent, 8)}; they bring no {care.care_type_id}.")
    return np.round(cases(by_age, rates), 6)


def _rates(draft: Draft, sheet: Sheet, listed: RateTable) -> list[Rate] | None:
    found = draft.found
    age, figure = column(sheet, listed.age, found), column(sheet, listed.rate, found)
    sex = None if listed.sex is None else column(sheet, listed.sex, found)
    if age is None or figure is None:
        return None
    labels = texts(sheet, age)
    sexes = [None] * len(labels) if sex is None else texts(sheet, sex)
    made = [(sex_in(s), ages_in(label or "")) for s, label in zip(sexes, labels, strict=True)]
    values = numbers(sheet, figure, found, draft.report)
    wrong = [i for i, (who, ages) in enumerate(made) if who is None or ages is None or np.isnan(values[i])]
    found.rows(
        "error", sheet.raw.name, age, sheet.raw.rows[wrong], lambda i: f"{labels[wrong[i]]!r} makes no rate.",
        "Give each row an age such as 65-69 or 95+, a sex if the column is named, and a number.",
    )  # fmt: skip
    if wrong:
        return None
    draft.report.assume(f"{sheet.raw.source}: rates are cases per {listed.per:g} persons and year.")
    return [Rate(s, a, v / listed.per) for (s, a), v in zip(made, values.tolist(), strict=True) if s and a]


def import_site_care(draft: Draft, care: CareType, sites: Sheet | None) -> None:
    """Rows of the table site_care: where the care type is offered today, and where it could be."""
    ids = draft.ids("sites", "site_id")
    today = _where(draft, care.offered, ids, sites, care.care_type_id)
    if today is None:
        return
    able = today.copy()
    if care.could_offer == "everywhere":
        able[:] = True
    elif care.could_offer is not None:
        more = _where(draft, care.could_offer, ids, sites, care.care_type_id)
        able |= more if more is not None else False
    else:
        draft.report.assume(
            f"{care.care_type_id}: no other site than the {today.sum()} of today can open it (could_offer)."
        )
    at = np.flatnonzero(able)
    columns: dict[str, Values] = {
        "site_id": [ids[i] for i in at], "care_type_id": [care.care_type_id] * len(at),
        "offered_today": [bool(today[i]) for i in at],
    }  # fmt: skip
    for word in FIGURES:
        named = care.model_dump()[word]
        name = None if named is None or sites is None else column(sites, named, draft.found)
        if name is not None and sites is not None:
            columns[word] = numbers(sites, name, draft.found, draft.report)[at]
    draft.add("site_care", columns, "the recipe")


def _where(
    draft: Draft, written: str | list[str], ids: list[str], sites: Sheet | None, care_type: str
) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    """Which sites: those listed, or those whose column says yes."""
    if isinstance(written, list):
        strangers = [s for s in written if s not in ids]
        if strangers:
            text = f"{care_type} names sites that are not there: {names(strangers)}."
            draft.found.error("the recipe", text, f"The sites are {names(ids, 12)}.")
        return np.array([s in written for s in ids])
    if sites is None:
        draft.found.error("the recipe", f"{care_type}: there is no table of sites to look in.", "List the sites' ids.")
        return None
    values = filled(sites, written, draft.found)
    if values is None:
        return None
    plain = [(v or "").casefold() for v in values]
    wrong = [i for i, v in enumerate(plain) if v not in YES | NO]
    draft.found.rows(
        "error", sites.raw.name, written, sites.raw.rows[wrong], lambda i: f"{values[wrong[i]]!r} is neither yes nor no.",
        "Write true or false (ja and nee are read too).",
    )  # fmt: skip
    return np.array([v in YES for v in plain])
