"""The service under load, on the embedded database and on PostgreSQL where one listens here."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Case, Json, Way

WAYS = "benchmarks.ways.service"
RUNS = 60
MOST_P99_MS, MOST_MB = 50, 300


def cases(shared: Path) -> list[Case]:
    """One case, measured once: it takes minutes."""

    def not_kept(answers: Mapping[str, Json]) -> list[str]:
        return [
            f"{name}: {told['count']} of {RUNS} runs answered"
            for name, told in answers.items()
            if told["count"] != RUNS
        ]

    return [
        Case(
            name="service: GET while two nations are solved",
            work=f"{RUNS} runs through API and two workers, then 2,000 requests of four callers during two solves; asked: p99 {MOST_P99_MS} ms, {MOST_MB} MB",
            ours=Way("SQLite", f"{WAYS}:under_load", seconds=3000),
            others=(Way("PostgreSQL", f"{WAYS}:on_postgresql", seconds=3000),),
            wrong=not_kept,
            clock="wall",
            times=1,
        )
    ]  # fmt: skip
