"""One plan after another by the same auditor: what they have in common is remembered, and nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from solver.answer import Answering
from solver.case import Flows
from solver.solved import Layout
from tests.solver.rules.ruled_worlds import Ruled, ruled
from tests.solver.rules.test_agreement import KINDS


def told(answering: Answering, layout: Layout) -> tuple[Any, ...]:
    audit = answering.audited(answering.drawn(layout.offered)[0])
    return audit.norms, audit.breaches, audit.objectives, audit.measures, audit.volumes


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_is_audited_after_another_as_if_it_were_the_first(kind: str) -> None:
    @settings(max_examples=12)
    @given(ruled(kinds=(kind,)), st.data())
    def holds(world: Ruled, data: st.DataObject) -> None:
        case = assemble(world.tables, world.scenario)
        _, S, K, T = case.land.shape
        answering = Answering(case)
        offered = case.land.may_offer[:, :, None].repeat(T, axis=2)
        for _ in range(4):
            layout = Layout(offered.copy(), Flows.none())
            assert told(answering, layout) == told(Answering(case), layout)
            s, k, t = (data.draw(st.integers(0, n - 1)) for n in (S, K, T))
            offered[s, k, t] = not offered[s, k, t]

    holds()
