"""Staff, hours, beds and money of a made-up region: enough for the better landscape, too little for today's."""

from __future__ import annotations

from typing import Any

import numpy as np

from geodata.demo.care_catalogue import CareType
from geodata.demo.hospitals import Hospitals
from geodata.demo.landscape import Layout

Columns = dict[str, np.ndarray[Any, Any]]

_COST_PER_CASE = {"visit": 380, "admission": 5200, "intervention": 6400, "birth": 3100, "patient": 520, "case": 9800}
_FIXED = {"intensive_care": 6_200_000, "emergency": 7_400_000, "obstetrics": 3_600_000, "paediatrics": 2_900_000}
_RESOURCES = (
    ("icu_nurses", "ICU nurses", "fte", "region", "nurse"),
    ("emergency_nurses", "Emergency nurses", "fte", "region", "nurse"),
    ("midwives", "Clinical midwives", "fte", "organisation", "midwife"),
    ("or_hours", "Operating hours", "hour", "site", ""),
    ("icu_bed_days", "ICU bed days", "bed_day", "site", ""),
)
_USE: dict[str, tuple[tuple[str, float, float], ...]] = {
    "intensive_care": (("icu_nurses", 0.02, 14.0), ("icu_bed_days", 3.1, 0)),
    "emergency": (("emergency_nurses", 0.0011, 9.5),),
    "obstetrics": (("midwives", 0.009, 6.5),),
    "heart_surgery": (("or_hours", 4.5, 0), ("icu_bed_days", 2.2, 0)),
    "pancreas_surgery": (("or_hours", 6.0, 0), ("icu_bed_days", 1.5, 0)),
    "oesophagus_surgery": (("or_hours", 6.5, 0), ("icu_bed_days", 2.5, 0)),
    "trauma_level_1": (("or_hours", 2.5, 0), ("icu_bed_days", 4.0, 0), ("emergency_nurses", 0.01, 2.0)),
}


def cost_columns(care_types: tuple[CareType, ...], layout: Layout, rng: np.random.Generator) -> Columns:
    """The money columns of site_care, one value per (k, s) that may offer, care type by care type."""
    k, s = np.nonzero(layout.may)
    level = np.array([c.level for c in care_types])[k]
    per_case = np.array([_COST_PER_CASE[c.unit] for c in care_types], dtype=float)[k]
    fixed = np.array([_FIXED.get(c.id, 260_000 + 340_000 * c.level) for c in care_types], dtype=float)[k]
    noise = rng.uniform(0.92, 1.08, size=len(k))
    variable = np.round(per_case * (0.85 + 0.2 * level) * noise, -1)
    fixed = np.round(fixed * rng.uniform(0.9, 1.1, size=len(k)), -3)
    expected = np.maximum(layout.most_volume[k, s], 20)
    return {
        "fixed_cost_eur_per_year": fixed,
        "variable_cost_eur_per_case": variable,
        "opening_cost_eur": np.round(0.7 * fixed, -3),
        "closing_cost_eur": np.round(0.4 * fixed, -3),
        "revenue_eur_per_case": np.round(1.04 * variable + np.minimum(fixed / expected, variable), -1),
    }


def means_tables(care_types: tuple[CareType, ...], hospitals: Hospitals, layout: Layout) -> dict[str, Columns]:
    """The tables resources, resource_use and resource_stock."""
    place = {c.id: k for k, c in enumerate(care_types)}
    use = [(c.id, *row) for c in care_types for row in _uses(c)]
    used = {row[1] for row in use}
    resources = [r for r in _RESOURCES if r[0] in used]
    stock: list[tuple[str, str, float]] = []
    for resource, _, _, pool, _ in resources:
        better, today = (
            sum(
                np.where(offers[place[c]], per_open + per_case * volume[place[c]], 0.0)
                for c, r, per_case, per_open in use
                if r == resource
            )
            for offers, volume in ((layout.better, layout.better_volume), (layout.today, layout.today_volume))
        )
        stock += [(resource, *row) for row in _stock(pool, np.asarray(better), np.asarray(today), hospitals)]
    columns = list(zip(*resources, strict=True))
    return {
        "resources": {
            name: np.array([v or None for v in values], dtype=object)
            for name, values in zip(("resource_id", "name", "unit", "pool", "profession"), columns, strict=True)
        },
        "resource_use": {
            "care_type_id": np.array([u[0] for u in use], dtype=object),
            "resource_id": np.array([u[1] for u in use], dtype=object),
            "per_case": np.array([u[2] for u in use]),
            "per_open_site": np.array([u[3] for u in use], dtype=float),
        },
        "resource_stock": {
            "resource_id": np.array([r[0] for r in stock], dtype=object),
            "pool_id": np.array([r[1] for r in stock], dtype=object),
            "quantity": np.array([r[2] for r in stock]),
        },
    }


def _uses(care_type: CareType) -> tuple[tuple[str, float, float], ...]:
    if care_type.id in _USE:
        return _USE[care_type.id]
    return (("or_hours", round(1.1 + 0.6 * care_type.level, 2), 0.0),) if care_type.unit == "intervention" else ()


def _stock(
    pool: str, better: np.ndarray[Any, Any], today: np.ndarray[Any, Any], hospitals: Hospitals
) -> list[tuple[str, float]]:
    """(pool id, quantity): shared pools hold a little more than the better landscape uses, sites what either does."""
    if pool == "region":
        return [("*", _round_up(1.04 * float(better.sum())))]
    if pool == "site":
        largest = np.maximum(better, today)
        return [(s, _round_up(1.12 * float(q))) for s, q in zip(hospitals.ids, largest, strict=True)]
    held: dict[str, float] = {}
    for organisation, planned, now in zip(hospitals.organisation, better, today, strict=True):
        held[organisation] = held.get(organisation, 0.0) + float(planned or 0.8 * now)
    return [(organisation, _round_up(1.08 * quantity)) for organisation, quantity in held.items()]


def _round_up(value: float) -> float:
    return float(np.ceil(value * 10) / 10)


def outcome_rates(care_types: tuple[CareType, ...]) -> Columns:
    """Adverse outcomes per case by volume, for care types with a small volume norm: fewer where more is done."""
    rows = [
        (c.id, from_volume, rate)
        for c in care_types
        if 0 < c.norm <= 150 and c.unit == "intervention"
        for from_volume, rate in ((0.0, 0.1), (round(0.4 * c.norm), 0.06), (c.norm, 0.04))
    ]
    return {
        "care_type_id": np.array([r[0] for r in rows], dtype=object),
        "from_volume": np.array([float(r[1]) for r in rows]),
        "rate": np.array([r[2] for r in rows]),
    }
