"""Flows as a frozen table: so many cases a year of a care type, in a period, from an area to a site."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.audits.exact import FloatArray, IntArray


@dataclass(frozen=True)
class FlowTable:
    """Flows as positions into four lists of ids.

    area, site, care_type, period: int64[n], positions in area_ids, site_ids, care_type_ids, period_ids;
    cases: float64[n], cases/year.
    """

    area_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    care_type_ids: tuple[str, ...]
    period_ids: tuple[str, ...]
    area: IntArray
    site: IntArray
    care_type: IntArray
    period: IntArray
    cases: FloatArray

    def __len__(self) -> int:
        return len(self.cases)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> "FlowTable":
        """The table of rows {area_id, site_id, care_type_id, period, cases_per_year}."""
        listed = list(rows)
        columns = [_coded([row[name] for row in listed]) for name in ("area_id", "site_id", "care_type_id", "period")]
        cases = np.array([row["cases_per_year"] for row in listed], dtype=np.float64)
        return _table(columns, cases)

    @classmethod
    def from_ids(
        cls,
        *,
        area: Sequence[str],
        site: Sequence[str],
        care_type: Sequence[str],
        period: Sequence[str],
        cases: FloatArray,
    ) -> "FlowTable":
        """The table of five equally long columns, four of ids and one of cases/year."""
        return _table(
            [_coded(column) for column in (area, site, care_type, period)], np.asarray(cases, dtype=np.float64)
        )

    def rows(self, care_types: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The positive flows as rows of an outcome, of the named care types or of all."""
        wanted = self.cases > 0
        if care_types is not None:
            named = set(care_types)
            wanted &= np.array([k in named for k in self.care_type_ids], dtype=np.bool_)[self.care_type]
        return [
            {
                "area_id": self.area_ids[a],
                "site_id": self.site_ids[s],
                "care_type_id": self.care_type_ids[k],
                "period": self.period_ids[t],
                "cases_per_year": cases,
            }
            for a, s, k, t, cases in zip(
                self.area[wanted].tolist(),
                self.site[wanted].tolist(),
                self.care_type[wanted].tolist(),
                self.period[wanted].tolist(),
                self.cases[wanted].tolist(),
                strict=True,
            )
        ]


def _table(columns: Sequence[tuple[tuple[str, ...], IntArray]], cases: FloatArray) -> FlowTable:
    (areas, area), (sites, site), (care_types, care_type), (periods, period) = columns
    return FlowTable(areas, sites, care_types, periods, area, site, care_type, period, cases)


def _coded(column: Sequence[str]) -> tuple[tuple[str, ...], IntArray]:
    ids = tuple(dict.fromkeys(column))
    at = {name: position for position, name in enumerate(ids)}
    return ids, np.fromiter((at[name] for name in column), dtype=np.int64, count=len(column))
