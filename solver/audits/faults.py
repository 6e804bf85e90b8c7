"""Faults of a plan that no rule speaks of.

Unknown ids, pairs that cannot offer, flows that cannot be, cases left unserved.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Fault:
    """One thing that cannot be: `kind` served, offers, outside, flow or undivided.

    `amount` in the unit of the sentence.
    """

    kind: str
    subject: str
    care_type: str | None
    period: str | None
    amount: Fraction
    sentence: str
