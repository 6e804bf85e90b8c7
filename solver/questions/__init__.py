"""What a run can ask: one file each, one name in the union."""

from typing import Annotated

from pydantic import Field

from solver.questions.alternatives import Alternatives
from solver.questions.behaviour_regret import BehaviourRegret
from solver.questions.diagnose import Diagnose
from solver.questions.evaluate import Evaluate
from solver.questions.norm_sweep import NormSweep
from solver.questions.one_site_out import OneSiteOut
from solver.questions.optimise import Optimise
from solver.questions.pareto import Pareto
from solver.questions.robustness import Robustness
from solver.questions.why_not import WhyNot

AnyQuestion = Annotated[
    Alternatives
    | BehaviourRegret
    | Diagnose
    | Evaluate
    | NormSweep
    | OneSiteOut
    | Optimise
    | Pareto
    | Robustness
    | WhyNot,
    Field(discriminator="question"),
]
