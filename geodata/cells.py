"""From cells as written to values: numbers, ids, booleans and dates, with every cell that is none named in its row."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata.raw_table import Cells, decimal_text

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Booleans = np.ndarray[Any, np.dtype[np.bool_]]
Texts = np.ndarray[Any, np.dtype[np.object_]]

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


@dataclass(frozen=True)
class Bad:
    """Cells that hold no value of their kind: positions, what is wrong at the i-th, what fixes the i-th."""

    at: np.ndarray[Any, np.dtype[np.intp]]
    say: Callable[[int], str]
    fix: Callable[[int], str]


def trimmed(cells: Cells) -> Cells:
    """The cells as text without surrounding space, blank cells null."""
    text = texts_of(cells)
    text = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def texts_of(cells: Cells) -> Cells:
    """The cells as text, as they are; numbers as their shortest decimal, booleans as true and false."""
    if pa.types.is_string(cells.type):
        return cells
    if pa.types.is_floating(cells.type):
        return pa.array([None if v is None else decimal_text(v) for v in cells.to_pylist()], pa.string())
    return pc.cast(cells, pa.string())


def numbers(cells: Cells) -> tuple[Numbers, Bad]:
    """Float64 nearest to each decimal text, NaN where blank or bad."""
    if pa.types.is_floating(cells.type):
        values = np.asarray(cells.fill_null(0.0), dtype=np.float64)
        blank = np.asarray(cells.is_null())
        bad = ~blank & ~np.isfinite(values)
        return np.where(blank | bad, np.nan, values) + 0.0, _bad_numbers(cells, bad)
    text = trimmed(cells)
    try:
        parsed = pc.cast(text, pa.float64())
        ok = np.asarray(pc.is_finite(parsed).fill_null(True))
    except pa.ArrowInvalid:
        ok = np.asarray(pc.match_substring_regex(text, _NUMBER).fill_null(True))
        parsed = pc.cast(pc.if_else(pa.array(ok), text, pa.scalar(None, pa.string())), pa.float64())
        ok = ok & np.asarray(pc.is_finite(parsed).fill_null(True))
    values = np.asarray(parsed.fill_null(float("nan")), dtype=np.float64)
    return np.where(ok, values, np.nan) + 0.0, _bad_numbers(text, ~ok)


def _bad_numbers(cells: Cells, bad: Booleans) -> Bad:
    at = np.flatnonzero(bad)

    def written(i: int) -> str:
        return str(cells[int(at[i])].as_py())

    return Bad(at, lambda i: f"{_quoted(written(i))} is not a number.", lambda i: number_remedy(written(i)))


def number_remedy(text: str) -> str:
    """What to write instead of a text that is no decimal."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", plain):
        return f"Write it with a decimal point and without separators: {plain.replace('.', '').replace(',', '.')}."
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+\.\d+", plain):
        return f"Write it without separators: {plain.replace(',', '')}."
    if re.fullmatch(r"[+-]?\d+,\d+", plain):
        return f"Write it with a decimal point: {plain.replace(',', '.')}."
    if re.fullmatch(r"[+-]?\d+", plain) or re.fullmatch(r"[+-]?\d{1,3}(\.\d{3}){2,}", plain):
        return f"Write it without separators: {plain.replace('.', '')}."
    if plain.lower().lstrip("+-") in {"nan", "na", "n/a", "null", "none", "inf", "infinity", "#n/a", "-", ""}:
        return "Write the number; where it may be missing, leave the cell blank."
    return "Write a number such as 1234.5."


