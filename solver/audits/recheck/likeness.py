"""When a number told and a number recomputed are the same: to 1e-6 relative, counts exactly."""

COUNTS = ("changes", "sites")


def same(told: float | None, recomputed: float | None, unit: str = "") -> bool:
    """Whether two values agree, a missing one only with a missing one."""
    if told is None or recomputed is None:
        return told is None and recomputed is None
    if unit in COUNTS:
        return told == recomputed
    return abs(told - recomputed) <= 1e-6 * max(1.0, abs(recomputed))


def shown(value: float | None) -> str:
    """A value as a sentence says it."""
    return "nothing" if value is None else f"{value:.12g}"


def gap_of(value: float, bound: float) -> float:
    """|value - bound| / max(|value|, 1e-9)."""
    return abs(value - bound) / max(abs(value), 1e-9)
