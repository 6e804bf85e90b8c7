"""The measures a table can ask to keep small: one file each, one name in the union."""

from typing import Annotated

from pydantic import Field

from solver.objectives.beyond_minutes import BeyondMinutes
from solver.objectives.changes import Changes
from solver.objectives.operating_cost import OperatingCost
from solver.objectives.penalties import Penalties
from solver.objectives.sites import Sites
from solver.objectives.travel_time import TravelTime
from solver.objectives.weighted import Weighted
from solver.objectives.worst_minutes import WorstMinutes

Plain = TravelTime | BeyondMinutes | WorstMinutes | OperatingCost | Changes | Sites | Penalties
AnyObjective = Annotated[Plain | Weighted, Field(discriminator="objective")]
