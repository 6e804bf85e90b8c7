"""Areas from CBS or any table: id, name, inhabitants, place, attributes, groups, and who lies inside the region."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geodata.importers.columns import Sheet, as_cells, column, filled, needed, numbers, texts, usual
from geodata.importers.draft import Draft, Values
from geodata.importers.places import attributes, coordinates, inside, joined
from geodata.importers.recipe_places import Areas, Group, Places, Shapes
from geodata.problems import names
from geodata.raw_table import RawTable
from geodata.routing.matrix import Floats


def import_areas(draft: Draft, listed: Areas) -> Sheet | None:
    """The tables areas and population_groups; the sheet they came from, with what was joined to it."""
    sheet = open_places(draft, listed, listed.area_id, "area_id")
    if sheet is None:
        return None
    found, report = draft.found, draft.report
    key = needed(sheet, "area_id", listed.area_id, found, report)
    named = listed.name or usual(sheet, "area_name", None, found, report)
    persons = usual(sheet, "population", listed.population, found, report)
    if key is None:
        return None
    ids = texts(sheet, key)
    tell_repeated(draft, sheet, key, ids)
    people = None if persons is None else _population(draft, sheet, persons, listed)
    if people is None and not found.has_errors:
        text = f"{sheet.raw.source} has no column that looks like population."
        found.warn(sheet.raw.name, text, 'Name it in the recipe (population = "..."); access norms count inhabitants.')
    place = coordinates(sheet, listed, found, report)
    columns: dict[str, Values | None] = {
        "area_id": ids, "name": None if named is None else filled(sheet, named, found), "population": people,
        "lat": None if place is None else place[0], "lon": None if place is None else place[1],
        "in_region": inside(sheet, listed, found),
    }  # fmt: skip
    draft.put("areas", columns | attributes(sheet, listed, found), sheet.raw.source, sheet.raw.rows)
    _groups(draft, sheet, ids, people, listed)
    if sheet.raw.geometry is not None and draft.shapes is None:
        _keep_shapes(draft, sheet, ids)
    return sheet


def open_places(draft: Draft, listed: Places, key: str | None, what: str) -> Sheet | None:
    """The table with everything joined to it that the recipe asks for; None, with the reason, if it cannot be read."""
    sheet = draft.open(listed)
    for join in listed.join:
        other = draft.open(join)
        if sheet is None or other is None:
            continue
        on = join.on or key or usual(sheet, what, None, draft.found, draft.report)
        name = None if on is None else column(sheet, on, draft.found)
        if name is not None:
            sheet = joined(sheet, name, join, other, draft.found, draft.report)
    return sheet


def tell_repeated(draft: Draft, sheet: Sheet, key: str, ids: list[str | None]) -> None:
    """An id per row and a row per id: blanks and repeats are errors, with a remedy for CBS's water rows."""
    raw, found = sheet.raw, draft.found
    blank = [i for i, v in enumerate(ids) if v is None]
    found.rows("error", raw.name, key, raw.rows[blank], lambda i: "The id is blank.",
               f'Fill it in, or leave the row out: without = {{ {key} = "" }}.')  # fmt: skip
    first: dict[str, int] = {}
    again: list[int] = []
    for i, v in enumerate(ids):
        if v is not None and first.setdefault(v, i) != i:
            again.append(i)
    water = next((c for c in raw.columns if c.casefold() == "water"), None)
    fix = "Choose the rows in the recipe: only = { ... } or without = { ... }."
    if water is not None:
        fix = f'CBS gives the water of an area a row of its own: only = {{ {water} = "NEE" }} leaves it out.'
    found.rows(
        "error", raw.name, key, raw.rows[again],
        lambda i: f"{ids[again[i]]} was given before, in row {raw.rows[first[str(ids[again[i]])]]}.", fix,
    )  # fmt: skip


