"""The audit: any plan held against the tables and the scenario; its flows, volumes, measures, norms and breaches.

It knows nothing of models and solvers. It serves today's landscape, plans drawn by hand, and the verification of
every result.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from solver.audits import scenario as scenarios
from solver.audits import tables as tables_of
from solver.audits.exact import BoolArray, FloatArray, IntArray
from solver.audits.faults import Fault
from solver.audits.flows import FlowTable
from solver.audits.layout import Ground, Layout, offers_of
from solver.audits.measures import Measure
from solver.audits.norms import rows
from solver.audits.objectives import measure, measures
from solver.audits.plain import PlainTables
from solver.audits.rows import Row
from solver.audits.structure import faults_of_flows, faults_of_offers
from solver.audits.travel import Travel

Assigned = dict[tuple[int, int], tuple[IntArray, IntArray, FloatArray]]
Offer = tuple[str, str, str]


@dataclass(frozen=True)
class Audit:
    """What a plan is worth. Everything is worked out when first asked for.

    Values are exact until they leave as floats.
    """

    layout: Layout
    faults: tuple[Fault, ...]
    alike: frozenset[int] = frozenset()
    known: Mapping[int, Sequence[Row]] = field(default_factory=dict)
    """Rows by the position of their rule, of an earlier plan in which the care types `alike` are laid out the same."""

    @cached_property
    def flows(self) -> FlowTable:
        """Where the patients of every care type of the scenario go."""
        return self.layout.flows()

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The norms as exact values."""
        return tuple(row for of_rule in self.rows_by_rule.values() for row in of_rule)

    @cached_property
    def rows_by_rule(self) -> dict[int, list[Row]]:
        """The same by the position of their rule."""
        found: dict[int, list[Row]] = {}
        for position, row in rows(self.layout, self.known, self.alike):
            found.setdefault(position, []).append(row)
        return found

    @cached_property
    def exact_measures(self) -> dict[str, Measure]:
        """The measures as exact values."""
        return measures(self.layout, self.rows)

    @cached_property
    def exact_objectives(self) -> tuple[Measure, ...]:
        """The value of each objective of the scenario, in order."""
        return tuple(measure(self.layout, fields, self.rows) for fields in self.layout.ground.asked.objectives)

    @property
    def volumes(self) -> list[dict[str, Any]]:
        """Rows {site_id, care_type_id, period, cases_per_year}.

        Every offered pair, and any other that receives patients.
        """
        tables, layout = self.layout.tables, self.layout
        return [
            {
                "site_id": tables.site_ids[s],
                "care_type_id": tables.care_type_ids[k],
                "period": period,
                "cases_per_year": float(cases),
            }
            for t, period in enumerate(tables.period_ids)
            for k in layout.care_types
            for s, cases in enumerate(layout.volume(k, t))
            if cases or layout.offers[t, s, k]
        ]

    @property
    def measures(self) -> dict[str, dict[str, Any]]:
        """name -> {value, unit, per_period}."""
        return {name: m.to_json(self.layout.tables.period_ids) for name, m in self.exact_measures.items()}

    @property
    def objectives(self) -> list[dict[str, Any]]:
        """The scenario's objectives in order, as {objective, value, unit}."""
        asked = self.layout.ground.asked.objectives
        return [
            {"objective": fields["objective"], "value": None if m.value is None else float(m.value), "unit": m.unit}
            for fields, m in zip(asked, self.exact_objectives, strict=True)
        ]

    @property
    def norms(self) -> list[dict[str, Any]]:
        """Every rule's rows as an outcome lists them."""
        return [row.to_json() for row in self.rows]

    @property
    def breaches(self) -> list[dict[str, Any]]:
        """The norms that do not hold, and what cannot be in any plan."""
        structural = [
            {
                "rule": fault.kind,
                "kind": fault.kind,
                "subject": fault.subject,
                "care_type_id": fault.care_type,
                "period": fault.period,
                "future": self.layout.tables.future,
                "value": float(fault.amount),
                "limit": 0.0,
                "margin": -float(fault.amount),
                "hardness": "hard",
                "holds": False,
            }
            for fault in self.faults
        ]
        return [*structural, *(row.to_json() for row in self.rows if not row.holds)]

    @property
    def keeps_every_hard_rule(self) -> bool:
        """Whether the plan can be and no hard rule is broken."""
        return not self.faults and all(row.holds for row in self.rows if row.hardness == "hard")

    @property
    def ties(self) -> float:
        """How many cases a year go where they go because a tie was decided, over all care types and periods."""
        return float(sum((row[2] for row in self._ties()), Fraction(0)))

    @property
    def tie_rows(self) -> list[dict[str, Any]]:
        """The same by care type and period: rows {care_type_id, period, cases_per_year}."""
        return [
            {"care_type_id": k, "period": t, "cases_per_year": float(cases)} for k, t, cases in self._ties() if cases
        ]

    def _ties(self) -> list[tuple[str, str, Fraction]]:
        tables = self.layout.tables
        return [
            (tables.care_type_ids[k], period, self.layout.stream(k, t).tied)
            for k in self.layout.care_types
            for t, period in enumerate(tables.period_ids)
        ]


