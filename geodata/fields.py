"""What a column and a table of a data package are: kind, unit, constraints, key and references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "number", "boolean", "date", "choice"]


@dataclass(frozen=True)
class Field:
    """One column: `required` cells may not be blank; limits in its unit; `refers_to`: the table whose id it names."""

    name: str
    kind: Kind
    title: str
    title_nl: str
    unit: str = ""
    required: bool = False
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    expect_at_least: float | None = None
    choices: tuple[str, ...] = ()
    refers_to: str | None = None
    default: str | bool | None = None


@dataclass(frozen=True)
class Table:
    """One table: the `key` columns together name a row once; columns that are not listed are kept as attributes."""

    name: str
    title: str
    title_nl: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    required: bool = False

    @property
    def by_name(self) -> dict[str, Field]:
        """The fields by column name."""
        return {f.name: f for f in self.fields}
