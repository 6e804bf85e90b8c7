"""Datasets as callers see them."""

from datetime import datetime

from pydantic import BaseModel, Field

from app.problem import ProblemError
from app.store.tables import Dataset


class DatasetAnswer(BaseModel):
    """An immutable snapshot of a region's data."""

    id: str
    dataset_id: str
    number: int = Field(description="Counts up within the workspace.")
    name: str
    title: str | None
    reference_date: str | None = Field(json_schema_extra={"format": "date"})
    sha256: str = Field(description="Hash of the tables' content.")
    rows: dict[str, int] = Field(description="Rows per table; travel_times in cells.")
    warnings: list[ProblemError]
    created_at: datetime

    @classmethod
    def of(cls, dataset: Dataset, *, whole: bool = True) -> "DatasetAnswer":
        """Without `whole` no warning is told, for warnings quote numbers."""
        return cls(
            id=dataset.dataset_id,
            dataset_id=dataset.dataset_id,
            number=dataset.number,
            name=dataset.name,
            title=dataset.title,
            reference_date=dataset.reference_date,
            sha256=dataset.sha256,
            rows=dataset.counts,
            warnings=dataset.warnings if whole else [],
            created_at=dataset.created_at,
        )


class DatasetList(BaseModel):
    """The workspace's datasets, newest first."""

    datasets: list[DatasetAnswer]
