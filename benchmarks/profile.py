"""Where our way of a case spends its processor time, by module and by what HiGHS does: python -m benchmarks.profile NAME."""

import cProfile
import importlib
import pstats
import sys
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.cases import every_case

ROOT = Path(__file__).resolve().parent.parent
WAITING = ("acquire", "join", "_wait_for_tstate_lock")
"""What the main thread does while HiGHS works in another; with a clock of processor time that is HiGHS's own."""
SHOWN = 12


def by_room(name: str) -> list[tuple[str, float]]:
    """[(module, CPU seconds of its own)], longest first, of the first case whose name contains ``name``."""
    case = next(case for case in every_case(ROOT.parent / "shared") if name in case.name)
    module, function = case.ours.function.split(":")
    do = vars(importlib.import_module(module))[function]
    profile = cProfile.Profile(time.process_time)
    profile.runcall(do, **case.ours.arguments)
    spent: dict[str, float] = defaultdict(float)
    for (file, _, function), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[_room(file, function)] += own
    return sorted(spent.items(), key=lambda item: -item[1])


def _room(file: str, function: str) -> str:
    if any(f" '{word}'" in function or function == word for word in WAITING):
        return "HiGHS"
    if "importlib" in file or "{built-in method builtins.compile}" in function or "marshal" in function:
        return "imports"
    path = Path(file)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return str(path.relative_to(ROOT))
    package = next(
        (part for part in ("numpy", "scipy", "pyomo", "highspy", "pandas") if part in f"{file}{function}"), ""
    )
    return package or "other"


if __name__ == "__main__":
    rooms = by_room(sys.argv[1])
    total = sum(seconds for _, seconds in rooms)
    print(f"| where | CPU s | share |\n|---|---:|---:|\n| all | {total:.1f} | |")
    for room, seconds in rooms[:SHOWN]:
        print(f"| {room} | {seconds:.1f} | {seconds / total:.0%} |")