class Auditor:
    """The tables read once for a scenario and a future, ready to audit many plans.

    What a plan has in common with the one audited before is not worked out again.
    """

    def __init__(self, tables: PlainTables, scenario: Mapping[str, Any], future: str = "base") -> None:
        asked = scenarios.read(scenario, tables)
        read = tables_of.read(tables, asked, future)
        self.ground = Ground(read, Travel(read), asked)
        self._before: Audit | None = None
        self._base: tuple[FlowTable | None, Layout] | None = None

    def audit(self, offers: Iterable[Offer], flows: FlowTable | None = None, today: FlowTable | None = None) -> Audit:
        """A plan; `flows` assign the steered care types, `today` those of the baseline."""
        read, listed = self.ground.tables, list(offers)
        faults = tuple(faults_of_offers(read, self.ground.care_types, listed))
        return self._audit(offers_of(read, self.ground.care_types, listed), flows, faults, self._today(today))

    def audit_today(self, flows: FlowTable | None = None) -> Audit:
        """Today's landscape; `flows` assign the steered care types."""
        layout = self._today(flows)
        if layout is None:
            return self._audit(self._offered_today(), flows, (), None)
        return Audit(layout, tuple(faults_of_flows(layout)))

    def _today(self, flows: FlowTable | None) -> Layout | None:
        if flows is None and self.ground.asked.steered():
            return None
        if self._base is None or self._base[0] is not flows:
            assigned, _ = _assigned(self.ground, flows)
            base = Layout(self.ground, self._offered_today(), assigned)
            self._base = flows, Layout(self.ground, self._offered_today(), assigned, today=base)
        return self._base[1]

    def _offered_today(self) -> BoolArray:
        read = self.ground.tables
        return np.repeat(read.offered_today[None], len(read.period_ids), axis=0)

    def _audit(
        self, offers: BoolArray, flows: FlowTable | None, faults: tuple[Fault, ...], today: Layout | None
    ) -> Audit:
        assigned, unknown = _assigned(self.ground, flows)
        layout = Layout(self.ground, offers, assigned, today=today)
        before, alike = self._before, frozenset[int]()
        if before is not None and before.layout.today is today:
            alike = layout.like(before.layout)
        known = before.rows_by_rule if before is not None and "rows_by_rule" in vars(before) else {}
        self._before = Audit(layout, (*faults, *unknown, *faults_of_flows(layout)), alike, known)
        return self._before


def audit(
    tables: PlainTables,
    scenario: Mapping[str, Any],
    offers: Iterable[Offer],
    flows: FlowTable | None = None,
    future: str = "base",
    today: FlowTable | None = None,
) -> Audit:
    """Hold a plan against tables and scenario.

    Raises MissingData with every gap if the tables lack what is needed.
    """
    return Auditor(tables, scenario, future).audit(offers, flows, today)


def audit_today(
    tables: PlainTables, scenario: Mapping[str, Any], flows: FlowTable | None = None, future: str = "base"
) -> Audit:
    """Hold today's landscape against tables and scenario, under the scenario's behaviours."""
    return Auditor(tables, scenario, future).audit_today(flows)


def _assigned(ground: Ground, flows: FlowTable | None) -> tuple[Assigned, list[Fault]]:
    """The flows of each steered care type and period by the tables' own positions; flows of unknown ids as faults."""
    if flows is None:
        return {}, []
    read = ground.tables
    steered = [read.care_type_at[k] for k in ground.asked.steered()]
    area, site, care_type, period = (
        np.array([at.get(name, -1) for name in ids] or [-1], dtype=np.int64)[where]
        for at, ids, where in (
            (read.area_at, flows.area_ids, flows.area),
            (read.site_at, flows.site_ids, flows.site),
            (read.care_type_at, flows.care_type_ids, flows.care_type),
            (read.period_at, flows.period_ids, flows.period),
        )
    )
    known = (area >= 0) & (site >= 0) & (care_type >= 0) & (period >= 0)
    faults = [
        _unknown(flows, i) for i in np.flatnonzero(~known | (flows.cases < 0) | ~np.isfinite(flows.cases)).tolist()
    ]
    known &= flows.cases > 0
    code = care_type * len(read.period_ids) + period
    order = np.flatnonzero(known)
    order = order[np.argsort(code[order], kind="stable")]
    cuts = np.searchsorted(code[order], np.arange(len(read.care_type_ids) * len(read.period_ids) + 1))
    found: Assigned = {}
    for k in steered:
        for t in range(len(read.period_ids)):
            mine = order[cuts[k * len(read.period_ids) + t] : cuts[k * len(read.period_ids) + t + 1]]
            found[k, t] = area[mine], site[mine], flows.cases[mine]
    return found, faults


def _unknown(flows: FlowTable, i: int) -> Fault:
    area, site = flows.area_ids[flows.area[i]], flows.site_ids[flows.site[i]]
    care_type, period = flows.care_type_ids[flows.care_type[i]], flows.period_ids[flows.period[i]]
    what = f"flow of {flows.cases[i]:g} cases of {care_type} from area {area} to site {site} in period {period}"
    what += " is not of this scenario and data"
    return Fault("flow", site, care_type, period, Fraction(1), what)
