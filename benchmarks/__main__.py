"""Measures every case beside its alternatives, prints the table and writes docs/benchmarks.md: python -m benchmarks."""

import argparse
import sys
from pathlib import Path

from benchmarks.case import Case, Run
from benchmarks.cases import nl_acute
from benchmarks.fresh_process import run
from benchmarks.table import Measured, as_markdown

ROOT = Path(__file__).resolve().parent.parent


def measure(case: Case, times: int) -> Measured:
    """Every way of the case so many times, turn by turn, so that a busy moment hits them alike."""
    ways = (case.ours, *case.others)
    runs: dict[str, list[Run]] = {way.name: [] for way in ways}
    for _ in range(times):
        for way in ways:
            done = run(way, ROOT)
            runs[way.name].append(done)
            print(f"{case.name} | {way.name} | {done.seconds:.2f} s | {done.peak_mb:.0f} MB {done.failure}", flush=True)
    answers = {name: done[-1].answer for name, done in runs.items() if done[-1].answer is not None}
    return Measured(case, runs, case.wrong(answers))


def main() -> int:
    """The exit code: 0 when every answer was right."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the cases that take hours too")
    parser.add_argument("--only", default="", help="cases whose name contains this; the page is not written")
    parser.add_argument("--times", type=int, default=3, help="runs of each way; the median counts")
    chosen = parser.parse_args()
    shared = ROOT.parent / "shared"
    if not shared.is_dir():
        print("The cases with known answers are looked for in ../shared, which is not here.", file=sys.stderr)
        return 2
    listed = [one for one in nl_acute.cases(shared) if chosen.only in one.name and (chosen.full or not one.full)]
    measured: list[Measured] = []
    for one in listed:
        measured.append(measure(one, chosen.times))
        if not chosen.only:
            (ROOT / "docs" / "benchmarks.md").write_text(as_markdown(measured, chosen.times))
    print(f"\n{as_markdown(measured, chosen.times)}")
    wrong = [line for one in measured for line in one.wrong]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong or not all(one.ended(one.case.ours.name) for one in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
