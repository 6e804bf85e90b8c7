# ruff: noqa: E501 - a bug is a line of code, and stays one line here
"""Plants one bug after another in the rules and in their audits, and tells which test sees each: python -m tests.planted_bugs.

Every bug is planted in a copy of the project, never in the project itself. The table goes to docs/planted-bugs.md; the exit code is 1 when a bug got through.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "planted-bugs.md"
FOLDERS = ("app", "solver", "geodata", "migrations", "tests", "docs")
RULE_TESTS = dict.fromkeys(("access_norm", "lock", "site_count"), "test_simple_rules")
"""Rules that have no file of tests of their own; the others have one of their name."""
THEN = (
    "tests/solver/audits/test_rules.py",
    "tests/solver/audits/test_fine_print.py",
    "tests/solver/rules/test_agreement.py -k {subject}",
    "tests/solver/rules/test_every_layout.py",
    "tests/solver/audits/test_agreement.py",
    "tests/solver/audits/test_exactness.py",
    "tests/solver/test_differential.py",
)
"""Where a bug that a rule's own tests do not see is looked for, the quick ones first."""


@dataclass(frozen=True)
class Bug:
    """In a file of a rule or an audit, one piece of text that becomes another."""

    file: str
    what: str
    was: str
    becomes: str

    @property
    def subject(self) -> str:
        """The rule it is about."""
        return Path(self.file).stem


def _of(folder: str, subject: str, *bugs: tuple[str, str, str]) -> Iterator[Bug]:
    for what, was, becomes in bugs:
        yield Bug(f"solver/{folder}/{subject}.py", what, was, becomes)


RULES = (
    *_of(
        "rules", "access_norm",
        ("the share that may be beyond is the share that must be within", "(1 - self.at_least_share)", "self.at_least_share"),
        ("everybody may be one inhabitant short", "allowed = 0.0", "allowed = 1.0"),
        ("no worse than if all pairs were offered", "land.offered_today[:, k]", "land.may_offer[:, k]"),
    ),
    *_of(
        "rules", "backup",
        ("one site within reach is enough", "m.covered(SITES,", "m.covered(1,"),
        ("one inhabitant fewer will do", ">= wanted)", ">= wanted - 1 / unit)"),
    ),
    *_of(
        "rules", "budget",
        ("the scopes are swapped", 'if self.scope == "operating"', 'if self.scope != "operating"'),
        ("a total is the first period's", "sum(cost.values(), m.nothing)", "next(iter(cost.values()))"),
        ("the care type is forgotten", "eur(m, land, t, one)", "eur(m, land, t, None)"),
    ),
    *_of(
        "rules", "capacity",
        ("the factor is forgotten", "limit = self.factor * float(", "limit = float("),
        ("only what is offered today has a capacity", "land.may_offer[:, k]", "land.offered_today[:, k]"),
        ("half of a step can be bought", "integer=True", "integer=False"),
        ("a step is paid again in each period", "self.step_cost_eur * (steps - earlier)", "self.step_cost_eur * steps"),
        ("sites outside the region buy too", "or not land.site_in_region[s]", ""),
    ),
    *_of(
        "rules", "change_limit",
        ("openings and closings are swapped", '"openings": opens, "closings": closes', '"openings": closes, "closings": opens'),
        ("a period of lead time too many", "if t < self.lead_periods", "if t <= self.lead_periods"),
        ("the second period may take back the first", "if self.irreversible and t > 0", "if self.irreversible and t > 1"),
        ("the receiver need not be ready", "m.opens[s, k, t] <= 1 - closing)", "m.opens[s, k, t] <= 1)"),
        ("per region counts all sites", "region: [s for s in sites if land.site_in_region[s]]", "region: inside"),
    ),
    *_of(
        "rules", "interdependency",
        ("the drive the other way counts", '[self.mode or "car"][s]', '[self.mode or "car"][:, s]'),
        ("exactly the minutes is too far", "near[other] <= self.minutes", "near[other] < self.minutes"),
        ("both may be on one site", "+ there <= 1", "+ there <= 2"),
        ("any organisation will do", "if land.organisation[other] == land.organisation[s]", "if True"),
        ("care types outside the scenario are nowhere", "return int(land.offered_elsewhere[care_type][s])", "return 0"),
    ),
    *_of(
        "rules", "lock",
        ("as today means open", "int(land.offered_today[s, k])", "1"),
        ("open and closed are swapped", '"open": 1, "closed": 0', '"open": 0, "closed": 1'),
        ("sites outside the region are locked too", "if not land.site_in_region[s]", "if False"),
    ),
    *_of(
        "rules", "organisation_balance",
        ("all of today's must be kept", "self.at_least_share * today", "today"),
        ("one organisation may make up for another", "organisations(land).items()", '{"all": [s for o in organisations(land).values() for s in o]}.items()'),
    ),
    *_of(
        "rules", "resource_limit",
        ("all that is over can be lent", "lent <= self.mobility * have", "lent <= have"),
        ("staff leaves with what stays open", "leaving * (1 - m.offers[s, k, t])", "leaving * m.offers[s, k, t]"),
        ("a step is paid again in each period", "self.step_cost_eur * (steps - earlier)", "self.step_cost_eur * steps"),
        ("half of a step can be bought", "integer=True", "integer=False"),
    ),
    *_of(
        "rules", "satellite",
        ("the parent needs a parent", "and s != mother)", ")"),
        ("the norm binds where nothing is offered", "self.at_least * m.offers[s, k, t]", "self.at_least"),
        ("outside the scenario no parent is found", "int(land.offered_elsewhere[self.parent].any())", "0"),
    ),
    *_of(
        "rules", "site_count",
        ("exactly means at least", "count == self.exactly", "count >= self.exactly"),
        ("the region is forgotten", "if self.region is None else land.regions[self.region]", ""),
        ("sites outside the region count", "if land.site_in_region[s]]", "]"),
    ),
    *_of(
        "rules", "volume_norm",
        ("a closed site must reach the norm", "volume >= self.at_least * offered)", "volume >= self.at_least)"),
        ("sister sites do not count", "if land.organisation[s] == organisation]", "if land.organisation[s] == organisation][:1]"),
        ("years in which it is not offered count", "volume >= self.at_least * offered - slack * free", "volume >= self.at_least * sum(years.values()) - 2 * slack * free"),
        ("a window may begin before the horizon with empty years", "taken = min(left, float(land.years[period]))", "taken = left if period == 0 else min(left, float(land.years[period]))"),
        ("a mean below the norm is free when softly missed before", "mean >= self.at_least * (1 - otherwise)", "mean >= self.at_least * (1 - 2 * otherwise) - 1"),
    ),
)  # fmt: skip
AUDITS = (
    *_of("audits", "access_norm", ("exactly the minutes is beyond", "minutes <= longest)])\n\n\ndef beyond_today", "minutes < longest)])\n\n\ndef beyond_today")),
    *_of("audits", "backup", ("strictly within reach", "persons[second <= float(", "persons[second < float(")),
    *_of("audits", "budget", ("a total is the largest", "sum(spent.values(), Fraction(0))", "max(spent.values())")),
    *_of("audits", "capacity", ("the factor is forgotten", "factor * decimal(capacity[s, k])", "decimal(capacity[s, k])"), ("a step is given back", "max(held.get(s, 0), math.ceil", "max(0, math.ceil")),
    *_of("audits", "change_limit", ("the last period does not count as before", "for period in range(t):", "for period in range(t - 1):")),
    *_of("audits", "interdependency", ("the drive the other way counts", "own[here, there] = True", "own[there, here] = True")),
    *_of("audits", "lock", ("as today means open", "bool(tables.offered_today[s, k])", "True")),
    *_of("audits", "organisation_balance", ("today's are the plan's", "layout.baseline(), t, measure", "layout, t, measure")),
    *_of("audits", "resource_limit", ("nobody leaves", "have[pool, t] - (leaving", "have[pool, t] - (0 * leaving")),
    *_of("audits", "satellite", ("the parent is not asked for", "true=bool(there)", "true=True")),
    *_of("audits", "site_count", ("the region is forgotten", "counted &= np.isin", "counted | np.isin")),
    *_of("audits", "volume_norm", ("closed years count", "summed, counted = summed + taken * volume, counted + taken\n", "summed, counted = summed + taken * volume, counted + taken\n        else:\n            counted += taken\n")),
)  # fmt: skip
BUGS = (*RULES, *AUDITS)


