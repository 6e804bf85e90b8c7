"""A scenario that cannot be asked, with every problem that was found."""

from __future__ import annotations


class InvalidScenario(Exception):
    """A scenario that cannot be asked; ``problems`` lists every {where, problem, fix}."""

    def __init__(self, problems: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{p['where']}: {p['problem']}" for p in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type[InvalidScenario], tuple[list[dict[str, str]]]]:
        """Whole again in another process."""
        return InvalidScenario, (self.problems,)
