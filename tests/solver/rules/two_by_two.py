"""Two areas, two sites and two care types: small enough to write a rule's rows down by hand."""

from typing import Any

from tests.builders import Json, PlainTables, world


def two_by_two(*, care_types: tuple[str, ...] = ("seh", "icu"), **more: Any) -> PlainTables:
    """Areas 1 and 2 with 30 and 20 cases, each 0 minutes from its own site (A, B) and 10 from the other; emergency care and intensive care."""
    return world(
        {"1": {"A": 0, "B": 10}, "2": {"A": 10, "B": 0}},
        {"1": 30.0, "2": 20.0},
        care_types=care_types,
        population={"1": 300.0, "2": 200.0},
        **more,
    )


def drawn(*pairs: tuple[str, str]) -> Json:
    """The question what a plan of (site, care type) pairs is worth, in every period."""
    return {"question": "evaluate", "plan": [{"site_id": s, "care_type_id": k} for s, k in pairs]}


def kept(outcome: Json, kind: str) -> dict[str, bool]:
    """Subject -> whether a rule of a kind holds there, in a plan of one period."""
    return {row["subject"]: row["holds"] for row in outcome["norms"] if row["kind"] == kind}
