"""What a row must hold because of what else it holds: minutes for within_minutes, both ends of an interdependency."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.problems import Findings
from geodata.typed_table import TypedTable


def check_conditions(tables: Mapping[str, TypedTable], found: Findings) -> None:
    """What one column asks of another in the same row, and tables that may not be empty."""
    ties = tables.get("interdependencies")
    if ties is not None and {"care_type_id", "requires"} <= ties.columns.keys():
        relation = ties.columns.get("relation", np.full(len(ties.rows), None, dtype=object))
        loose = (relation == "within_minutes") & ties.blanks("minutes")
        if "minutes" in ties.refused:
            loose &= ~ties.refused["minutes"]
        found.rows(
            "error", ties.name, "minutes", ties.rows[loose], lambda i: "within_minutes has no minutes.",
            "Say within how many minutes.",
        )  # fmt: skip
        _tell_blank(ties, "relation", "Write same_site, within_minutes, same_organisation or excludes.", found)
        self_bound = ~ties.blanks("requires") & (ties.columns["care_type_id"] == ties.columns["requires"])
        found.rows(
            "error", ties.name, "requires", ties.rows[self_bound], lambda i: "A care type is bound to itself.",
            "Name two different care types.",
        )  # fmt: skip
    if "resources" in tables and "resource_stock" in tables:
        _tell_blank(tables["resources"], "pool", "Write site, organisation or region: who shares its stock.", found)
    if "region_members" in tables:
        _tell_blank(tables["region_members"], "member_kind", "Write area or site.", found)
    for name in ("areas", "sites", "care_types"):
        if name in tables and not len(tables[name].rows):
            found.error(name, f"The table {name} has no rows.", "Add at least one.")


def _tell_blank(table: TypedTable, column: str, fix: str, found: Findings) -> None:
    none = table.rows[table.blanks(column) & ~table.refused.get(column, np.zeros(len(table.rows), dtype=bool))]
    found.rows("warning", table.name, column, none, lambda i: f"The row has no {column}; no rule can use it so.", fix)
