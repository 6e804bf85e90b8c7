"""How long a question may take before it is stopped from outside: its limit, a quarter more, and nine seconds.

What was found until then is written down within the tenth.
"""

from collections.abc import Mapping
from typing import Any

FACTOR = 1.25
GRACE_SECONDS = 9.0


def seconds_of(scenario: Mapping[str, Any]) -> float | None:
    """The time limit that a scenario names [s], or None."""
    limits = scenario.get("limits")
    seconds = limits.get("seconds") if isinstance(limits, Mapping) else None
    return None if seconds is None else float(seconds)
