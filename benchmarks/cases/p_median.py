"""The p-medians of OR-Library and TSPLIB: proved, beside strong rows in HiGHS and, where it is installed, spopt."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from benchmarks.case import Case, Json, Way

OURS = "benchmarks.ways.library:ask"
QUICK = (5, 20, 31, 40)
"""Those of the short run: few and many sites, small and large."""
STRONG_SECONDS = 120.0
SPOPT_SECONDS = 600.0
FOR_SPOPT = 40


def cases(shared: Path) -> list[Case]:
    """pmed1 to pmed40, then the TSPLIB ones of the index."""
    folder = shared / "benchmarks" / "pmed"
    lines = [line.split() for line in (folder / "pmedopt.txt").read_text().splitlines()[1:] if line.strip()]
    listed = [_case(name, folder / f"{name}.txt", None, float(optimum)) for name, optimum, *_ in lines]
    location = shared / "benchmarks" / "location"
    for row in json.loads((location / "index.json").read_text()):
        if row["kind"] == "tsplib":
            path = location / row["file"]
            listed.append(_case(f"{path.stem}, p {row['p']}", path, row["p"], row["optimum"], row["published_seconds"]))
    return listed


def _case(name: str, path: Path, p: int | None, optimum: float, published_seconds: float | None = None) -> Case:
    which: Json = {"path": str(path), "p": p}
    others = [Way("strong rows, HiGHS", "benchmarks.ways.library:strong_rows", {**which, "seconds": STRONG_SECONDS})]
    if name == f"pmed{FOR_SPOPT}" and find_spec("spopt") is not None:
        others.append(Way("spopt", "benchmarks.ways.library:spopt", {**which, "seconds": SPOPT_SECONDS}))
    quick = name in {f"pmed{number}" for number in QUICK}
    if published_seconds is not None:
        others = []

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        found = []
        for way, answer in answers.items():
            if answer["outcome"] == "optimal" and abs(answer["value"] - optimum) > 1e-6 * optimum:
                found.append(f"{way}: {answer['value']}, known {optimum:g}")
        if (ours := answers.get("front door")) is not None and ours["outcome"] != "optimal":
            found.append(f"front door: {ours['outcome']}")
        return found

    beside = "" if published_seconds is None else f"; {published_seconds:g} s published for C++ and CPLEX"
    return Case(
        name=f"p-median {name}",
        work=f"least travel with exactly p of n sites, proved and verified{beside}",
        ours=Way(
            "front door",
            OURS,
            {"kind": "p-median", **which, "behaviour": {"behaviour": "nearest"}, "seconds": 600.0},
        ),
        others=tuple(others),
        wrong=wrong,
        at_least=20.0 if others else None,
        full=not quick,
        mark="P2",
        times=1,
    )
