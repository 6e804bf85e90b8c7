"""The outcome under re-check beside its tables; plans in it are audited under any future or changed scenario."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from solver.audits.audit import Audit, Auditor
from solver.audits.flows import FlowTable
from solver.audits.plain import PlainTables

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """An outcome, the tables, and the readings of them made so far."""

    outcome: Json
    plain: PlainTables
    scenario: Json
    _auditors: dict[str, Auditor] = field(default_factory=dict)
    _today: dict[str, FlowTable | None] = field(default_factory=dict)

    @classmethod
    def of(cls, outcome: Json, plain: PlainTables) -> "Subject":
        """The subject of an outcome as JSON."""
        return cls(outcome, plain, outcome["scenario"])

    @property
    def question(self) -> Json:
        """The question asked."""
        asked: Json = self.scenario.get("question") or {"question": "optimise"}
        return asked

    @property
    def asks(self) -> str:
        """The question's name."""
        return str(self.question["question"])

    @property
    def futures(self) -> list[str]:
        """The futures the plan must stand in: those listed under robustness, else base."""
        if self.asks != "robustness":
            return ["base"]
        listed = self.question.get("futures") or [row["future"] for row in self.outcome.get("futures") or []]
        return [str(future) for future in listed] or ["base"]

    def auditor(self, future: str = "base") -> Auditor:
        """The tables read for the scenario under a future."""
        if future not in self._auditors:
            self._auditors[future] = Auditor(self.plain, self.scenario, future)
        return self._auditors[future]

    def audit(self, plan: Json, future: str = "base", scenario: Json | None = None) -> Audit:
        """A plan of the outcome, audited under a future and, where given, a changed scenario."""
        auditor = self.auditor(future) if scenario is None else Auditor(self.plain, scenario, future)
        return auditor.audit(offers_of(plan), flows_of(plan, future), self.flows_today(future))

    def flows_today(self, future: str = "base") -> FlowTable | None:
        """The baseline's flows, which only steered care types need."""
        if future not in self._today:
            baseline = self.outcome.get("baseline") or {}
            plan = baseline.get("plan")
            self._today[future] = flows_of(plan, future) if plan else None
        return self._today[future]


def offers_of(plan: Json) -> list[tuple[str, str, str]]:
    """The offered pairs of a plan as (site, care type, period)."""
    return [(row["site_id"], row["care_type_id"], row["period"]) for row in plan["offers"]]


def flows_of(plan: Json, future: str) -> FlowTable | None:
    """The flows of a plan in a future; None where it tells none."""
    rows: Iterable[Json] | None = plan.get("flows")
    return None if rows is None else FlowTable.of(row for row in rows if row.get("future") in (None, future))
