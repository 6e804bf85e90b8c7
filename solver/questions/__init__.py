"""What a run can ask: one file each, one name in the union."""

from typing import Annotated

from pydantic import Field

from solver.questions.alternatives import Alternatives
from solver.questions.evaluate import Evaluate
from solver.questions.optimise import Optimise

AnyQuestion = Annotated[
    Alternatives | Evaluate | Optimise,
    Field(discriminator="question"),
]
