"""The measures a table can ask to keep small, or large: one file each, one name in the union."""

from typing import Annotated

from pydantic import Field

from solver.objectives.accessibility import Accessibility
from solver.objectives.adverse_outcomes import AdverseOutcomes
from solver.objectives.beyond_minutes import BeyondMinutes
from solver.objectives.changes import Changes
from solver.objectives.co2 import Co2
from solver.objectives.group_gap import GroupGap
from solver.objectives.largest_organisation_loss import LargestOrganisationLoss
from solver.objectives.operating_cost import OperatingCost
from solver.objectives.penalties import Penalties
from solver.objectives.sites import Sites
from solver.objectives.staff import Staff
from solver.objectives.tail_minutes import TailMinutes
from solver.objectives.transition_cost import TransitionCost
from solver.objectives.travel_time import TravelTime
from solver.objectives.weighted import Weighted
from solver.objectives.worst_minutes import WorstMinutes

AnyObjective = Annotated[
    Accessibility
    | AdverseOutcomes
    | BeyondMinutes
    | Changes
    | Co2
    | GroupGap
    | LargestOrganisationLoss
    | OperatingCost
    | Penalties
    | Sites
    | Staff
    | TailMinutes
    | TransitionCost
    | TravelTime
    | Weighted
    | WorstMinutes,
    Field(discriminator="objective"),
]
