"""Thirty models made to be hard: parity, market split, symmetry, coefficients of all sizes, and too much for the memory there is."""

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.e2e.service import made_up

Row = dict[str, Any]
Json = dict[str, Any]
STEERED: Json = {"behaviour": "steered", "mode": "car"}
UNDIVIDED: Json = {**STEERED, "undivided": True}


@dataclass(frozen=True)
class Adversary:
    """A model that should end in time whatever it does to the solver."""

    name: str
    make: Callable[[Path], tuple[Path, Json]]
    """Writes its zipped package into a folder; that, and its scenario without limits."""


def packed(folder: Path, *, sites: Sequence[Row], care: Sequence[str], demand: Sequence[Row], pairs: Sequence[Row],
           minutes: Callable[[int, int], float], **more: Sequence[Row]) -> Path:  # fmt: skip
    """A zipped package: areas are those of the demand, minutes go by their places in the lists."""
    areas = list(dict.fromkeys(row["area_id"] for row in demand))
    tables: dict[str, Sequence[Row]] = {
        "areas": [{"area_id": a, "population": 1000, "lat": 52 + n / 1000, "lon": 5} for n, a in enumerate(areas)],
        "sites": [{**site, "lat": 52, "lon": 5 + n / 1000} for n, site in enumerate(sites)],
        "care_types": [{"care_type_id": k, "name": k, "urgency": "planned", "unit": "case"} for k in care],
        "demand": demand,
        "site_care": [{"offered_today": pair["site_id"] == sites[0]["site_id"], **pair} for pair in pairs],
        "travel_times": [
            {"area_id": a, "site_id": site["site_id"], "minutes": minutes(i, j)}
            for i, a in enumerate(areas) for j, site in enumerate(sites)
        ],
        **more,
    }  # fmt: skip
    target = folder / "adversary.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("datapackage.json", json.dumps({"name": "adversary"}))
        for name, rows in tables.items():
            text = io.StringIO()
            written = csv.DictWriter(text, list(rows[0]))
            written.writeheader()
            written.writerows(rows)
            file.writestr(f"{name}.csv", text.getvalue())
    return target