def booleans(cells: Cells, default: bool | None) -> tuple[Texts, Bad]:
    """True, False or the default (None: blank) per cell, as objects."""
    if pa.types.is_boolean(cells.type):
        values = np.array(cells.to_pylist(), dtype=object)
        values[np.array([v is None for v in values], dtype=bool)] = default
        return values, Bad(np.zeros(0, dtype=np.intp), str, str)
    text = trimmed(cells)
    words = {"true": True, "false": False}
    codes, unique = pd.factorize(_objects(text))
    known = [words.get(str(u).lower()) for u in unique]
    table = np.array([*known, default], dtype=object)
    bad = np.flatnonzero(np.array([*(k is None for k in known), False], dtype=bool)[codes])
    say = lambda i: f"{_quoted(str(text[int(bad[i])].as_py()))} is neither true nor false."  # noqa: E731
    return table[codes], Bad(bad, say, lambda i: "Write true or false.")


def ids(cells: Cells) -> tuple[Texts, Bad]:
    """Ids as text, None where blank; edge spaces and control characters are refused, then left out of the id."""
    values = _objects(texts_of(cells))
    codes, unique = pd.factorize(values)
    names = [str(u) for u in unique]
    blank = np.array([*(not n.strip() for n in names), True], dtype=bool)
    wrong = np.array([*(_id_fault(n) is not None for n in names), False], dtype=bool) & ~blank
    table = np.array([*(n.strip() for n in names), None], dtype=object)
    table[blank] = None
    bad = np.flatnonzero(wrong[codes])
    say = lambda i: f"The id {_quoted(str(values[bad[i]]))} {_id_fault(str(values[bad[i]]))}."  # noqa: E731
    return table[codes], Bad(bad, say, lambda i: "Ids are 1 to 100 printable characters without space at the ends.")


def _id_fault(text: str) -> str | None:
    if text != text.strip():
        return "begins or ends with a space"
    if len(text) > 100:
        return f"has {len(text)} characters"
    if not all(
        c.isprintable() or (c.isspace() and c not in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029") for c in text
    ):
        return "holds a character that cannot be printed"
    return None


def texts(cells: Cells) -> Texts:
    """Text as written, None where blank."""
    values = _objects(texts_of(cells))
    codes, unique = pd.factorize(values)
    table = np.array([*(str(u) if str(u).strip() else None for u in unique), None], dtype=object)
    return table[codes]


def dates(cells: Cells, *, first_day: bool) -> tuple[Texts, Bad]:
    """ISO dates as text; with `first_day` a year or month stands for its first day."""
    values = _objects(trimmed(cells))
    codes, unique = pd.factorize(values)
    known = [_iso_date(str(u), first_day=first_day) for u in unique]
    bad = np.flatnonzero(np.array([*(k is None for k in known), False], dtype=bool)[codes])
    table = np.array([*known, None], dtype=object)
    say = lambda i: f"{_quoted(str(values[bad[i]]))} is not a date."  # noqa: E731
    return table[codes], Bad(bad, say, lambda i: "Write it as year-month-day, such as 2027-01-01.")


def _iso_date(text: str, *, first_day: bool) -> str | None:
    whole = text + {4: "-01-01", 7: "-01"}.get(len(text), "") if first_day else text
    try:
        return date.fromisoformat(whole).isoformat()
    except ValueError:
        return None


def attribute(name: str, cells: Cells, declared: str | None) -> Numbers | Texts:
    """An unlisted column: numbers if every filled cell is one and they are no ids or codes, else text."""
    if declared == "string" or pa.types.is_boolean(cells.type):
        return texts(cells)
    if pa.types.is_floating(cells.type) or declared in {"number", "integer"} or _may_be_numbers(name, cells):
        values, bad = numbers(cells)
        if not len(bad.at) and (declared or np.isfinite(values).any()):
            return values
    return texts(cells)


def _may_be_numbers(name: str, cells: Cells) -> bool:
    word = name.lower()
    if word in {"id", "code", "postcode", "pc4", "pc5", "pc6"} or word.endswith(("_id", "_code", "_nr")):
        return False
    text = trimmed(cells)
    telling = pc.match_substring_regex(text, r"^[+-]?0\d|\d{16}")
    return not bool(pc.any(telling).as_py())


def _objects(text: Cells) -> Texts:
    values: Texts = text.to_numpy(zero_copy_only=False)
    return values if values.dtype == object else values.astype(object)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
