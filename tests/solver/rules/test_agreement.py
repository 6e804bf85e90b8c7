"""Whatever the solver is made to want, its plan passes every audit, and what it thinks the plan is worth is what the audit finds."""

from typing import Any, ClassVar, Literal

import pyomo.environ as pyo
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from solver.answer import Answering
from solver.ask import Ask
from solver.case import Case, Limits
from solver.landscape import Landscape
from solver.objective import Objective
from solver.objectives.penalties import Penalties
from solver.rule import Expression, Words
from solver.solve_model import solve_model
from solver.solved import Solved
from solver.watch import Watch
from tests.solver.rules.ruled_worlds import Ruled, ruled

KINDS = (
    "access_norm", "backup", "budget", "capacity", "change_limit", "interdependency", "lock", "organisation_balance", "resource_limit",
    "satellite", "site_count", "volume_norm",
)  # fmt: skip


class Whim(Objective):
    """Wants some pairs offered, others not, cases here and not there, and travel either way, for no reason."""

    objective: Literal["whim"] = "whim"
    unit: ClassVar[str] = "whims"
    wishes: tuple[int, ...]

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        _, S, K, T = land.shape
        wish = iter(self.wishes * 40)
        total: Expression = m.nothing
        for t in range(T):
            for k in range(K):
                total += 0.01 * next(wish) * m.travel[k, t]
                for s in range(S):
                    total += next(wish) * m.offers[s, k, t] + 0.1 * next(wish) * m.volume[s, k, t]
        return total


def solved(case: Case, objectives: list[Any], *, patterns: bool | None = False) -> Solved:
    return solve_model(Ask(case.land, case.rules, objectives, Limits(seconds=30), patterns=patterns), Watch())


whims = st.lists(st.integers(-9, 9), min_size=11, max_size=11).map(lambda wishes: Whim(wishes=tuple(wishes)))


@pytest.mark.parametrize("kind", KINDS)
def test_no_whim_breaks_a_rule(kind: str) -> None:
    @settings(max_examples=15)
    @given(ruled(kinds=(kind,)), whims)
    def holds(world: Ruled, whim: Whim) -> None:
        case = assemble(world.tables, world.scenario)
        found = solved(case, [whim])
        assume(found.layout is not None)
        assert found.layout is not None
        checked = Answering(case).audited(found.layout)
        assert [row for row in checked.breaches if row["hardness"] == "hard"] == []

    holds()


@pytest.mark.parametrize(
    ("behaviours", "patterns"),
    [
        pytest.param(("nearest", "steered"), False, id="compact"),
        pytest.param(("nearest",), True, id="nearest by whole layouts"),
        pytest.param(("choice", "observed"), None, id="choice and observed"),
        pytest.param(("nearest", "steered", "choice", "observed"), None, id="all behaviours"),
    ],
)
def test_rules_of_every_kind_together(behaviours: tuple[str, ...], patterns: bool | None) -> None:
    @settings(max_examples=25)
    @given(ruled(behaviours=behaviours), whims)
    def holds(world: Ruled, whim: Whim) -> None:
        case = assemble(world.tables, world.scenario)
        found = solved(case, [whim], patterns=patterns)
        assume(found.layout is not None)
        assert found.layout is not None
        assert [row for row in Answering(case).audited(found.layout).breaches if row["hardness"] == "hard"] == []

    holds()


@pytest.mark.parametrize("kind", KINDS)
def test_the_penalty_is_what_the_audit_charges(kind: str) -> None:
    """Soft rules in each limit's own unit: the least penalty found by the model is the one that its plan has."""

    @settings(max_examples=10)
    @given(ruled(kinds=(kind,)), whims)
    def charged(world: Ruled, whim: Whim) -> None:
        soft = [rule | {"hardness": "soft", "penalty_per_unit": 1.5} for rule in world.scenario["rules"]]
        case = assemble(world.tables, world.scenario | {"rules": soft})
        found = solved(case, [Penalties(), whim])
        assume(found.layout is not None)
        assert found.layout is not None
        value = Answering(case).audited(found.layout).measures["penalties"]["value"]
        assert value == pytest.approx(found.values[0], abs=1e-4)

    charged()
