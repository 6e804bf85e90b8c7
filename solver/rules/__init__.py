"""The rules a table can write down: one file each, one name in the union."""

from typing import Annotated

from pydantic import Field

from solver.rules.access_norm import AccessNorm
from solver.rules.backup import Backup
from solver.rules.budget import Budget
from solver.rules.capacity import Capacity
from solver.rules.change_limit import ChangeLimit
from solver.rules.interdependency import Interdependency
from solver.rules.lock import Lock
from solver.rules.organisation_balance import OrganisationBalance
from solver.rules.resource_limit import ResourceLimit
from solver.rules.satellite import Satellite
from solver.rules.site_count import SiteCount
from solver.rules.volume_norm import VolumeNorm

AnyRule = Annotated[
    AccessNorm
    | Backup
    | Budget
    | Capacity
    | ChangeLimit
    | Interdependency
    | Lock
    | OrganisationBalance
    | ResourceLimit
    | Satellite
    | SiteCount
    | VolumeNorm,
    Field(discriminator="rule"),
]
