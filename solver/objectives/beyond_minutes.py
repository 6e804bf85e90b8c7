"""Beyond minutes: inhabitants whose nearest offering site is too far away, summed over care types; over periods the largest.

minimise   max over periods t of   sum over care types k of beyond[k,t]
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape, Reach
from solver.objective import Objective, largest
from solver.rule import Expression, Words


class BeyondMinutes(Objective):
    """Inhabitants beyond a limit of travel."""

    objective: Literal["beyond_minutes"] = "beyond_minutes"
    only_small: ClassVar[bool] = True
    unit: ClassVar[str] = "inhabitants"
    max_minutes: float = Field(ge=0, description="Longest trip that counts as within reach [minutes].")
    mode: str | None = Field(default=None, description="Travel mode; each care type's own when left out.")
    care_type: str | tuple[str, ...] | None = Field(
        default=None, description="Only this care type, or a list of them; all of the scenario when * or left out."
    )
    group: str | None = Field(default=None, description="Group of inhabitants; all when left out.")
    dispatch_minutes: float = Field(
        default=0.0, ge=0, description="Minutes from call to departure, mode ambulance [minutes]."
    )
    on_scene_minutes: float = Field(
        default=0.0, ge=0, description="Minutes with the patient before driving on, mode ambulance [minutes]."
    )

    def reach(self, mode: str) -> Reach:
        """How its minutes are counted, given a care type's own mode."""
        return Reach(self.mode or mode, self.dispatch_minutes, self.on_scene_minutes)

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """The largest period's sum over care types."""
        _, _, K, T = land.shape
        named = (self.care_type,) if isinstance(self.care_type, str) else self.care_type
        counted = [k for k in range(K) if named in (None, ("*",)) or land.care_types[k] in named]
        return largest(
            b,
            "most_beyond",
            [
                sum(m.beyond(self.max_minutes, self.reach(land.behaviours[k].mode), self.group)[k, t] for k in counted)
                for t in range(T)
            ],
        )
