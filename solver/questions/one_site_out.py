"""One site out: what happens to everybody if one site stops, for each offered pair in turn, when nothing else is decided anew.

    inhabitants_beyond = inhabitants beyond max_minutes without the pair - inhabitants beyond it with the pair,   over periods the largest of each

A pair closes in every period in which it is offered. Patients go where their behaviour sends them; steered ones travel least within capacity, or without it
where that cannot hold. A site is sensitive (gevoelig) for a care type when its closing puts inhabitants beyond the limit. Sites outside the region are not
the table's to close.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from solver.answer import Answering
from solver.landscape import Landscape, Reach
from solver.optimum import HALF, optimum_json, optimum_of, outcome_of
from solver.outcome import Outcome
from solver.parted import Parted
from solver.rounds import Json, Round, Rounds
from solver.solved import Solved
from solver.watch import Watch

Bools = NDArray[np.bool_]
OPTIMUM: Json = {"find": "optimum"}


class OneSiteOut(Parted):
    """What if one site stops?"""

    question: Literal["one_site_out"] = "one_site_out"
    max_minutes: float | None = Field(
        default=None,
        ge=0,
        description="Longest trip that counts as within reach; inhabitants are not counted without it [minutes].",
    )
    mode: str | None = Field(default=None, description="Travel mode; each care type's own when left out.")
    of: Literal["plan", "today"] = Field(default="plan", description="The best plan, or today's landscape.")
    dispatch_minutes: float = Field(
        default=0.0, ge=0, description="Minutes from call to departure, mode ambulance [minutes]."
    )
    on_scene_minutes: float = Field(
        default=0.0, ge=0, description="Minutes with the patient before driving on, mode ambulance [minutes]."
    )

    def next_round(self, answering: Answering, rounds: Rounds) -> Round | None:
        """The plan, unless it is today's; then its pairs, those of one care type to a part."""
        if self.of == "plan" and not rounds:
            return Round((OPTIMUM,))
        offered = self._offered(answering, rounds)
        if offered is None or len(rounds) > self._rounds_before:
            return None
        return Round(tuple(_parts(answering.case.land, offered)))

    def answer_part(self, answering: Answering, part: Json, rounds: Rounds, watch: Watch) -> Json:
        """The plan, or the rows of a part as far as the time goes."""
        if part == OPTIMUM:
            return optimum_json(answering, watch, share=HALF)
        land = answering.case.land
        offered = self._offered(answering, rounds)
        assert offered is not None, "without a plan there is nothing to close"
        k = land.care_types.index(part["care_type_id"])
        rows: list[Json] = []
        for site in part["close"]:
            if watch.over and rows:
                break
            watch.report("explaining", note=f"{part['care_type_id']} without {site}")
            rows.append(self._row(answering, offered, land.site_ids.index(site), k))
        return {"rows": rows}

    def gather(self, answering: Answering, rounds: Rounds, watch: Watch) -> Outcome:
        """The plan, and a row for each of its pairs."""
        if self.of == "plan":
            outcome = outcome_of(answering, optimum_of(answering, rounds[0]), watch)
        else:
            outcome = self._today(answering)
        offered = self._offered(answering, rounds)
        if offered is None:
            return replace(outcome, one_site_out=[])
        rows = [row for told in rounds[self._rounds_before] if told is not None for row in told["rows"]]
        asked = sum(len(part["close"]) for part in _parts(answering.case.land, offered))
        if len(rows) == asked:
            return replace(outcome, one_site_out=rows)
        why = "cancel" if watch.cancelled else "time_limit"
        note = f"one site out: {asked - len(rows)} of {asked} pairs were not looked at in time"
        return replace(outcome, one_site_out=rows, stopped_by=why, warnings=[*outcome.warnings, note])

    @property
    def _rounds_before(self) -> int:
        """How many rounds come before the pairs."""
        return 1 if self.of == "plan" else 0

    def _offered(self, answering: Answering, rounds: Rounds) -> Bools | None:
        """[S,K,T] what is offered before anything closes; None without a plan."""
        if self.of == "today":
            return _today(answering.case.land)
        layout = optimum_of(answering, rounds[0]).layout
        return None if layout is None else layout.offered

    def _today(self, answering: Answering) -> Outcome:
        """Today's landscape in place of a plan; infeasible where it breaks a hard rule, and still told."""
        layout, note = answering.drawn(_today(answering.case.land))
        outcome = answering.outcome(Solved(layout, "proof", formulation="audit"))
        broken = any(breach["hardness"] == "hard" for breach in outcome.breaches)
        exact = [
            {**line, "bound": line["value"], "gap": None if line["value"] is None else 0.0}
            for line in outcome.objectives
        ]
        warnings = [*outcome.warnings, *([note] if note and f"baseline: {note}" not in outcome.warnings else [])]
        verdict: Literal["infeasible", "optimal"] = "infeasible" if broken else "optimal"
        return replace(outcome, outcome=verdict, objectives=exact, warnings=warnings)

    def _row(self, answering: Answering, offered: Bools, s: int, k: int) -> Json:
        land = answering.case.land
        without = offered.copy()
        without[s, k] = False
        audit = answering.audited(answering.drawn(without)[0])
        increase = None if self.max_minutes is None else self._beyond(land, without, k) - self._beyond(land, offered, k)
        return {
            "site_id": land.site_ids[s],
            "care_type_id": land.care_types[k],
            "objectives": audit.objectives,
            "breaches": audit.breaches,
            "inhabitants_beyond": increase,
            "sensitive": None if increase is None else increase > 0,
        }

    def _beyond(self, land: Landscape, offered: Bools, k: int) -> float:
        """Inhabitants whose nearest offering site is beyond reach, in the worst period."""
        assert self.max_minutes is not None
        reach = Reach(self.mode or land.behaviours[k].mode, self.dispatch_minutes, self.on_scene_minutes)
        near = land.within(self.max_minutes, reach)
        persons = land.inhabitants(None)
        return max(float(persons[~(near & offered[:, k, t]).any(axis=1)].sum()) for t in range(offered.shape[2]))


def _today(land: Landscape) -> Bools:
    """[S,K,T] today's offers in every period."""
    return np.repeat(land.offered_today[:, :, None], len(land.periods), axis=2)


def _parts(land: Landscape, offered: Bools) -> Iterator[Json]:
    """Per care type the sites of the region that offer it."""
    pairs = np.argwhere((offered.any(axis=2) & land.site_in_region[:, None]).T).tolist()
    for k, mine in groupby(pairs, key=lambda pair: int(pair[0])):
        yield {"care_type_id": land.care_types[k], "close": [land.site_ids[s] for _, s in mine]}


__all__ = ["OneSiteOut"]
