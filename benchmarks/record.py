"""What was measured of a case, kept as one small JSON file, so that a page can be written from cases measured on different days."""

import json
import os
import platform
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.case import Case, Json, Run

NOT_ANSWERING = ("imports", "reading", "reading and checking")
LIBRARIES = ("highspy", "pyomo", "numpy", "scipy")


@dataclass(frozen=True)
class Done:
    """One way of a case, done so many times: medians, and what its last run told."""

    name: str
    seconds: float
    """Wall clock of the whole process."""
    cpu_seconds: float
    answering: float
    """Seconds on the case's clock without imports and reading; all of them where the way was stopped."""
    peak_mb: float
    ended: bool
    verdict: str
    figures: Json
    phases: Json
    trace: list[list[float | None]]
    growth: list[Json]

    def ratio_of(self, clock: str) -> float:
        """Seconds of the whole process on this clock."""
        return self.seconds if clock == "wall" else self.cpu_seconds


@dataclass(frozen=True)
class Record:
    """A measured case: our way first, then the others, with where and when."""

    case: str
    work: str
    mark: str
    clock: str
    at_least: float | None
    full: bool
    times: int
    machine: list[str]
    load: float
    """Processes that ran or waited, on average over the minute before."""
    ways: list[Done]
    wrong: list[str]

    @property
    def right(self) -> bool:
        """Whether our way ended with an answer and no answer was wrong."""
        return self.ways[0].ended and not self.wrong


def record_of(case: Case, runs: dict[str, list[Run]], load: float) -> Record:
    """The medians of the runs of each way, judged by the case."""
    answers = {name: done[-1].answer for name, done in runs.items() if done[-1].answer is not None}
    wrong = case.wrong({name: answer for name, answer in answers.items() if answer is not None})
    ways = [_done(case, name, done, wrong) for name, done in runs.items()]
    times = max(len(done) for done in runs.values())
    return Record(
        case.name, case.work, case.mark, case.clock, case.at_least, case.full, times, machine(), load, ways, wrong
    )


def keep(record: Record, folder: Path) -> None:
    """Write the record in place of an older one of the same case."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", record.case.lower()).strip("-")
    (folder / f"{name}.json").write_text(json.dumps(asdict(record), indent=1, ensure_ascii=False) + "\n")


def kept(folder: Path) -> list[Record]:
    """The records of a folder."""
    return [_read(json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]


def machine() -> list[str]:
    """What was measured on, a line each."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"{datetime.now(UTC):%Y-%m-%d}; {_processor()}; {os.cpu_count()} cores, {memory:.0f} GB",
        f"Python {platform.python_version()} on {platform.system()}; {libraries}",
    ]


def _read(value: dict[str, Any]) -> Record:
    return Record(**{**value, "ways": [Done(**way) for way in value["ways"]]})


def _done(case: Case, name: str, runs: list[Run], wrong: list[str]) -> Done:
    answer = runs[-1].answer or {}
    failures = sorted({run.failure for run in runs if run.failure})
    mistakes = [line.removeprefix(f"{name}:").strip() for line in wrong if line.startswith(f"{name}:")]
    return Done(
        name=name,
        seconds=round(median(run.seconds for run in runs), 4),
        cpu_seconds=round(median(run.cpu_seconds for run in runs), 4),
        answering=round(median(_answering(run, case.clock) for run in runs), 5),
        peak_mb=round(median(run.peak_mb for run in runs), 1),
        ended=not failures,
        verdict="; ".join(failures or mistakes or ["as known"]),
        figures=answer.get("figures", {}),
        phases=answer.get("phases", {}),
        trace=answer.get("trace", []),
        growth=answer.get("growth", []),
    )


def _answering(run: Run, clock: str) -> float:
    if run.answer is None or not run.answer.get("phases"):
        return run.seconds if clock == "wall" else run.cpu_seconds
    return float(sum(seconds for name, seconds in run.answer["phases"].items() if name not in NOT_ANSWERING))


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
