"""The page of all records: per case each way's median time, its memory and the ratio, then pictures and phases."""

from collections.abc import Sequence

from benchmarks.record import Done, Record

HEAD = (
    "| case | way | wall s | CPU s | answering s | peak MB | ratio, all | ratio, answering | asked | answer |",
    "|---|---|---:|---:|---:|---:|---:|---:|---:|---|",
)


def as_markdown(records: Sequence[Record], pictures: Sequence[str] = ()) -> str:
    """The page docs/benchmarks.md; ``pictures`` are Markdown lines."""
    machines = sorted({line for record in records for line in record.machine})
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench` (and `make bench-full`, marked *): each way in a fresh process, the median of its runs; every case beside",
        "the other ways of the same run. A ratio is the other way's seconds over ours: of the whole process, and of answering alone",
        "(building, solving, and for us verifying; imports and reading aside); CPU seconds, or the wall clock where several processes",
        "work (marked w). A way that was stopped counts with the time it had, so its ratio is at least that. Load is how many",
        "processes ran or waited on the machine before the case began, on average over a minute: above 1, the clocks are noisy.",
        "",
        *(f"- {line}" for line in machines),
        "",
        *HEAD,
        *(row for record in records for row in _rows(record)),
        "",
        *_growth(records),
        *([*pictures, ""] if pictures else []),
        "## What each case asks, and where the time goes",
        "",
        "| case | work | measured on | runs | load | way | seconds by phase |",
        "|---|---|---|---:|---:|---|---|",
        *(row for record in records for row in _phases(record)),
        "",
    ]
    return "\n".join(lines)


def ordered(records: Sequence[Record]) -> list[Record]:
    """In order of mark, those without one last."""
    return sorted(records, key=lambda record: (record.mark == "", len(record.mark), record.mark, record.case))


def _rows(record: Record) -> list[str]:
    ours, rows = record.ways[0], []
    marks = f"{'*' if record.full else ''}{' w' if record.clock == 'wall' else ''}"
    name = f"{record.mark} {record.case}{marks}".strip()
    for position, way in enumerate(record.ways):
        ratios, asked = ["", ""], ""
        if position > 0:
            more = "" if way.ended else "≥ "
            whole = way.ratio_of(record.clock) / max(ours.ratio_of(record.clock), 1e-9)
            ratios = [f"{more}{whole:.1f}", f"{more}{way.answering / max(ours.answering, 1e-9):.1f}"]
        if position == 1 and record.at_least:
            asked = f"{record.at_least:g}"
        figures = [f"{way.seconds:.2f}", f"{way.cpu_seconds:.2f}", f"{way.answering:.2f}", f"{way.peak_mb:.0f}"]
        rows.append(f"| {' | '.join([name, way.name, *figures, *ratios, asked, _answer(way)])} |")
    return rows


def _answer(way: Done) -> str:
    return "; ".join([way.verdict, *(f"{name} {value}" for name, value in way.figures.items())])


def _growth(records: Sequence[Record]) -> list[str]:
    growing = [(record, way) for record in records for way in record.ways if way.growth]
    if not growing:
        return []
    lines = ["## Growth", "", "| case | way | by | size | seconds | MB | told |", "|---|---|---|---:|---:|---:|---|"]
    for record, way in growing:
        for row in way.growth:
            figures = f"{row['seconds']:.2f} | {row['mb']:.0f}"
            lines.append(
                f"| {record.case} | {way.name} | {row['by']} | {row['size']} | {figures} | {row.get('told', '')} |"
            )
    return [*lines, ""]


def _phases(record: Record) -> list[str]:
    day_and_processor = ", ".join(record.machine[0].split("; ")[:2])
    return [
        f"| {record.case} | {record.work} | {day_and_processor} | {record.times} | {record.load:.1f} | {way.name} | "
        + " · ".join(f"{name} {seconds:.2f}" for name, seconds in way.phases.items())
        + " |"
        for way in record.ways
    ]
