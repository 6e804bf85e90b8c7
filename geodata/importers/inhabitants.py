"""Inhabitants by age and sex per area, from a column per age band or a row per band, and their growth in a forecast."""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geodata.demand import Ages, Inhabitants, Sex, grown
from geodata.importers.ages import ages_in, sex_in, sex_of_column
from geodata.importers.columns import Sheet, column, filled, needed, numbers, texts
from geodata.importers.draft import Draft
from geodata.importers.places import plain_code
from geodata.importers.recipe_care import Forecast, Population
from geodata.problems import names

Band = tuple[Sex, Ages]


@dataclass(frozen=True)
class Rows:
    """Persons in long rows: whose (an area or a larger one), of what sex and ages, how many."""

    keys: list[str | None]
    bands: list[Band | None]
    persons: list[float]


def read_inhabitants(draft: Draft, listed: Population) -> Inhabitants | None:
    """Inhabitants by age and sex in the order of the table areas; NaN where the file has no figure."""
    sheet = draft.open(listed)
    if sheet is None:
        return None
    key = needed(sheet, "area_id", listed.area_id, draft.found, draft.report)
    if key is None:
        return None
    rows = _wide(draft, sheet, key, listed.columns) if listed.columns else _long(draft, sheet, key, listed)
    return None if rows is None else _gathered(draft, sheet, rows, draft.ids("areas", "area_id"))


def _wide(draft: Draft, sheet: Sheet, key: str, patterns: list[str]) -> Rows | None:
    wanted = [c for c in sheet.raw.columns if any(fnmatch.fnmatchcase(c, p) for p in patterns)]
    bands = {c: ages for c in wanted if (ages := ages_in(c)) is not None}
    strangers = [c for c in wanted if c not in bands]
    if strangers:
        fix = "Choose the columns more narrowly; an age is written like age_65_69 or age_95_plus."
        draft.found.error(sheet.raw.name, f"No ages can be read in the columns {names(strangers)}.", fix)
        return None
    if not bands:
        fix = f"Its columns are {names(list(sheet.raw.columns), 40)}."
        draft.found.error(sheet.raw.name, f"No column is like {names(patterns)}.", fix)
        return None
    ids = texts(sheet, key)
    keys: list[str | None] = []
    of: list[Band | None] = []
    persons: list[float] = []
    for name, ages in bands.items():
        keys += ids
        of += [(sex_of_column(name), ages)] * len(ids)
        persons += numbers(sheet, name, draft.found, draft.report).tolist()
    return Rows(keys, of, persons)


def _long(
    draft: Draft, sheet: Sheet, key: str, listed: Population | Forecast, at: list[int] | None = None
) -> Rows | None:
    found = draft.found
    age, persons = (column(sheet, str(name), found) for name in (listed.age, listed.persons))
    sex = None if listed.sex is None else column(sheet, listed.sex, found)
    if age is None or persons is None:
        return None
    labels = texts(sheet, age)
    sexes = [None] * len(labels) if sex is None else texts(sheet, sex)
    chosen = range(len(labels)) if at is None else at
    bands: list[Band | None] = []
    wrong: list[tuple[int, str]] = []
    for i in chosen:
        ages, who = ages_in(labels[i] or ""), sex_in(sexes[i])
        bands.append(None if ages is None or who is None else (who, ages))
        if ages is None or who is None:
            wrong.append((int(sheet.raw.rows[i]), str(labels[i] if ages is None else sexes[i])))
    found.rows(
        "error", sheet.raw.name, age, [row for row, _ in wrong], lambda i: f"{wrong[i][1]!r} is no age or sex that is read.",
        'Write ages like 65-69, "65 tot 70 jaar" or 95+, sexes like men, women and all; or leave the row out.',
    )  # fmt: skip
    keys, count = texts(sheet, key), numbers(sheet, persons, found, draft.report)
    return Rows([keys[i] for i in chosen], bands, [float(count[i]) for i in chosen])


