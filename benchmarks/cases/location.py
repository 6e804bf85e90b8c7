"""Facilities with capacities, areas each to one site or divided, some with a minimum throughput: value, proof or gap, and seconds."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

SECONDS = 60.0
STEERED: Json = {"behaviour": "steered"}
UNDIVIDED: Json = {"behaviour": "steered", "undivided": True}
LARGE = {"cpmp/p3038_600.dat": 180.0}
"""Seconds for 3,038 areas and as many sites, of which the optimum is not known."""
ROUNDED = {"sscflp/_tbed1_300_p1"}
"""Published for areas that may be divided: a bound above it is no contradiction."""
DIFFER = {"sscflp/_holmberg_p1", "sscflp/_holmberg_p45"}
"""Capacities differ, so a share of them is a norm that differs from site to site."""
CAPA = (8000, 10000, 12000, 14000)


def cases(shared: Path) -> list[Case]:
    """One case per instance of the index and per capacity of capa, and one of cap41 to cap134 and of pmedcap01 to pmedcap10 together."""
    folder = shared / "benchmarks" / "location"
    listed = []
    for row in json.loads((folder / "index.json").read_text()):
        if row["kind"] in ("sscflp", "cpmp"):
            listed.append(_case(folder / row["file"], row))
        elif row["kind"] == "lbflp":
            listed.append(_with_norm(folder / row["file"], row))
    return [
        *listed,
        *_capacitated(shared / "benchmarks" / "orlib_cap"),
        _same_capacities(shared / "benchmarks" / "orlib_pmedcap"),
    ]


def _case(path: Path, row: Json) -> Case:
    known = float(row["optimum"] if "optimum" in row else row["value"])
    whole = row["kind"] == "cpmp" and row["distance"] != "floor"
    proven = bool(row.get("proven", True)) and row["file"] not in ROUNDED
    seconds = LARGE.get(row["file"], SECONDS)
    arguments: Json = {"kind": row["kind"], "path": str(path), "behaviour": UNDIVIDED, "seconds": seconds}
    if row["kind"] == "cpmp":
        arguments["floor"] = row["distance"] == "floor"
    return Case(
        name=f"{row['kind']} {path.stem.lstrip('_')}",
        work=f"least cost, every area undivided, within {seconds:g} s; known {known:g}",
        ours=Way("front door", "benchmarks.ways.library:ask", arguments, seconds=3 * seconds),
        others=(),
        wrong=_differs(known, 1.0 if whole else 0.02, proven=proven),
        full=True,
        times=1,
    )


def _with_norm(path: Path, row: Json) -> Case:
    norm, undivided = row["min_throughput_fraction"], row["single_source"]
    if row["file"] in DIFFER:
        arguments: Json = {"path": str(path), "norm": norm, "undivided": undivided, "seconds": SECONDS}
        ours = Way("search", "benchmarks.ways.library:search", arguments, seconds=3 * SECONDS)
    else:
        behaviour = UNDIVIDED if undivided else STEERED
        arguments = {"kind": "lbflp", "path": str(path), "behaviour": behaviour, "seconds": SECONDS, "norm": norm}
        ours = Way("front door", "benchmarks.ways.library:ask", arguments, seconds=3 * SECONDS)
    how = "undivided" if undivided else "divided"
    return Case(
        name=f"norm {path.stem.lstrip('_')}, {how}",
        work=f"least cost, areas {how}, every open site {norm:.0%} full at least; known {row['optimum']:g}",
        ours=ours,
        others=(),
        wrong=_differs(float(row["optimum"]), 0.02, proven=True),
        full=True,
        times=1,
    )


def _capacitated(folder: Path) -> list[Case]:
    lines = [line.split() for line in (folder / "bounds.txt").read_text().splitlines() if line.startswith("cap")]
    known = {name: float(optimum) for name, optimum, *_ in lines}
    small = {name: known[name] for name in sorted(path.stem for path in folder.glob("cap[0-9]*.txt")) if name in known}
    together = _together("cap41 to cap134", "cap", folder, small, STEERED)
    way: Json = {"behaviour": STEERED, "seconds": SECONDS}
    large = [
        Case(
            name=f"capa {capacity}",
            work=f"least cost, 1,000 divided areas and 100 sites; known {known[f'capa_{capacity}']:.3f}",
            ours=Way(
                "front door",
                "benchmarks.ways.library:ask",
                {"kind": "cap", "path": str(folder / "capa.txt"), "capacity": float(capacity), **way},
                seconds=3 * SECONDS,
            ),
            others=(),
            wrong=_differs(known[f"capa_{capacity}"], 0.02, proven=True),
            full=True,
            times=1,
        )
        for capacity in CAPA
    ]
    return [together, *large]


def _same_capacities(folder: Path) -> Case:
    known = {path.stem: float(path.read_text().split()[1]) for path in sorted(folder.glob("pmedcap*.txt"))}
    return _together("pmedcap01 to pmedcap10", "pmedcap", folder, known, UNDIVIDED)


def _together(name: str, kind: str, folder: Path, known: Mapping[str, float], behaviour: Json) -> Case:
    """Instances whose optima are known, one after another."""

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        values = [(way, name, value) for way, answer in answers.items() for name, value in answer["values"].items()]
        return [f"{way}: {name} {value}" for way, name, value in values if abs(value - known[name]) > 0.02]

    arguments: Json = {"kind": kind, "folder": str(folder), "names": list(known), "behaviour": behaviour}
    divided = "undivided" if behaviour == UNDIVIDED else "divided"
    return Case(
        name=name,
        work=f"least cost, areas {divided}, {len(known)} instances one after another, all proved",
        ours=Way("front door", "benchmarks.ways.library:ask_each", {**arguments, "seconds": SECONDS}),
        others=(),
        wrong=wrong,
        full=True,
        times=1,
    )


def _differs(known: float, slack: float, *, proven: bool) -> Callable[[Mapping[str, Json]], list[str]]:
    """Optima that are not the known one, and bounds above it."""

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        found = []
        for way, answer in answers.items():
            if answer["outcome"] == "optimal" and proven and abs(answer["value"] - known) > slack:
                found.append(f"{way}: {answer['value']}, known {known:g}")
            if proven and answer["bound"] is not None and answer["bound"] > known + slack:
                found.append(f"{way}: bound {answer['bound']} above the known {known:g}")
        return found

    return wrong
