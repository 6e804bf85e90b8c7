"""What is done otherwise when a solve is tried again, because the solver's process died under it."""

from collections.abc import Mapping

from solver.retrying import Way

WAYS: Mapping[str, Way] = {
    "as_asked": Way(),
    "other_seed": Way(seed_added=1),
    "presolve_off": Way(seed_added=2, presolve=False),
}
"""In the order in which they are tried."""


def step(attempt: int) -> str:
    """The step of this try, 1 for the first; when there are more tries than steps, the last one is repeated."""
    return list(WAYS)[min(attempt, len(WAYS)) - 1]
