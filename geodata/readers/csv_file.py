"""CSV: UTF-8 text, a header, commas (or semicolons or tabs, as Dutch Excel writes them) between the cells."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from geodata.problems import Findings
from geodata.raw_table import RawTable, check_header


def read_csv(content: bytes, name: str, source: str, found: Findings) -> RawTable | None:
    """The table in a CSV file with every cell as text; None, with the reasons in `found`, if it is no table."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    header_line, header, delimiter = _header(content)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as reason:
        line = content.count(b"\n", 0, reason.start) + 1
        found.error(name, f"{source} is not UTF-8 text (line {line}).", "Save it as 'CSV UTF-8'.")
        return None
    if b"\0" in content:
        found.error(name, f"{source} holds a NUL byte.", "Save it as plain CSV.")
        return None
    if not header:
        found.error(name, f"{source} is empty.", "Give it a header and rows.")
        return None
    named = len(header)
    while named and not header[named - 1] and _column_is_blank(content, delimiter, named - 1):
        named -= 1
    if not check_header(header[:named], name, source, found):
        return None
    blank = [f"\0{i}" for i in range(named, len(header))]
    table = _cells(content, header[:named] + blank, header_line, delimiter, name, source, found)
    if table is not None:
        for column in blank:
            del table.columns[column]
    return table


def _header(content: bytes) -> tuple[int, list[str], str]:
    """Lines taken by the header, the column names and the delimiter (comma, unless only another one occurs)."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", errors="replace", newline="")
    first = text.readline()
    delimiter = next((d for d in (",", ";", "\t") if d in first), ",")
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        header = next(reader, [])
    except csv.Error:
        return 1, [], delimiter
    return reader.line_num, [h.strip() for h in header], delimiter


def _column_is_blank(content: bytes, delimiter: str, column: int) -> bool:
    rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), delimiter=delimiter)
    return all(len(row) <= column or not row[column].strip() for row in rows)


def _cells(
    content: bytes, header: list[str], header_lines: int, delimiter: str, name: str, source: str, found: Findings
) -> RawTable | None:
    ragged: list[tuple[int, int, str]] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        ragged.append((row.number - header_lines, row.actual_columns, row.text))
        return "skip"

    lines = re.split(rb"\r\n|\n|\r", content, maxsplit=header_lines)
    body = lines[header_lines] if len(lines) > header_lines else b""
    if not body.strip():
        empty = {h: pa.array([], pa.string()) for h in header}
        return RawTable(name, source, empty, np.zeros(0, dtype=np.int64))
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(content),
            read_options=arrow_csv.ReadOptions(
                use_threads=False,
                column_names=header,
                skip_rows=header_lines,
                block_size=max(1 << 24, len(content) + 1),
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=set_aside
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={h: pa.string() for h in header}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as reason:
        found.error(name, f"{source} cannot be read as CSV ({reason}).", "Look for a stray quotation mark.")
        return None
    faulty = [(row, cells) for row, cells, text in ragged if text.strip(f'{delimiter} \t\r\n"')]
    found.rows(
        "error", name, "", [row for row, _ in faulty],
        lambda i: f"The row has {faulty[i][1]} cells and the header {len(header)}.",
        "Give each row as many cells as the header; put text that holds the delimiter between quotation marks.",
    )  # fmt: skip
    skipped = {row for row, _, _ in ragged}
    rows = np.arange(1, table.num_rows + len(ragged) + 1, dtype=np.int64)
    rows = rows[~np.isin(rows, list(skipped))] if skipped else rows
    columns = {h: _one_array(table.column(i)) for i, h in enumerate(header)}
    blank = np.ones(table.num_rows, dtype=bool)
    for cells in columns.values():
        blank &= np.asarray(pc.equal(cells, ""))
        if not blank.any():
            return RawTable(name, source, columns, rows)
    kept = pa.array(~blank)
    return RawTable(name, source, {h: c.filter(kept) for h, c in columns.items()}, rows[~blank])


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())
