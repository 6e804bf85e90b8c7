"""A measure: a number with its unit for the whole horizon and for each period; None where it has no value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Value = Fraction | None


@dataclass(frozen=True)
class Measure:
    """value over all periods, and one per period, in order of periods."""

    unit: str
    value: Value
    per_period: tuple[Value, ...]

    def to_json(self, periods: Sequence[str]) -> dict[str, Any]:
        """The measure as an outcome lists it."""
        return {
            "value": _number(self.value),
            "unit": self.unit,
            "per_period": {t: _number(value) for t, value in zip(periods, self.per_period, strict=True)},
        }


def summed(unit: str, per_period: Iterable[Value]) -> Measure:
    """Each period counted once."""
    values = tuple(per_period)
    known = [value for value in values if value is not None]
    return Measure(unit, sum(known, Fraction(0)) if len(known) == len(values) else None, values)


def largest(unit: str, per_period: Iterable[Value]) -> Measure:
    """The largest of the periods."""
    values = tuple(per_period)
    known = [value for value in values if value is not None]
    return Measure(unit, max(known) if known and len(known) == len(values) else None, values)


def mean(unit: str, parts: Iterable[tuple[Fraction, Fraction]]) -> Measure:
    """The mean of (sum, weight) per period, weighted over the periods."""
    pairs = tuple(parts)
    whole = (sum((p[0] for p in pairs), Fraction(0)), sum((p[1] for p in pairs), Fraction(0)))
    return Measure(unit, _over(whole), tuple(_over(pair) for pair in pairs))


def _over(pair: tuple[Fraction, Fraction]) -> Value:
    return pair[0] / pair[1] if pair[1] else None


def _number(value: Value) -> float | None:
    return None if value is None else float(value)
