"""The table of a run: per case each way's median time, its memory and the ratio, with the machine and the versions."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.case import Case, Run

NOT_ANSWERING = ("imports", "reading", "reading and checking")
LIBRARIES = ("highspy", "pyomo", "numpy", "scipy")


@dataclass(frozen=True)
class Measured:
    """A case with the runs of each of its ways, and what was wrong with the answers."""

    case: Case
    runs: Mapping[str, Sequence[Run]]
    wrong: Sequence[str]

    def seconds(self, way: str) -> float:
        return median(run.seconds for run in self.runs[way])

    def cpu_seconds(self, way: str) -> float:
        return median(run.cpu_seconds for run in self.runs[way])

    def answering(self, way: str) -> float:
        """CPU seconds without imports and reading; all of them where a way was stopped."""
        return median(_answering(run) for run in self.runs[way])

    def peak_mb(self, way: str) -> float:
        return median(run.peak_mb for run in self.runs[way])

    def ended(self, way: str) -> bool:
        return all(run.answer is not None for run in self.runs[way])


def as_markdown(measured: Sequence[Measured], times: int) -> str:
    """The page docs/benchmarks.md."""
    runs = f"the median of {times} runs" if times > 1 else "one run"
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench`: each way in a fresh process, from files to answer, {runs}. A ratio is the other",
        "way's CPU seconds over ours in the same run: of the whole process, and of answering alone (building, solving,",
        "and for us verifying; imports and reading aside). A way that was stopped counts with the time it had, so its",
        "ratio is at least that.",
        "",
        *(f"- {line}" for line in machine()),
        "",
        "| case | way | wall s | CPU s | answering s | peak MB | ratio, all | ratio, answering | asked | answer |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---|",
        *(row for one in measured for row in _rows(one)),
        "",
        "## Where the time goes",
        "",
        "| case | way | CPU seconds by phase |",
        "|---|---|---|",
        *(row for one in measured for row in _phases(one)),
        "",
    ]
    return "\n".join(lines)


def machine() -> list[str]:
    """What was measured on, a line each."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"{datetime.now(UTC):%Y-%m-%d}; {_processor()}; {os.cpu_count()} cores, {memory:.0f} GB",
        f"Python {platform.python_version()} on {platform.system()}; {libraries}",
    ]


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _answering(run: Run) -> float:
    if run.answer is None:
        return run.cpu_seconds
    return float(sum(seconds for name, seconds in run.answer["phases"].items() if name not in NOT_ANSWERING))


def _rows(one: Measured) -> list[str]:
    ours, rows = one.case.ours.name, []
    for way in (one.case.ours, *one.case.others):
        more, name = "" if one.ended(way.name) else "≥ ", way.name
        ratios = ["", ""]
        if way is not one.case.ours:
            ratios = [
                f"{more}{one.cpu_seconds(name) / one.cpu_seconds(ours):.1f}",
                f"{more}{one.answering(name) / one.answering(ours):.1f}",
            ]
        asked = f"{one.case.at_least:g}" if way in one.case.others[:1] and one.case.at_least else ""
        figures = [f"{one.seconds(name):.2f}", f"{one.cpu_seconds(name):.2f}", f"{one.answering(name):.2f}"]
        cells = [one.case.name, name, *figures, f"{one.peak_mb(name):.0f}", *ratios, asked, _verdict(one, name)]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def _verdict(one: Measured, way: str) -> str:
    failures = {run.failure for run in one.runs[way] if run.failure}
    if failures:
        return "; ".join(sorted(failures))
    wrong = [line for line in one.wrong if line.startswith(f"{way}:")]
    return "; ".join(wrong) or "as known"


def _phases(one: Measured) -> list[str]:
    rows = []
    for way, runs in one.runs.items():
        answer = runs[0].answer
        if answer and "phases" in answer:
            phases = " · ".join(f"{name} {seconds:.2f}" for name, seconds in answer["phases"].items())
            rows.append(f"| {one.case.name} | {way} | {phases} |")
    return rows
