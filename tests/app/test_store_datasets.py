"""Datasets are numbered, immutable, and their bytes are what was stored."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.errors import NotFound
from app.store import datasets, scenarios
from app.store.datasets import DamagedContentError
from app.store.row_security import EVERY
from app.store.session import Store
from app.store.tables import Blob, Dataset, Scenario, Workspace
from app.store.workspaces import LOCAL
from tests.app.noted import new_dataset


def test_datasets_are_numbered_within_their_workspace(store: Store) -> None:
    with store.writing(EVERY) as session:
        session.add(Workspace(workspace_id="other", title="Another table"))
        numbers = [datasets.add(session, LOCAL, new_dataset(content=bytes([i]))).number for i in range(3)]
        other = datasets.add(session, "other", new_dataset()).number
    assert (numbers, other) == ([1, 2, 3], 1)


def test_equal_bytes_are_kept_once(store: Store) -> None:
    with store.writing(EVERY) as session:
        first, second = (datasets.add(session, LOCAL, new_dataset()) for _ in range(2))
        assert first.blob_sha256 == second.blob_sha256
        assert session.query(Blob).count() == 1
    with store.reading(EVERY) as session:
        assert datasets.content(session, datasets.dataset(session, LOCAL, first.dataset_id)) == b"content"


def test_a_flipped_byte_is_found_and_nothing_is_served(store: Store) -> None:
    with store.writing(EVERY) as session:
        dataset = datasets.add(session, LOCAL, new_dataset())
        session.execute(update(Blob).values(content=b"contemt"))
    with store.reading(EVERY) as session, pytest.raises(DamagedContentError):
        datasets.content(session, datasets.dataset(session, LOCAL, dataset.dataset_id))


def test_a_dataset_of_another_workspace_is_not_found(store: Store) -> None:
    with store.writing(EVERY) as session:
        session.add(Workspace(workspace_id="other", title="Another table"))
        mine = datasets.add(session, LOCAL, new_dataset())
    with store.reading(EVERY) as session, pytest.raises(NotFound):
        datasets.dataset(session, "other", mine.dataset_id)


def test_a_scenario_cannot_be_about_a_dataset_of_another_workspace(store: Store) -> None:
    with store.writing(EVERY) as session:
        session.add(Workspace(workspace_id="other", title="Another table"))
        mine = datasets.add(session, LOCAL, new_dataset())
    with pytest.raises(IntegrityError), store.writing(EVERY) as session:
        scenarios.add(session, "other", dataset_id=mine.dataset_id, written={})


class InterruptedHalfWayError(Exception):
    """Something went wrong after the first writes."""


def interrupted_half_way(store: Store) -> None:
    """Writes a dataset and a scenario, and fails before the end."""
    with store.writing(EVERY) as session:
        dataset = datasets.add(session, LOCAL, new_dataset())
        scenarios.add(session, LOCAL, dataset_id=dataset.dataset_id, written={})
        raise InterruptedHalfWayError


def test_what_fails_half_way_leaves_nothing(store: Store) -> None:
    with pytest.raises(InterruptedHalfWayError):
        interrupted_half_way(store)
    with store.reading(EVERY) as session:
        assert [session.query(table).count() for table in (Blob, Dataset, Scenario)] == [0, 0, 0]