def plant(bug: Bug, copy: Path) -> None:
    """Change the copy; raises ValueError when the text is not there exactly once."""
    path = copy / bug.file
    text = path.read_text()
    if text.count(bug.was) != 1:
        raise ValueError(f"{bug.file}: {bug.was!r} stands {text.count(bug.was)} times; write the bug anew")
    path.write_text(text.replace(bug.was, bug.becomes))


def seen_by(bug: Bug) -> str:
    """The first test that fails with the bug planted, or nothing."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for folder in FOLDERS:
            shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        plant(bug, copy)
        own = f"tests/solver/rules/{RULE_TESTS.get(bug.subject, f'test_{bug.subject}')}.py"
        for tests in (own, *THEN):
            if seen := _first_failure(tests.format(subject=bug.subject).split(), copy):
                return seen
    return ""


def _first_failure(tests: list[str], copy: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    quick = {**os.environ, "HYPOTHESIS_PROFILE": "quick"}  # a world that fails need not be made small here
    told = subprocess.run(command, cwd=copy, env=quick, capture_output=True, text=True, check=False)
    found = re.search(r"^FAILED (\S+)", told.stdout, flags=re.MULTILINE)
    if told.returncode not in (0, 1) or (told.returncode == 1 and found is None):
        raise RuntimeError(f"{tests} did not run: {told.stdout[-2000:]}{told.stderr[-2000:]}")
    return found[1] if found else ""


def main() -> int:
    """0 when a test sees every bug."""
    parser = argparse.ArgumentParser(prog="python -m tests.planted_bugs", description=__doc__)
    parser.add_argument("--only", default="", help="files whose name contains this; the page is not written")
    chosen = parser.parse_args()
    rows: list[tuple[Bug, str]] = []
    bugs = [one for one in BUGS if chosen.only in one.file]
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        for bug, test in zip(bugs, side_by_side.map(seen_by, bugs), strict=True):
            rows.append((bug, test))
            print(f"{bug.file}: {bug.what}: {test or 'GOT THROUGH'}", flush=True)
    if not chosen.only:
        PAGE.write_text(page(rows))
    return 1 if any(not test for _, test in rows) else 0


def page(rows: list[tuple[Bug, str]]) -> str:
    """The table in Markdown."""
    caught = sum(bool(test) for _, test in rows)
    lines = [
        "# Planted bugs",
        "",
        f"Written by `make planted-bugs`: {len(rows)} bugs were planted, one at a time, and {caught} were seen by a test. The test named is the first",
        "that failed; the rule's own tests run first, then those that hold rules and audits to each other.",
        "",
        "| in | the bug | seen by |",
        "|---|---|---|",
        *(f"| `{bug.file}` | {bug.what} | {f'`{test}`' if test else '**nobody**'} |" for bug, test in rows),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
