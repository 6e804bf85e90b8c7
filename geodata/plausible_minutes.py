"""Travel times that may well be a mistake: wrong units, zeros, stand-ins, impossible speeds; warnings only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geodata.problems import Findings, names
from geodata.raw_table import decimal_text
from geodata.references import Index
from geodata.routing.matrix import Points, straight_km
from geodata.travel import Layer, Matrix
from geodata.typed_table import Tables

MINUTES_PER_DAY = 1440.0
_STAND_INS = (99.0, 999.0, 9999.0, 99999.0, 999999.0, 9999999.0, 99.9, 999.9, 9999.9, 2147483647.0)


def check_travel_times(layers: Sequence[Layer], tables: Tables, areas: Index, sites: Index, found: Findings) -> None:
    """Minutes that look like seconds, km, zeros or stand-ins, are over a day, or too fast or slow for the distance."""
    straight = _straight_km(tables)
    for layer in layers:
        known = np.isfinite(layer.minutes)
        if not known.any():
            continue
        which = f"{layer.mode}{f' in future {layer.future}' if layer.future else ''}"
        _tell_units(layer, which, known, found)
        _tell_stand_ins(layer, which, known, areas, sites, found)
        if straight is not None and layer.mode != "ambulance":
            _tell_distance(layer, which, known & np.isfinite(straight), straight, areas, sites, found)
        if len(layer.sources) > 1:
            text = f"The minutes by {which} come from {len(layer.sources)} sources: {names(layer.sources, 5)}."
            found.warn(
                layer.table, text, "Minutes of different travel models are not comparable; use one.", field="source"
            )


def _tell_units(layer: Layer, which: str, known: np.ndarray[Any, Any], found: Findings) -> None:
    values = layer.minutes[known]
    middle = float(np.median(values))
    if middle > 240:
        text = f"Half of the minutes by {which} are over {middle:.0f}: they look like seconds or metres."
        found.warn(layer.table, text, "Divide seconds by 60; leave it so if it is meant.", field="minutes")
    over = int((values > MINUTES_PER_DAY).sum())
    if over:
        text = f"{over:,} travel times by {which} are over 24 hours, the longest {values.max():.0f} minutes."
        found.warn(
            layer.table, text, "Mark pairs without a way unreachable; leave it so if it is meant.", field="minutes"
        )
    zeros = int((values == 0).sum())
    if zeros > 10 and zeros > 0.2 * len(values):
        text = f"{zeros:,} of {len(values):,} travel times by {which} are 0: the matrix looks filled up with zeros."
        found.warn(layer.table, text, "Leave out what is not known, or mark it unreachable.", field="minutes")
    km = layer.km[known]
    if np.isfinite(km).any():
        same = float(np.mean(values[np.isfinite(km)] == km[np.isfinite(km)]))
        if same > 0.9:
            text = f"The minutes by {which} equal the kilometres in {same:.0%} of the pairs."
            found.warn(layer.table, text, "Check that minutes are minutes.", field="minutes")


def _tell_stand_ins(
    layer: Layer, which: str, known: np.ndarray[Any, Any], areas: Index, sites: Index, found: Findings
) -> None:
    for stand_in in _STAND_INS:
        hits = np.argwhere(known & (layer.minutes == stand_in))
        likely = stand_in >= 999 or (len(hits) > 10 and stand_in == float(layer.minutes[known].max()))
        if len(hits) and likely:
            a, s = hits[0]
            text = (
                f"{len(hits):,} travel times by {which} are {decimal_text(stand_in)}, which looks like a stand-in for "
                f"unreachable; one is from area {areas.ids[a]} to site {sites.ids[s]}."
            )
            found.warn(
                layer.table, text, "Mark these pairs unreachable, or leave it so if it is meant.", field="minutes"
            )


def _tell_distance(
    layer: Layer, which: str, known: np.ndarray[Any, Any], straight: Matrix, areas: Index, sites: Index, found: Findings
) -> None:
    far = known & (straight > 5)
    if far.sum() < 5:
        return
    ratio = layer.minutes[far] / straight[far]
    low, middle, high = np.percentile(ratio, [5, 50, 95])
    if 1.0 <= middle <= 1.8 and high / low < 1.25:
        text = f"The minutes by {which} are about {middle:.2f} times the straight km everywhere: they look like km."
        found.warn(layer.table, text, "Check that minutes are minutes; leave it so if it is meant.", field="minutes")
    _tell_pairs(
        layer, far & (layer.minutes * 200 / 60 < straight), "are faster than 200 km/h in a straight line", which,
        straight, areas, sites, found,
    )  # fmt: skip
    if layer.mode == "car":
        _tell_pairs(
            layer, far & (straight > 10) & (layer.minutes * 5 / 60 > straight),
            "are slower than 5 km/h in a straight line", which, straight, areas, sites, found,
        )  # fmt: skip


def _tell_pairs(
    layer: Layer, odd: np.ndarray[Any, Any], claim: str, which: str, straight: Matrix, areas: Index, sites: Index,
    found: Findings,
) -> None:  # fmt: skip
    pairs = np.argwhere(odd)
    if len(pairs):
        examples = [
            f"area {areas.ids[a]} to site {sites.ids[s]} ({decimal_text(float(layer.minutes[a, s]))} minutes, "
            f"{straight[a, s]:.0f} km)"
            for a, s in pairs[:3]
        ]
        text = f"{len(pairs):,} travel times by {which} {claim}: {names(examples, 3)}."
        found.warn(layer.table, text, "Check the minutes and the coordinates.", field="minutes")


def _straight_km(tables: Tables) -> Matrix | None:
    """Great-circle km[A, S], NaN where a coordinate is missing; None where a table has none."""
    places = []
    for name in ("areas", "sites"):
        columns = tables[name].columns
        if "lat" not in columns or "lon" not in columns:
            return None
        places.append(Points(tuple(columns[f"{name[:-1]}_id"]), columns["lat"], columns["lon"]))
    return straight_km(*places)


def check_reach(layers: Sequence[Layer], tables: Tables, areas: Index, sites: Index, found: Findings) -> None:
    """Areas from which no site that can offer anything is reachable in any mode."""
    can_offer = np.unique(sites.of(tables["site_care"].columns["site_id"]))
    if not layers or not len(can_offer):
        return
    reached = np.zeros(len(areas.ids), dtype=bool)
    for layer in layers:
        reached |= np.isfinite(layer.minutes[:, can_offer]).any(axis=1)
    cut_off = np.flatnonzero(~reached)
    if len(cut_off):
        text = f"{len(cut_off):,} areas reach no site: {names([str(areas.ids[i]) for i in cut_off])}."
        found.warn("travel_times", text, "An area with demand must reach a site, or no plan exists.", field="area_id")
