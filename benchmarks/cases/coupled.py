"""The coupled region whose optimum others have bounded from both sides: our bound and plan may not contradict theirs."""

import json
from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

SECONDS, GAP = 120.0, 0.003


def cases(shared: Path) -> list[Case]:
    """One case per instance of the index with bounds on the whole."""
    folder = shared / "benchmarks" / "location"
    rows = json.loads((folder / "index.json").read_text())
    return [_case(folder / row["file"], row) for row in rows if row["kind"] == "synthetic" and "lower_bound" in row]


def _case(path: Path, row: Json) -> Case:
    low, high = row["lower_bound"], row["upper_bound"]

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        found = []
        for way, answer in answers.items():
            if answer["value"] is not None and answer["value"] < low - 1:
                found.append(f"{way}: {answer['value']}, certified to cost at least {low}")
            if answer["bound"] is not None and answer["bound"] > high + 1:
                found.append(f"{way}: bound {answer['bound']}, a plan of {high} is known")
        return found

    return Case(
        name=f"coupled {path.stem}",
        work=f"40 care types that share hours and require each other, {SECONDS:g} s or a gap of {GAP:.1%}; certified between {low:,} and {high:,}",
        ours=Way(
            "front door",
            "benchmarks.ways.coupled:ask",
            {"path": str(path), "seconds": SECONDS, "gap": GAP},
            seconds=4 * SECONDS,
        ),
        others=(),
        wrong=wrong,
        full=True,
        times=1,
    )
