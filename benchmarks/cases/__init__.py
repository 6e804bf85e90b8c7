"""One file per piece of work: each module here has `cases(shared)`, the cases it measures, given the folder of known answers."""

import importlib
import pkgutil
from pathlib import Path

from benchmarks.case import Case


def every_case(shared: Path) -> list[Case]:
    """The cases of all modules of this folder, in order of mark, then as listed; raises ValueError when two share a name."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [case for name in modules for case in importlib.import_module(f"{__name__}.{name}").cases(shared)]
    names = [case.name for case in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"Several cases are named {', '.join(twice)}; a case's name is the name of its record.")
    return sorted(found, key=lambda case: (case.mark == "", len(case.mark), case.mark))
