"""What can be refused in this house, said without knowing how it travels to the caller."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_FINDINGS_SHOWN = 20


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: its place, what is wrong there, and what mends it."""

    where: str
    problem: str
    fix: str = ""

    def text(self) -> str:
        """One line for a person."""
        return ": ".join(part for part in (self.where, self.problem) if part) + (
            f" Fix: {self.fix}" if self.fix else ""
        )

    def as_json(self) -> dict[str, str]:
        return {"where": self.where, "problem": self.problem, "fix": self.fix}


class Refusal(Exception):
    """The base of every deliberate no; `findings` says what to mend, `detail` the whole in one sentence."""

    title = "The request was refused"
    most_shown = MOST_FINDINGS_SHOWN

    def __init__(self, detail: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.findings = tuple(findings)


class InvalidInput(Refusal):
    """What was sent cannot be used as it is; every problem is listed."""

    title = "Invalid input"


class DamagedPackage(InvalidInput):
    """A data package with errors: shown far more of them, for a person mends them all in one go."""

    most_shown = 1000


class NotFound(Refusal):
    """There is no such thing in this workspace."""

    title = "Not found"


class NotThereYet(NotFound):
    """The thing belongs here, but it has not been made (yet)."""

    title = "Not there yet"


class NotSignedIn(Refusal):
    """Nobody we know: no key or token, or one that is wrong, expired or revoked; which of them is not told."""

    title = "Not signed in"


class NotAllowed(Refusal):
    """The caller's roles do not include this."""

    title = "Not allowed"


class Conflict(Refusal):
    """The thing is in a state in which this cannot be done."""

    title = "Conflict"


class TooMany(Refusal):
    """There is as much under way, or was tried in a short while, as may be; a little later there may be room."""

    title = "Too many requests"


class TooLarge(Refusal):
    """More was sent than this service takes in one go."""

    title = "Too large"


class UnknownMediaType(Refusal):
    """The body is of a kind that this place does not read."""

    title = "Unsupported media type"


class Unavailable(Refusal):
    """The service cannot do this just now; the same request may work later."""

    title = "Unavailable"


def findings_from(rows: Iterable[dict[str, str]]) -> tuple[Finding, ...]:
    """Findings from {where, problem, fix} rows as the other packages give them."""
    return tuple(Finding(str(row["where"]), str(row["problem"]), str(row.get("fix") or "")) for row in rows)
