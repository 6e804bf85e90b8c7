"""Who guesses is held off for a minute; whoever is known at the same address still comes in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.accounts.guessing import WINDOW_SECONDS, Guesses
from app.errors import NotSignedIn, TooMany
from app.store.migrate import migrate
from tests.app.two_tables import TwoTables, two_tables

RUNS = "/v1/workspaces/north/runs"
MOST = 5


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[TwoTables]:
    """The service with its two care tables, where five may fail."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    migrate(url)
    with two_tables(url, tmp_path, most_failed_sign_ins=MOST) as both:
        yield both


def fail(guesses: Guesses, address: str, credential: str) -> None:
    """One attempt that fails."""
    with pytest.raises(NotSignedIn), guesses.attempt(address, credential):
        raise NotSignedIn("no")


def test_after_five_failures_even_a_right_key_is_not_looked_at_unless_it_was_known_here(tables: TwoTables) -> None:
    known, right = tables.north.keys["planner"], tables.north.keys["reader"]
    assert tables.call("GET", RUNS, key=known).status_code == 200
    answers = [tables.call("GET", RUNS, key=f"guess-{n}") for n in range(MOST + 2)]
    assert [each.status_code for each in answers] == [401] * MOST + [429] * 2
    assert answers[-1].headers["retry-after"]
    assert tables.call("GET", RUNS, key=right).status_code == 429
    assert tables.call("GET", RUNS, key=known).status_code == 200


def test_who_presents_nothing_guesses_nothing(tables: TwoTables) -> None:
    assert {tables.call("GET", RUNS).status_code for _ in range(MOST + 2)} == {401}


def test_a_minute_later_and_at_another_address_attempts_are_heard() -> None:
    now = [0.0]
    guesses = Guesses(2, clock=lambda: now[0])
    fail(guesses, "here", "a")
    now[0] = WINDOW_SECONDS / 2
    fail(guesses, "here", "b")
    with pytest.raises(TooMany), guesses.attempt("here", "c"):
        raise AssertionError("it was tried")
    fail(guesses, "there", "c")
    now[0] = WINDOW_SECONDS
    fail(guesses, "here", "c")
    with pytest.raises(TooMany), guesses.attempt("here", "d"):
        raise AssertionError("it was tried")


def test_a_key_that_held_and_holds_no_more_is_known_no_more() -> None:
    guesses = Guesses(1, clock=lambda: 0.0)
    with guesses.attempt("here", "key"):
        pass
    fail(guesses, "here", "key")
    with pytest.raises(TooMany), guesses.attempt("here", "key"):
        raise AssertionError("it was tried")
