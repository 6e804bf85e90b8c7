"""A timed case: one piece of work, our way and the other ways to do it, and what makes their answers right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]


@dataclass(frozen=True)
class Way:
    """One way to do the work: a function `module:name` that runs in a process of its own and returns JSON.

    Beside what the case's check looks at, it returns `phases`: CPU seconds by name, in order; and, where there is something to show, `figures` (what to
    print beside the verdict, by name), `trace` ([seconds, value, bound] as the solve went on) and `growth` ([{by, size, seconds, mb}], one way at many sizes).
    """

    name: str
    function: str
    arguments: Json = field(default_factory=dict)
    seconds: float = 1200.0
    """After so long it is stopped and its time counts as at least that."""


@dataclass(frozen=True)
class Case:
    """Work that is measured, with our way first. What it asks of the ratio is asked of answering, imports and reading aside."""

    name: str
    work: str
    ours: Way
    others: tuple[Way, ...]
    wrong: Callable[[Mapping[str, Json]], list[str]]
    """What is wrong with the answers, by way (`way: what`); empty when all agree with what is known."""
    at_least: float | None = None
    """The ratio to reach beside the first other way."""
    full: bool = False
    """Only in the full run."""
    mark: str = ""
    """The row of the list of ratios to reach that this case belongs to: P1 to P10."""
    clock: Literal["cpu", "wall"] = "cpu"
    """What ratios are taken of; the wall clock where the work is done by several processes."""
    times: int | None = None
    """How often each way is done, where that is not the run's own number: once for the long ones."""


@dataclass(frozen=True)
class Run:
    """One way done once."""

    seconds: float
    """Wall clock of the whole process."""
    cpu_seconds: float
    peak_mb: float
    answer: Json | None
    """None when it was stopped or failed."""
    failure: str = ""
