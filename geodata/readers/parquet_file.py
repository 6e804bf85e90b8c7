"""Parquet: typed columns by pyarrow; numbers stay numbers, everything else becomes the text it stands for."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.problems import Findings
from geodata.raw_table import Cells, RawTable, cell_text, check_header, row_numbers

MOST_ROWS = 20_000_000


def read_parquet(content: bytes, name: str, source: str, found: Findings) -> RawTable | None:
    """The table in a Parquet file; None, with the reason in `found`, if it is none."""
    try:
        file = pq.ParquetFile(io.BytesIO(content))
        if file.metadata.num_rows > MOST_ROWS:
            text = f"{source} has {file.metadata.num_rows:,} rows; {MOST_ROWS:,} is the most."
            found.error(name, text, "Send less.")
            return None
        table = file.read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as reason:
        found.error(name, f"{source} cannot be read as Parquet ({str(reason)[:200]}).", "Write it again.")
        return None
    header = [c.strip() for c in table.column_names]
    if not check_header(header, name, source, found):
        return None
    columns: dict[str, Cells] = {}
    for i, head in enumerate(header):
        if head.startswith("__index_level_") or head == "geometry":
            continue
        try:
            columns[head] = _cells(table.column(i))
        except (pa.ArrowException, TypeError, UnicodeError) as reason:
            text = f"The column {head!r} of {source} cannot be read ({str(reason)[:100]})."
            found.error(name, text, "Use text, numbers, true and false, or dates.", field=head)
    return RawTable(name, source, columns, row_numbers(table.num_rows))


def _cells(column: pa.ChunkedArray) -> Cells:
    array = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.dictionary_decode()
        kind = array.type
    if pa.types.is_floating(kind):
        return _decimals(array)
    if pa.types.is_boolean(kind) or pa.types.is_string(kind):
        return array
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_large_string(kind):
        return pc.cast(array, pa.string())
    if pa.types.is_string_view(kind):
        return pc.cast(array, pa.string())
    if pa.types.is_temporal(kind) or pa.types.is_null(kind):
        return pa.array([cell_text(v) for v in array.to_pylist()], pa.string())
    raise TypeError(f"it holds {kind}")


def _decimals(array: pa.Array) -> Cells:
    """Doubles as they are; narrower floats as the decimal they were written as, not its binary neighbour."""
    if array.type == pa.float64():
        return array
    return pc.cast(pc.cast(array, pa.string()), pa.float64())
