"""The pages with the real Netherlands: from a link to a drawn map of all areas, and from another care type to that redrawn."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

AREAS = 4067


def cases(shared: Path) -> list[Case]:
    """One case; without a browser it says that it needs one."""

    def wrong(answers: Mapping[str, Json]) -> list[str]:
        return [
            f"{way}: {answer['areas']} areas drawn, {AREAS} known"
            for way, answer in answers.items()
            if answer["areas"] != AREAS
        ]

    data = str(shared / "cases" / "nl-acute")
    return [
        Case(
            name="nl-acute pages",
            work="all of 4,067 areas in Chromium without a graphics card; the phases are wall seconds, the first look with an empty cache",
            ours=Way("MapLibre, shapes once and values per care type", "benchmarks.ways.pages:look", {"data": data}),
            others=(),
            wrong=wrong,
            clock="wall",
        )
    ]
