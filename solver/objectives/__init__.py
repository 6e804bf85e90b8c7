"""The measures a table can ask to keep small: one file each, one name in the union of weighted.py, which a weighted sum takes its terms from."""

from typing import Annotated

from pydantic import Field

from solver.objectives.weighted import Measures, Weighted

AnyObjective = Annotated[Measures | Weighted, Field(discriminator="objective")]
