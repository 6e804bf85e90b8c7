"""The rows of a rule as a person would read them, taken from the compiled face."""

import numpy as np
import pyomo.environ as pyo

from app.assemble import assemble
from solver.formulations.face import CompiledFace, compile_face
from solver.formulations.words import Face
from solver.objectives.sites import Sites
from tests.builders import Json, PlainTables


def written_rows(tables: PlainTables, scenario: Json, position: int = 0) -> list[str]:
    """Every row that the rule at a position of the canonical scenario has in the solver's matrix, in order."""
    case = assemble(tables, scenario)
    compiled = compile_face(case.land, case.rules, [Sites()])
    face = Face(case.land)
    for place, rule in enumerate(case.rules):
        if rule.hardness != "report":
            block = pyo.Block(concrete=True)
            face.model.add_component(f"rule_{place}", block)
            rule.build(block, face, case.land)
    names = [variable.name for variable in face.model.component_data_objects(pyo.Var, descend_into=True)]
    names += [f"breach_{n + 1}" for n in range(len(compiled.lower) - len(names))]
    return [_row(compiled, names, i) for i in np.flatnonzero(compiled.row_rule == position)]


def _row(compiled: CompiledFace, names: list[str], i: int) -> str:
    span = slice(compiled.rows.indptr[i], compiled.rows.indptr[i + 1])
    entries = sorted(zip(compiled.rows.indices[span], compiled.rows.data[span], strict=True))
    terms = " ".join(f"{value:+g} {names[column].removeprefix('rule_0.')}" for column, value in entries)
    low, high = compiled.row_lower[i], compiled.row_upper[i]
    if low == high:
        return f"{terms} = {low:g}"
    return f"{terms} >= {low:g}" if np.isfinite(low) else f"{terms} <= {high:g}"