def _population(draft: Draft, sheet: Sheet, name: str, listed: Areas) -> Floats:
    people = numbers(sheet, name, draft.found, draft.report)
    absent = np.isnan(people)
    if "population" in listed.if_missing and absent.any():
        put = listed.if_missing["population"]
        draft.report.assume(
            f"{sheet.raw.source}, {name}: {absent.sum():,} areas without a figure count {put:g} inhabitants each, as the "
            "recipe says (if_missing)."
        )
        people = np.where(absent, put, people)
    elif absent.any():
        text = f"{absent.sum():,} areas have no figure for population."
        fix = (
            "They stay blank (missing is not zero); to count them say if_missing = { population = ... } in the recipe."
        )
        draft.found.warn(sheet.raw.name, text, fix, field=name)
    return people


def _groups(draft: Draft, sheet: Sheet, ids: list[str | None], people: Floats | None, listed: Areas) -> None:
    for name, written in listed.groups.items():
        group = (
            written if isinstance(written, Group) else Group(columns=[written] if isinstance(written, str) else written)
        )
        persons = _persons(draft, sheet, name, group, people)
        if persons is None:
            continue
        known = np.flatnonzero(np.isfinite(persons))
        if len(known) < len(persons):
            lost = [str(ids[i]) for i in np.flatnonzero(np.isnan(persons))]
            fix = "They get no row for the group; a rule that counts it needs them all."
            draft.found.warn(sheet.raw.name, f"{name} is not known for {len(lost):,} areas: {names(lost, 10)}.", fix)
        columns: dict[str, Values] = {
            "area_id": [ids[i] for i in known], "group": [name] * len(known), "persons": persons[known],
        }  # fmt: skip
        draft.add("population_groups", columns, sheet.raw.source)


def _persons(draft: Draft, sheet: Sheet, name: str, group: Group, people: Floats | None) -> Floats | None:
    """Persons of a group per area: a sum of columns, or a share of the population."""
    found, report = draft.found, draft.report
    if group.columns:
        parts = [column(sheet, c, found) for c in group.columns]
        if any(p is None for p in parts):
            return None
        return np.asarray(np.sum([numbers(sheet, p, found, report) for p in parts if p is not None], axis=0))
    if people is None:
        found.error(
            sheet.raw.name, f"The group {name} is a share of a population that is not given.", "Name population."
        )
        return None
    if isinstance(group.share, str):
        share_column = column(sheet, group.share, found)
        if share_column is None:
            return None
        share = numbers(sheet, share_column, found, report)
        if np.nanmax(share, initial=0) > 1:
            report.assume(f"{sheet.raw.source}, {share_column}: the share of {name} is written in percent.")
            share = share / 100
    else:
        share = np.full(len(people), float(group.share or 0))
        report.assume(f"{name}: {share[0]:.1%} of the inhabitants of every area, as the recipe says.")
    return np.asarray(np.round(people * share, 3))


def import_shapes(draft: Draft, listed: Shapes) -> None:
    """The borders of the areas from a file of their own."""
    sheet = draft.open(listed)
    if sheet is None:
        return
    if sheet.raw.geometry is None:
        draft.found.error(sheet.raw.name, f"{sheet.raw.source} has no shapes.", "Name a GeoPackage or GeoJSON layer.")
        return
    key = needed(sheet, "area_id", listed.area_id, draft.found, draft.report)
    if key is not None:
        _keep_shapes(draft, sheet, texts(sheet, key))


def _keep_shapes(draft: Draft, sheet: Sheet, ids: list[str | None]) -> None:
    """The shapes of the areas that there are; others of the file are counted in the report."""
    known = set(draft.ids("areas", "area_id"))
    at = [i for i, v in enumerate(ids) if v in known]
    if len(at) < len(ids):
        draft.report.assume(f"{sheet.raw.source}: {len(ids) - len(at):,} shapes of other areas are not used.")
    geometry = sheet.raw.geometry
    assert geometry is not None
    columns = {"area_id": as_cells([ids[i] for i in at])}
    shapes = replace(geometry, shapes=geometry.shapes[at])
    draft.shapes = RawTable("areas", sheet.raw.source, columns, sheet.raw.rows[at], shapes)