def parity(folder: Path, *, areas: int, sites: int) -> tuple[Path, Json]:
    """Even demands that may not be divided, odd capacities that add up to them: no plan, and no fraction that says so."""
    chance = random.Random(areas * sites)
    cases = [2 * chance.randrange(50_000, 100_000) for _ in range(areas)]
    share = sum(cases) // sites
    room = [share // 2 * 2 + 1] * (sites - 1)
    names = [f"s{j}" for j in range(sites)]
    return packed(
        folder, sites=[{"site_id": s} for s in names], care=["hips"],
        demand=[{"area_id": f"a{i}", "care_type_id": "hips", "cases_per_year": each} for i, each in enumerate(cases)],
        pairs=[{"site_id": s, "care_type_id": "hips", "capacity_per_year": c}
               for s, c in zip(names, [*room, sum(cases) - sum(room)], strict=True)],
        minutes=lambda i, j: 10 + (i * 7 + j * 13) % 11,
    ), asked(UNDIVIDED)  # fmt: skip


def market_split(folder: Path, *, care_types: int, resources: int) -> tuple[Path, Json]:
    """Each care type goes to one of two sites, and of every resource each site has just half of what all care types use."""
    chance = random.Random(care_types * resources)
    care = [f"k{n}" for n in range(care_types)]
    use = {(k, r): chance.randrange(1, 100) for k in care for r in range(resources)}
    stock = [sum(use[k, r] for k in care) for r in range(resources)]
    package = packed(
        folder, sites=[{"site_id": "s0"}, {"site_id": "s1"}], care=care,
        demand=[{"area_id": "a0", "care_type_id": k, "cases_per_year": 10} for k in care],
        pairs=[{"site_id": s, "care_type_id": k} for s in ("s0", "s1") for k in care],
        minutes=lambda i, j: 10 + j,
        resources=[{"resource_id": f"r{r}", "unit": "fte", "pool": "site"} for r in range(resources)],
        resource_use=[{"care_type_id": k, "resource_id": f"r{r}", "per_open_site": each} for (k, r), each in use.items()],
        resource_stock=[{"resource_id": f"r{r}", "pool_id": s, "quantity": q}
                        for r, all_of_it in enumerate(stock)
                        for s, q in (("s0", all_of_it // 2), ("s1", all_of_it - all_of_it // 2))],
    )  # fmt: skip
    limits = [{"rule": "resource_limit", "resource": f"r{r}", "id": f"limit-{r}"} for r in range(resources)]
    return package, asked(STEERED, {"rule": "site_count", "care_type": "*", "exactly": 1}, *limits)


def symmetry(folder: Path, *, areas: int, sites: int) -> tuple[Path, Json]:
    """The same sites, the same areas, room for two areas each, and one area too many for all but one layout in a million."""
    names = [f"s{j}" for j in range(sites)]
    package = packed(
        folder, sites=[{"site_id": s} for s in names], care=["hips"],
        demand=[{"area_id": f"a{i}", "care_type_id": "hips", "cases_per_year": 60} for i in range(areas)],
        pairs=[{"site_id": s, "care_type_id": "hips", "capacity_per_year": 179} for s in names],
        minutes=lambda i, j: 10,
    )  # fmt: skip
    return package, asked(UNDIVIDED, {"rule": "volume_norm", "care_type": "*", "at_least": 61, "bearer": "site"})


def coefficients(folder: Path, *, areas: int, sites: int, most: float) -> tuple[Path, Json]:
    """Cases from a millionth to `most`, and minutes from a thousandth to thousands, in the same rows."""
    chance = random.Random(int(areas * sites + most))
    names = [f"s{j}" for j in range(sites)]
    cases = [10 ** chance.uniform(-6, 0) if n % 2 else most * chance.random() for n in range(areas)]
    travel = [[10 ** chance.uniform(-3, 3) for _ in names] for _ in cases]
    package = packed(
        folder, sites=[{"site_id": s} for s in names], care=["hips"],
        demand=[{"area_id": f"a{i}", "care_type_id": "hips", "cases_per_year": each} for i, each in enumerate(cases)],
        pairs=[{"site_id": s, "care_type_id": "hips", "capacity_per_year": sum(cases) * chance.uniform(0.05, 0.6)}
               for s in names],
        minutes=lambda i, j: travel[i][j],
    )  # fmt: skip
    return package, asked(STEERED, {"rule": "volume_norm", "care_type": "*", "at_least": most / 3, "bearer": "site"})


def memory(folder: Path, *, behaviour: Json, care_types: int) -> tuple[Path, Json]:
    """A nation and more of its care types at once than there is memory for."""
    package, scenario = made_up(folder, "national")
    return package, {
        **asked(behaviour, {"rule": "volume_norm", "care_type": "*", "at_least": 150, "bearer": "site"}),
        "care_types": scenario["care_types"][:care_types],
    }


def asked(behaviour: Json, *rules: Json) -> Json:
    """Least travel under these rules."""
    return {
        "name": "adversary", "behaviours": {"*": behaviour}, "rules": list(rules),
        "objectives": [{"objective": "travel_time"}],
    }  # fmt: skip


def adversaries() -> list[Adversary]:
    """All thirty; the first of each kind come first."""
    kinds: list[list[Adversary]] = [
        [Adversary(f"parity, {a} areas, {s} sites", partial(parity, areas=a, sites=s))
         for a, s in ((24, 2), (30, 3), (40, 4), (60, 5), (100, 6), (200, 8))],
        [Adversary(f"market split, {k} care types, {r} resources", partial(market_split, care_types=k, resources=r))
         for k, r in ((30, 4), (40, 5), (50, 6), (60, 7), (100, 10), (180, 12))],
        [Adversary(f"symmetry, {a} areas, {s} sites", partial(symmetry, areas=a, sites=s))
         for a, s in ((21, 10), (31, 15), (41, 20), (61, 30), (81, 40), (121, 60))],
        [Adversary(f"coefficients to {m:.0e}, {a} areas, {s} sites", partial(coefficients, areas=a, sites=s, most=m))
         for a, s, m in ((40, 8, 1e9), (80, 12, 1e6), (120, 16, 1e9), (200, 20, 1e7), (300, 30, 1e9), (400, 40, 1e8))],
        [Adversary(f"memory, {behaviour['behaviour']}, {k} care types", partial(memory, behaviour=behaviour, care_types=k))
         for behaviour in (STEERED, {"behaviour": "nearest", "mode": "car"}) for k in (5, 10, 20)],
    ]  # fmt: skip
    return [kind[n] for n in range(6) for kind in kinds]
