"""The rules a table can write down: one file each, one name in the union."""

from typing import Annotated

from pydantic import Field

from solver.rules.access_norm import AccessNorm
from solver.rules.capacity import Capacity
from solver.rules.lock import Lock
from solver.rules.site_count import SiteCount
from solver.rules.volume_norm import VolumeNorm

AnyRule = Annotated[AccessNorm | Capacity | Lock | SiteCount | VolumeNorm, Field(discriminator="rule")]
