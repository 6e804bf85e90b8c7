"""Today's landscape held against a scenario that is still being written: which norms it meets, without a solver."""

from typing import Any

from app.assemble import assemble
from app.errors import Finding, InvalidInput, findings_from
from geodata.package import Package
from solver.audits.audit import Auditor
from solver.audits.missing import MissingData
from solver.behaviours import Steered
from solver.scenario import InvalidScenario

STEERED = "Where the planner assigns patients, today's landscape is measured by a run (question evaluate)."


def check_today(package: Package, written: dict[str, Any]) -> dict[str, Any]:
    """norms, measures, warnings and assumed of today's landscape, as an outcome's baseline has them.

    Norms and measures are null where a care type is steered. Raises InvalidInput with every problem of the scenario.
    """
    try:
        case = assemble(package.tables, written)
        told: dict[str, Any] = {
            "norms": None, "measures": None, "warnings": list(case.warnings), "assumed": list(case.assumed),
        }  # fmt: skip
        if any(isinstance(behaviour, Steered) for behaviour in case.land.behaviours):
            return {**told, "assumed": [*told["assumed"], STEERED]}
        today = Auditor(package.tables, case.scenario).audit_today()
        return {**told, "norms": today.norms, "measures": today.measures}
    except InvalidScenario as invalid:
        raise InvalidInput("The scenario cannot be asked of this dataset.", findings_from(invalid.problems)) from None
    except MissingData as lacking:
        gaps = [Finding(gap.where, gap.problem, gap.fix) for gap in lacking.gaps]
        raise InvalidInput("The data lack what the scenario needs.", gaps) from None
