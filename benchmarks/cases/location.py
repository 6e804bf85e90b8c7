"""Facilities with capacities whose areas each go to one site (single-source, capacitated p-median): value, proof or gap, and seconds."""

import json
from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

SECONDS = 60.0
UNDIVIDED: Json = {"behaviour": "steered", "undivided": True}
ROUNDED = {"sscflp/_tbed1_300_p1"}
"""Published for areas that may be divided: a bound above it is no contradiction."""


def cases(shared: Path) -> list[Case]:
    """One case per instance of the index."""
    folder = shared / "benchmarks" / "location"
    listed = []
    for row in json.loads((folder / "index.json").read_text()):
        if row["kind"] in ("sscflp", "cpmp") and "3038" not in row["file"]:
            listed.append(_case(folder / row["file"], row))
    return listed


def _case(path: Path, row: Json) -> Case:
    known = float(row["optimum"] if "optimum" in row else row["value"])
    whole = row["kind"] == "cpmp" and row["distance"] != "floor"
    slack = 1.0 if whole else 0.02
    proven = bool(row.get("proven", True)) and row["file"] not in ROUNDED

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        found = []
        for way, answer in answers.items():
            if answer["outcome"] == "optimal" and proven and abs(answer["value"] - known) > slack:
                found.append(f"{way}: {answer['value']}, known {known:g}")
            if proven and answer["bound"] is not None and answer["bound"] > known + slack:
                found.append(f"{way}: bound {answer['bound']} above the known {known:g}")
        return found

    arguments: Json = {"kind": row["kind"], "path": str(path), "behaviour": UNDIVIDED, "seconds": SECONDS}
    if row["kind"] == "cpmp":
        arguments["floor"] = row["distance"] == "floor"
    return Case(
        name=f"{row['kind']} {path.stem.lstrip('_')}",
        work=f"least cost, every area undivided, within {SECONDS:g} s; known {known:g}",
        ours=Way("front door", "benchmarks.ways.library:ask", arguments, seconds=3 * SECONDS),
        others=(),
        wrong=wrong,
        full=True,
        times=1,
    )
