"""Columns that mean the same on SQLite and PostgreSQL: moments on the database's own clock."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, Double, Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment, kept as seconds since 1970 (UTC) and met in Python as an aware datetime."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> float | None:
        return None if value is None else value.timestamp()

    def process_result_value(self, value: float | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


class now(FunctionElement[float]):  # noqa: N801 - reads as the SQL function it is
    """This moment on the database's clock [seconds since 1970]; the machines' clocks never meet."""

    type = Float()
    inherit_cache = True
    name = "now_seconds"


@compiles(now, "sqlite")
def _now_on_sqlite(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now, "postgresql")
def _now_on_postgresql(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "extract(epoch from clock_timestamp())::double precision"
