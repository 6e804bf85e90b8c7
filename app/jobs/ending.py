"""How a run ended, told from what its child left behind: its state beside what is held and why it stopped."""

from dataclasses import dataclass
from typing import Any

from app.jobs.attendance import NoAnswer
from app.store.claims import Ending

MOST_REASONS_TOLD = 5


@dataclass(frozen=True)
class Answer:
    """The outcome a child handed in, with every reason its check found to refuse it."""

    outcome: dict[str, Any]
    refused: list[str]


def ending_of(left: Answer | NoAnswer) -> Ending:
    """The ending that service.md's table of states gives to what the child left."""
    if isinstance(left, NoAnswer):
        return _without_answer(left)
    if left.refused:
        told = " ".join(left.refused[:MOST_REASONS_TOLD])
        return Ending("failed", None, "error", f"The answer did not pass its check and is withheld: {told}")
    held, why = str(left.outcome["outcome"]), str(left.outcome["stopped_by"])
    if held == "no_plan_found" and why == "cancel":
        return Ending("dismissed", held, why, "Stopped before a plan was found.")
    if held == "no_plan_found" and why in ("memory", "error"):
        return Ending("failed", held, why, " ".join(map(str, left.outcome.get("warnings") or [])) or None)
    return Ending("successful", held, why)


def _without_answer(none: NoAnswer) -> Ending:
    if none.ended_by == "deadline":
        return Ending("successful", "no_plan_found", "time_limit", none.reason)
    if none.ended_by == "cancel":
        return Ending("dismissed", "no_plan_found", "cancel", none.reason)
    return Ending("failed", "no_plan_found", "memory" if none.ended_by == "memory" else "error", none.reason)


def nothing_found(asked: dict[str, Any], *, dataset_sha256: str, ending: Ending, seconds: float) -> dict[str, Any]:
    """The outcome of a solve that had to be ended at its deadline: no plan, and why."""
    return {
        "outcome": ending.outcome,
        "stopped_by": ending.stopped_by,
        "objectives": [],
        "plan": None,
        "baseline": None,
        "measures": {},
        "norms": [],
        "breaches": [],
        "canonical": False,
        "warnings": [ending.reason] if ending.reason else [],
        "verification": None,
        "scenario": asked,
        "provenance": {"dataset_sha256": dataset_sha256, "seconds": seconds},
    }
