"""What a row must hold because of what else it holds: minutes for within_minutes, both ends of an interdependency."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.problems import Findings
from geodata.typed_table import TypedTable


def check_conditions(tables: Mapping[str, TypedTable], found: Findings) -> None:
    """Errors that one column makes in another of the same row."""
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
        none = ties.blanks("relation")
        found.rows(
            "error", ties.name, "relation", ties.rows[none], lambda i: "The row has no relation.",
            "Write same_site, within_minutes, same_organisation or excludes.",
        )  # fmt: skip
        self_bound = ~ties.blanks("requires") & (ties.columns["care_type_id"] == ties.columns["requires"])
        found.rows(
            "error", ties.name, "requires", ties.rows[self_bound], lambda i: "A care type is bound to itself.",
            "Name two different care types.",
        )  # fmt: skip
    resources = tables.get("resources")
    if resources is not None and "resource_id" in resources.columns and "resource_stock" in tables:
        none = resources.blanks("pool")
        found.rows(
            "error", resources.name, "pool", resources.rows[none], lambda i: "The resource has no pool.",
            "Write site, organisation or region: who shares its stock.",
        )  # fmt: skip
    members = tables.get("region_members")
    if members is not None:
        none = members.blanks("member_kind")
        found.rows(
            "error", members.name, "member_kind", members.rows[none], lambda i: "The row has no member_kind.",
            "Write area or site.",
        )  # fmt: skip
