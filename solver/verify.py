"""The independent re-check of an outcome: what it says is worked out again from the tables, every difference named.

What cannot be recomputed (that a bound without certificate is valid, that nothing better exists) is not claimed here.
"""

from collections.abc import Mapping
from typing import Any

from solver.audits.missing import MissingData
from solver.audits.plain import PlainTables
from solver.audits.recheck import answers, plans, standing
from solver.audits.recheck.subject import Subject

Json = Mapping[str, Any]


def verify(outcome: Json, tables: PlainTables, dataset_sha256: str | None = None) -> list[str]:
    """The reasons to refuse an outcome, one plain sentence each; empty if it passes."""
    found = _provenance(outcome, dataset_sha256)
    try:
        subject = Subject.of(outcome, tables)
        found += standing.refusals(subject)
        found += plans.refusals(subject)
        found += answers.refusals(subject)
    except MissingData as lacking:
        found += [f"it cannot be recomputed: {gap.text()}" for gap in lacking.gaps]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as wrong:
        found.append(f"the outcome cannot be read: {type(wrong).__name__}: {wrong}")
    return found


def _provenance(outcome: Json, dataset_sha256: str | None) -> list[str]:
    provenance = outcome.get("provenance") or {}
    told = provenance.get("dataset_sha256", provenance.get("dataset sha256"))
    if dataset_sha256 is None or told is None or told == dataset_sha256:
        return []
    return [f"the outcome was made from dataset {told}, this is dataset {dataset_sha256}"]
