"""What a layer can be filtered by: its columns as JSON Schema (OGC API - Features, Part 3), with unit and meaning."""

import re
from typing import Any

import numpy as np
import pandas as pd

MOST_NAMED = 40
"""A text column with at most so many different values names them all."""
MEANINGS = {
    "area_id": "Area.",
    "site_id": "Site.",
    "organisation_id": "Organisation.",
    "care_type_id": "Care type.",
    "period": "Period.",
    "name": "Name.",
    "minutes_today": "Mean minutes of the area's patients today [minutes].",
    "minutes_plan": "Mean minutes of the area's patients in the plan [minutes].",
    "minutes_difference": "Minutes in the plan less those of today [minutes]; positive is farther.",
    "minutes_first": "Minutes in the first plan [minutes].",
    "minutes_difference_first": "Minutes less those in the first plan [minutes].",
    "minutes": "Minutes of the flow [minutes].",
    "mean_minutes": "Mean minutes of the site's patients [minutes].",
    "site_id_today": "The site that most of the area's patients go to today.",
    "site_id_plan": "The site that most of the area's patients go to in the plan.",
    "beyond": "Whether the nearest offering site is beyond the access norm.",
    "cases_per_year": "Cases [cases/year].",
    "population": "Inhabitants [persons].",
    "inhabitants": "Inhabitants [persons].",
    "areas": "How many areas.",
    "offered_today": "Whether it is offered today.",
    "offered_plan": "Whether it is offered in the plan.",
    "state": "stays, opens, closes or never: offered in the plan beside today.",
    "because": "What changed at the ends of a move: closes, opens, both or shifts.",
    "volume_today": "Cases treated today [cases/year].",
    "volume_plan": "Cases treated in the plan [cases/year].",
    "norm": "The volume norm [cases/year].",
    "margin": "How far the volume is from the norm [cases/year]; negative is broken.",
    "plan": "Which plan of the comparison, from 1.",
    "run_id": "The run that holds the plan.",
    "plan_name": "The plan's scenario.",
}
STEMS = {"inhabitants_": "Inhabitants of the group [persons].", "staff_": "Staff in the plan [FTE]."}
GEOMETRIES = {"Point": "point", "LineString": "linestring", "Polygon": "polygon"}


def queryables(frame: Any, *, address: str, title: str) -> dict[str, Any]:
    """The JSON Schema of a layer's columns; `address` is where it is found."""
    properties: dict[str, Any] = {
        "geometry": {"title": "Geometry", "x-ogc-role": "primary-geometry", "format": f"geometry-{_shape(frame)}"}
    }
    for name in frame.columns:
        if name != frame.geometry.name:
            properties[str(name)] = _described(str(name), frame[name])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": title,
        "properties": properties,
        "additionalProperties": False,
    }


def _described(name: str, column: Any) -> dict[str, Any]:
    meaning = MEANINGS.get(name) or next((told for stem, told in STEMS.items() if name.startswith(stem)), None)
    told: dict[str, Any] = {"title": re.sub("_", " ", name).capitalize(), **_type(column)}
    if meaning is not None:
        told["description"] = meaning
        if unit := re.search(r"\[(.+?)\]", meaning):
            told["x-ogc-unit"] = unit[1]
    return told


def _type(column: Any) -> dict[str, Any]:
    if column.dtype.kind == "b":
        return {"type": "boolean"}
    if column.dtype.kind in "iu":
        return {"type": "integer"}
    if column.dtype.kind == "f":
        return {"type": "number"}
    filled = column.to_numpy(dtype=object)[~np.asarray(pd.isna(column), dtype=np.bool_)]
    kinds = {type(value) for value in filled}
    if kinds and kinds <= {bool, np.bool_}:
        return {"type": "boolean"}
    named = sorted({str(value) for value in filled})
    return {"type": "string", **({"enum": named} if 0 < len(named) <= MOST_NAMED else {})}


def _shape(frame: Any) -> str:
    kinds = {kind.removeprefix("Multi") for kind in frame.geometry.geom_type.dropna().unique()}
    (only,) = kinds if len(kinds) == 1 else (None,)
    return GEOMETRIES.get(str(only), "any")
