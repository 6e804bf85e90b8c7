"""A data package from a path, or every reason why it cannot be used."""

from pathlib import Path

from app.errors import DamagedPackage, Finding
from geodata.package import Package, Reading, read_package
from geodata.problems import Problem


def load(source: Path) -> tuple[Package, list[Finding]]:
    """The package and its warnings; raises DamagedPackage with every error when it cannot be used."""
    reading = read_package(source)
    return usable(reading, called=source.name)


def usable(reading: Reading, *, called: str) -> tuple[Package, list[Finding]]:
    """The package of a reading and its warnings; raises DamagedPackage with every error when there is none."""
    errors = [finding(problem) for problem in reading.problems if problem.severity == "error"]
    warnings = [finding(problem) for problem in reading.problems if problem.severity == "warning"]
    if reading.package is None:
        many = f"{len(errors)} error{'' if len(errors) == 1 else 's'}"
        raise DamagedPackage(f"{called} cannot be used: {many}.", errors)
    return reading.package, warnings


def finding(problem: Problem) -> Finding:
    """A reader's problem as a finding: its place is table, row and field."""
    place = [problem.table] if problem.table else []
    if problem.row is not None:
        place.append(f"row {problem.row}")
    if problem.field:
        place.append(problem.field)
    return Finding(", ".join(place), problem.problem, problem.fix)