def _gathered(draft: Draft, sheet: Sheet, rows: Rows, ids: list[str]) -> Inhabitants | None:
    """The rows as persons[ids, sexes, ages]: by sex where that is told, and the finest ages that do not overlap."""
    known = {band for band in rows.bands if band is not None}
    sexes: tuple[Sex, ...] = ("men", "women") if {"men", "women"} <= {sex for sex, _ in known} else ("all",)
    ages = _finest({a for sex, a in known if sex in sexes})
    if not ages or any(a.meets(b) for a, b in itertools.pairwise(ages)):
        text = f"The ages {names([str(a) for a in ages])} overlap."
        draft.found.error(sheet.raw.name, text, "Choose age bands that do not: columns = [...], only or without.")
        return None
    place = {name: i for i, name in enumerate(ids)}
    if not any(k in place for k in rows.keys):
        place = {plain_code(name): i for i, name in enumerate(ids)}
        draft.report.assume(f"{sheet.raw.source}: codes are matched without letters and leading zeros (GM0014 is 14).")
    persons = np.full((len(ids), len(sexes), len(ages)), np.nan)
    twice = 0
    for key, band, count in zip(rows.keys, rows.bands, rows.persons, strict=True):
        at = None if key is None else place.get(key, place.get(plain_code(key)))
        if at is None or band is None or band[0] not in sexes or band[1] not in ages:
            continue
        cell = at, sexes.index(band[0]), ages.index(band[1])
        twice += not np.isnan(persons[cell])
        persons[cell] = count
    if twice:
        text = f"{twice:,} figures are given twice for an area, a sex and an age."
        draft.found.error(sheet.raw.name, text, "Choose the rows (one year, one origin): only = { ... }.")
    absent = [ids[i] for i in np.flatnonzero(np.isnan(persons).all(axis=(1, 2)))]
    if absent:
        text = f"{len(absent):,} areas have no inhabitants by age: {names(absent, 10)}."
        draft.found.warn(sheet.raw.name, text, "Their demand by rates is not known; it stays missing.")
    told = "men and women apart" if len(sexes) == 2 else "men and women together"
    draft.report.assume(f"{sheet.raw.source}: inhabitants by age ({len(ages)} bands, {ages[0]} to {ages[-1]}), {told}.")
    return Inhabitants(sexes, ages, persons)


def _finest(ages: set[Ages]) -> tuple[Ages, ...]:
    """The ages that hold no other ones: totals are left out where their parts are there."""
    return tuple(sorted((a for a in ages if not any(a != b and a.holds(b) for b in ages)), key=lambda a: a.first))


def read_forecast(
    draft: Draft, listed: Forecast, areas: Sheet, base: Inhabitants, wanted_years: Iterable[int]
) -> dict[int, Inhabitants] | None:
    """Inhabitants of the base year and each wanted one, each area grown as its larger area does."""
    sheet = draft.open(listed)
    if sheet is None:
        return None
    found = draft.found
    key, year = column(sheet, listed.key, found), column(sheet, listed.year, found)
    keys_here = draft.ids("areas", "area_id")
    wanted: list[str | None] | None = list(keys_here)
    if listed.area_key is not None:
        wanted = filled(areas, listed.area_key, found)
    if key is None or year is None or wanted is None:
        return None
    years = [None if y is None else y[:4] for y in texts(sheet, year)]
    larger = sorted({str(w) for w in wanted if w is not None})
    member = np.array([larger.index(w) if w is not None else 0 for w in wanted])
    told: dict[int, Inhabitants] = {}
    for wished in (listed.base_year, *sorted({*wanted_years} - {listed.base_year})):
        at = [i for i, y in enumerate(years) if y == str(wished)]
        if not at:
            have = names(sorted({y for y in years if y is not None}), 12)
            found.error(sheet.raw.name, f"It has no rows for {wished}.", f"It has {have}.", field=year)
            continue
        rows = _long(draft, sheet, key, listed, at)
        persons = None if rows is None else _gathered(draft, sheet, rows, larger)
        if persons is not None:
            told[wished] = persons
    if listed.base_year not in told:
        return None
    now = told[listed.base_year]
    same = f"each age group of an area grows as that of its {listed.area_key or 'own row'} from {listed.base_year} on"
    draft.report.assume(f"{sheet.raw.source}: {same}.")
    return {y: grown(base, now, then, member) for y, then in told.items()}
