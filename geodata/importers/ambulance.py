"""Ambulance posts and their minutes to areas, and the chain that a norm counts: dispatch, post, on scene, drive."""

from __future__ import annotations

import numpy as np

from geodata.importers.areas import open_places, tell_repeated
from geodata.importers.columns import filled, needed, texts, usual
from geodata.importers.draft import Draft, Values
from geodata.importers.places import coordinates
from geodata.importers.recipe_travel import Ambulance
from geodata.importers.travel import points
from geodata.importers.ways import Routing, minutes_by
from geodata.routing.matrix import Floats

LIMIT_MINUTES = 45.0


def import_ambulance(draft: Draft, listed: Ambulance, routing: Routing) -> None:
    """The tables ambulance_posts and post_times, and the chain with its parameters in the report."""
    sheet = open_places(draft, listed, listed.post_id, "post_id")
    key = None if sheet is None else needed(sheet, "post_id", listed.post_id, draft.found, draft.report)
    if sheet is None or key is None:
        return
    ids = texts(sheet, key)
    tell_repeated(draft, sheet, key, ids)
    named = listed.name or usual(sheet, "site_name", None, draft.found, draft.report)
    ready = usual(sheet, "availability", listed.availability, draft.found, draft.report)
    place = coordinates(sheet, listed, draft.found, draft.report)
    columns: dict[str, Values | None] = {
        "post_id": ids, "name": None if named is None else filled(sheet, named, draft.found),
        "lat": None if place is None else place[0], "lon": None if place is None else place[1],
        "availability": None if ready is None else texts(sheet, ready),
    }  # fmt: skip
    draft.put("ambulance_posts", columns, sheet.raw.source, sheet.raw.rows)
    posts, homes = points(draft, "ambulance_posts", "post_id"), points(draft, "areas", "area_id")
    if listed.travel.matrix is not None:
        made = minutes_by(draft, listed.travel, homes, posts, routing)
        minutes = None if made is None else made.minutes.T
    else:
        made = minutes_by(draft, listed.travel, posts, homes, routing)
        minutes = None if made is None else made.minutes
    if made is None or minutes is None:
        return
    if listed.factor != 1:
        draft.report.assume(
            f"Minutes from posts are {listed.factor:g} times those of {made.source}, as the recipe says."
        )
    _post_times(draft, listed, ids, homes.ids, minutes * listed.factor, made.source)
    _report_chain(draft, listed, np.nanmin(minutes * listed.factor, axis=0))


def _post_times(
    draft: Draft, listed: Ambulance, posts: list[str | None], areas: tuple[str, ...], minutes: Floats, source: str
) -> None:
    """Rows for pairs within reach, and always for the nearest post that can come."""
    kept = np.isfinite(minutes) & (minutes <= listed.within_minutes)
    nearest = np.where(np.isnan(minutes), np.inf, minutes).argmin(axis=0)
    kept[nearest, np.arange(len(areas))] |= np.isfinite(minutes[nearest, np.arange(len(areas))])
    p, a = np.nonzero(kept)
    columns = {
        "post_id": [posts[i] for i in p], "area_id": [areas[i] for i in a], "minutes": np.round(minutes[p, a], 3),
    }  # fmt: skip
    draft.put("post_times", columns, source)
    text = f"within {listed.within_minutes:g} minutes, and the nearest post of every area"
    draft.report.assume(f"post_times holds {len(p):,} pairs: those {text}.")


def _report_chain(draft: Draft, listed: Ambulance, nearest: Floats) -> None:
    """Inhabitants over 45 minutes from the call by today's sites, per acute care type."""
    drive = draft.minutes.get("ambulance", draft.minutes.get("car"))
    if drive is None or "site_care" not in draft:
        return
    people = draft.floats("areas", "population")
    care = draft.tables["site_care"].columns
    ids = draft.ids("sites", "site_id")
    before = listed.dispatch_minutes + nearest + listed.on_scene_minutes
    for care_type in dict.fromkeys(care["care_type_id"].to_pylist()):
        rows = zip(
            care["site_id"].to_pylist(),
            care["care_type_id"].to_pylist(),
            care["offered_today"].to_pylist(),
            strict=True,
        )
        open_today = [ids.index(s) for s, c, today in rows if c == care_type and today]
        if not open_today:
            continue
        chain = before + np.where(np.isnan(drive[:, open_today]), np.inf, drive[:, open_today]).min(axis=1)
        beyond = float(np.nansum(people[chain > LIMIT_MINUTES]))
        draft.report.measured.append(
            f"Ambulance chain to {care_type} today, {listed.dispatch_minutes:g} minutes dispatch + nearest post + "
            f"{listed.on_scene_minutes:g} on scene + drive: {beyond:,.0f} inhabitants over {LIMIT_MINUTES:g} minutes. A rule "
            "takes the same as dispatch_minutes and on_scene_minutes."
        )
