"""Measures cases beside their alternatives, keeps a record of each and writes docs/benchmarks.md from all: python -m benchmarks."""

import argparse
import os
import sys
from pathlib import Path

from benchmarks.case import Case, Run
from benchmarks.cases import every_case
from benchmarks.fresh_process import run
from benchmarks.pictures import draw
from benchmarks.record import Record, keep, kept, record_of
from benchmarks.table import as_markdown, ordered

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
RECORDS = ROOT / "docs" / "benchmarks"


def measure(case: Case, times: int) -> Record:
    """Every way of the case so many times, turn by turn, so that a busy moment hits them alike."""
    ways = (case.ours, *case.others)
    load = os.getloadavg()[0]
    runs: dict[str, list[Run]] = {way.name: [] for way in ways}
    for _ in range(case.times or times):
        for way in ways:
            done = run(way, ROOT)
            runs[way.name].append(done)
            print(f"{case.name} | {way.name} | {done.seconds:.2f} s | {done.peak_mb:.0f} MB {done.failure}", flush=True)
    return record_of(case, runs, load)


def write_page() -> str:
    """The page from all records that are kept."""
    records = ordered(kept(RECORDS))
    page = as_markdown(records, draw(records, RECORDS))
    PAGE.write_text(page)
    return page


def main() -> int:
    """The exit code: 0 when every answer of this run was right."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the cases that take hours too")
    parser.add_argument("--only", default="", help="cases whose name or mark contains this")
    parser.add_argument(
        "--times", type=int, default=3, help="runs of each way, where the case does not say; the median counts"
    )
    parser.add_argument("--page", action="store_true", help="measure nothing; write the page from the records")
    parser.add_argument("--try", action="store_true", dest="trying", help="keep no record and write no page")
    chosen = parser.parse_args()
    if chosen.page:
        print(write_page())
        return 0
    shared = ROOT.parent / "shared"
    if not shared.is_dir():
        print("The cases with known answers are looked for in ../shared, which is not here.", file=sys.stderr)
        return 2
    listed = [
        case
        for case in every_case(shared)
        if chosen.only in f"{case.mark} {case.name}" and (chosen.full or not case.full)
    ]
    records: list[Record] = []
    for case in listed:
        records.append(measure(case, chosen.times))
        if not chosen.trying:
            keep(records[-1], RECORDS)
            write_page()
    print(f"\n{as_markdown(ordered(records))}")
    print(*(line for record in records for line in record.wrong), sep="\n", file=sys.stderr)
    return 0 if all(record.right for record in records) else 1


if __name__ == "__main__":
    sys.exit(main())
