"""Sites and organisations from a list of hospitals: GISCO's layout, or any table with a row per location."""

from __future__ import annotations

import re
import unicodedata

from geodata.importers.areas import open_places, tell_repeated
from geodata.importers.columns import Sheet, filled, needed, texts, usual
from geodata.importers.draft import Draft, Values
from geodata.importers.places import attributes, coordinates, inside
from geodata.importers.recipe_places import Sites


def import_sites(draft: Draft, listed: Sites) -> Sheet | None:
    """The tables sites and organisations; the sheet they came from, with what was joined to it."""
    sheet = open_places(draft, listed, listed.site_id, "site_id")
    if sheet is None:
        return None
    found, report = draft.found, draft.report
    key = needed(sheet, "site_id", listed.site_id, found, report)
    if key is None:
        return None
    ids = texts(sheet, key)
    tell_repeated(draft, sheet, key, ids)
    owner = usual(sheet, "organisation", listed.organisation, found, report)
    owners = None if owner is None else texts(sheet, owner)
    codes = None if listed.organisation_id is None else filled(sheet, listed.organisation_id, found)
    if codes is None and owners is not None:
        report.assume(f"{sheet.raw.source}: organisations are known by their name in {owner}, written as an id.")
        codes = [None if o is None else slug(o) for o in owners]
    kind = usual(sheet, "kind", listed.kind, found, report)
    place = coordinates(sheet, listed, found, report)
    if place is None:
        fix = "Name lat and lon (degrees) or x and y (RD) in the recipe; routing and maps need them."
        found.warn(sheet.raw.name, f"{sheet.raw.source} has no coordinates.", fix)
    columns: dict[str, Values | None] = {
        "site_id": ids, "name": _names(draft, sheet, listed), "organisation_id": codes,
        "kind": None if kind is None else texts(sheet, kind),
        "lat": None if place is None else place[0], "lon": None if place is None else place[1],
        "in_region": inside(sheet, listed, found),
    }  # fmt: skip
    draft.put("sites", columns | attributes(sheet, listed, found), sheet.raw.source, sheet.raw.rows)
    if codes is not None:
        _organisations(draft, sheet, codes, owners or codes)
    return sheet


def _names(draft: Draft, sheet: Sheet, listed: Sites) -> list[str | None] | None:
    """The names that the recipe asks for; in GISCO's layout a hospital and a site name together."""
    if listed.name is None and {"hospital_name", "site_name"} <= sheet.raw.columns.keys():
        draft.report.assume(f"{sheet.raw.source}: a name is the hospital_name and the site_name together.")
        both = zip(texts(sheet, "hospital_name"), texts(sheet, "site_name"), strict=True)
        return [" ".join(dict.fromkeys(part for part in pair if part)) or None for pair in both]
    named = listed.name or usual(sheet, "site_name", None, draft.found, draft.report)
    return None if named is None else filled(sheet, named, draft.found)


def _organisations(draft: Draft, sheet: Sheet, codes: list[str | None], owners: list[str | None]) -> None:
    """One row per organisation in the order of its id, by the first name it has; two names with one id are told."""
    called: dict[str, str] = {}
    for code, owner in zip(codes, owners, strict=True):
        if code is None:
            continue
        name = called.setdefault(code, owner or code)
        if owner is not None and owner != name:
            text = f"{owner!r} and {name!r} are both the organisation {code}."
            draft.found.warn(sheet.raw.name, text, "Give a column organisation_id where they are two.")
    ordered = sorted(called)
    draft.put("organisations", {"organisation_id": ordered, "name": [called[c] for c in ordered]}, sheet.raw.source)


def slug(name: str) -> str:
    """A name as an id: lower case, without accents, a dash for everything that is no letter or digit."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or name
