"""A row of norms: a rule's value for one subject in one period beside its limit, and whether it holds."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from solver.audits.exact import decimal
from solver.audits.layout import Layout
from solver.audits.missing import missing
from solver.audits.scenario import Rule

SLACK = Fraction(1, 10**6)


@dataclass(frozen=True)
class Row:
    """value and limit in the limit's unit; margin is how much there is to spare, negative where the limit is broken.

    `more` holds what only some kinds tell (probability); `penalty` is the price per unit of a soft breach.
    """

    rule: str
    kind: str
    subject: str
    care_type: str | None
    period: str
    future: str
    value: Fraction
    limit: Fraction
    margin: Fraction
    hardness: str
    penalty: Fraction = Fraction(0)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether the limit is met, or missed by at most 1e-6 x max(1, |limit|)."""
        return self.margin.numerator >= 0 or self.margin >= -SLACK * max(Fraction(1), abs(self.limit))

    @property
    def breach(self) -> Fraction:
        """By how much the limit is missed, 0 where it holds."""
        return Fraction(0) if self.holds else -self.margin

    def to_json(self) -> dict[str, Any]:
        """The row as an outcome lists it."""
        return {
            "rule": self.rule,
            "kind": self.kind,
            "subject": self.subject,
            "care_type_id": self.care_type,
            "period": self.period,
            "future": self.future,
            "value": float(self.value),
            "limit": float(self.limit),
            "margin": float(self.margin),
            "hardness": self.hardness,
            "holds": self.holds,
            **self.more,
        }


def at_most(
    layout: Layout, rule: Rule, subject: str, period: str, value: Fraction, limit: Fraction, **more: Any
) -> Row:
    """A row whose value may not exceed the limit."""
    return _row(layout, rule, subject, period, value, limit, limit - value, more)


def at_least(
    layout: Layout, rule: Rule, subject: str, period: str, value: Fraction, limit: Fraction, **more: Any
) -> Row:
    """A row whose value must reach the limit."""
    return _row(layout, rule, subject, period, value, limit, value - limit, more)


def exactly(layout: Layout, rule: Rule, subject: str, period: str, value: Fraction, limit: Fraction) -> Row:
    """A row whose value must equal the limit."""
    return _row(layout, rule, subject, period, value, limit, -abs(value - limit), {})


def claim(layout: Layout, rule: Rule, subject: str, period: str, *, true: bool) -> Row:
    """A row that asks for something to be so: value 1 where it is, limit 1."""
    return at_least(layout, rule, subject, period, Fraction(int(true)), Fraction(1))


def care_type(layout: Layout, rule: Rule) -> int:
    """The position of the rule's care type; an error where the rule names none."""
    if rule.care_type is None:
        raise missing(f"rule {rule.id}", f"{rule.kind} needs a care type", "give care_type: an id, a list, or '*'")
    return layout.tables.care_type_at[rule.care_type]


def number(rule: Rule, name: str) -> Fraction:
    """A number of the rule as the decimal it was written as; an error where it is absent."""
    value = rule.get(name)
    if value is None:
        raise missing(f"rule {rule.id}", f"{rule.kind} needs {name}", "give it")
    return decimal(value)


def _row(
    layout: Layout,
    rule: Rule,
    subject: str,
    period: str,
    value: Fraction,
    limit: Fraction,
    margin: Fraction,
    more: dict[str, Any],
) -> Row:
    told = {name: rule.fields[name] for name in ("source", "verified") if rule.fields.get(name) is not None}
    penalty = decimal(rule.get("penalty_per_unit", 0))
    future = layout.tables.future
    return Row(
        rule.id,
        rule.kind,
        subject,
        rule.care_type,
        period,
        future,
        value,
        limit,
        margin,
        rule.hardness,
        penalty,
        {**told, **more},
    )
