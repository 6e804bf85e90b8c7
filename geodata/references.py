"""Keys and references: rows that come twice, and ids that no table knows."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata.fields import Table
from geodata.problems import Findings, ranges
from geodata.tables import TABLES
from geodata.typed_table import Column, TypedTable

Codes = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True)
class Index:
    """The place of each id in its table: ids in row order, the first row of an id that comes twice."""

    ids: Column
    place: Mapping[str, int]

    @property
    def firsts(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which rows are the first (or only) one of their id."""
        return np.array(
            [name is not None and self.place[str(name)] == i for i, name in enumerate(self.ids)], dtype=bool
        )

    def of(self, ids: Column) -> Codes:
        """The place of each id, -1 where the table does not know it or the cell is blank."""
        codes, unique = pd.factorize(ids)
        table = np.array([*(self.place.get(str(u), -1) for u in unique), -1], dtype=np.intp)
        return table[codes]


def index_of(ids: Column) -> Index:
    """The index of a table's id column; blank ids have no place."""
    place: dict[str, int] = {}
    for i, name in enumerate(ids):
        if name is not None:
            place.setdefault(str(name), i)
    return Index(ids, place)


def check_keys(table: TypedTable, found: Findings) -> None:
    """Every row must have a key of its own; rows whose key is refused or incomplete are passed over."""
    schema = TABLES[table.name]
    key = [k for k in schema.key if k in table.columns]
    if not key or len(key) < len([k for k in schema.key if schema.by_name[k].required]):
        return
    sound = np.ones(len(table.rows), dtype=bool)
    for name in key:
        sound &= ~table.refused.get(name, np.zeros(len(table.rows), dtype=bool))
        if schema.by_name[name].required:
            sound &= ~table.blanks(name)
    codes = combined([table.columns[k] for k in key])
    again = np.flatnonzero(sound & repeated(codes, sound))
    if not len(again):
        return
    first: dict[int, int] = {}
    wanted = set(codes[again].tolist())
    for at in np.flatnonzero(sound & np.isin(codes, list(wanted))):
        first.setdefault(int(codes[at]), int(table.rows[at]))
    found.rows(
        "error", table.name, key[0] if len(key) == 1 else "", table.rows[again],
        lambda i: f"{_said(table, schema, key, int(again[i]))} was given before, in row {first[int(codes[again[i]])]}.",
        "Keep one of the rows, or give each an id of its own." if len(key) == 1 else "Keep one of the rows.",
    )  # fmt: skip


def combined(columns: list[Column]) -> Codes:
    """One whole number per row, equal where all columns are equal (blank equals blank)."""
    total: Codes = np.zeros(len(columns[0]), dtype=np.intp)
    for column in columns:
        codes, unique = pd.factorize(column)
        total = pd.factorize(total * (len(unique) + 1) + codes + 1)[0]
    return total


def repeated(codes: Codes, among: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows repeat a code that an earlier row among `among` has."""
    again = np.zeros(len(codes), dtype=bool)
    again[among] = pd.Series(codes[among]).duplicated(keep="first").to_numpy()
    return again


def _said(table: TypedTable, schema: Table, key: list[str], at: int) -> str:
    parts = [f"{k} {table.columns[k][at]}" for k in key if not table.blanks(k)[at]]
    return ", ".join(parts)


def check_references(tables: Mapping[str, TypedTable], found: Findings) -> None:
    """Every id that names a row of another table must be known there."""
    for table in tables.values():
        for field in TABLES[table.name].fields:
            if not field.refers_to or field.name not in table.columns:
                continue
            known = known_ids(tables, field.refers_to)
            if known is None:
                continue
            check_known(table, field.name, known, field.refers_to, found)
        if table.name == "norms":
            for column in ("care_type", "care_type_id"):
                care_types = known_ids(tables, "care_types")
                if column in table.columns and care_types is not None:
                    check_known(table, column, {*care_types, "*"}, "care_types", found)
    _check_members(tables, found)
    _check_pools(tables, found)


def known_ids(tables: Mapping[str, TypedTable], name: str) -> Collection[str] | None:
    """The ids of a table; None where nothing can be said (a required table is absent, which is told elsewhere)."""
    key = TABLES[name].key[0]
    if name in tables:
        return set(tables[name].columns[key]) if key in tables[name].columns else None
    if name == "periods":
        return {"today"}
    return None if TABLES[name].required or name == "organisations" else set()


def check_known(
    table: TypedTable,
    column: str,
    known: Collection[str],
    refers_to: str,
    found: Findings,
    only: np.ndarray[Any, np.dtype[np.bool_]] | None = None,
) -> None:
    """One finding per unknown id of a column, at its first row."""
    values = table.columns[column]
    codes, unique = pd.factorize(values)
    strangers = np.array([*(u not in known for u in unique), False], dtype=bool)[codes]
    strangers &= ~table.refused.get(column, np.zeros(len(values), dtype=bool))
    if only is not None:
        strangers &= only
    at = np.flatnonzero(strangers)
    firsts = at[np.unique(codes[at], return_index=True)[1]]
    firsts.sort()

    def said(i: int) -> str:
        others = table.rows[at[(codes[at] == codes[firsts[i]]) & (at != firsts[i])]]
        also = f" (also in rows {ranges(others)})" if len(others) else ""
        return f"{values[firsts[i]]!r} is not in the table {refers_to}{also}."

    def remedy(i: int) -> str:
        near = (
            difflib.get_close_matches(str(values[firsts[i]]), [str(k) for k in known], n=1, cutoff=0.8)
            if i < 20
            else []
        )
        meant = f" Is {near[0]!r} meant?" if near else ""
        return f"Correct the id, or add it to {refers_to}.{meant}"

    found.rows("error", table.name, column, table.rows[firsts], said, remedy)


def _check_members(tables: Mapping[str, TypedTable], found: Findings) -> None:
    members = tables.get("region_members")
    if members is None or "member_id" not in members.columns:
        return
    kinds = members.columns.get("member_kind")
    for kind, table in (("area", "areas"), ("site", "sites")):
        known = known_ids(tables, table)
        if known is None:
            continue
        if kinds is not None:
            check_known(members, "member_id", known, table, found, only=kinds == kind)
    areas, sites = known_ids(tables, "areas"), known_ids(tables, "sites")
    if areas is not None and sites is not None:
        check_known(members, "member_id", {*areas, *sites}, "areas or sites", found, only=members.blanks("member_kind"))


def _check_pools(tables: Mapping[str, TypedTable], found: Findings) -> None:
    stock, resources = tables.get("resource_stock"), tables.get("resources")
    if stock is None or resources is None or "pool" not in resources.columns or "pool_id" not in stock.columns:
        return
    if "resource_id" not in stock.columns or "resource_id" not in resources.columns:
        return
    pool_of = dict(zip(resources.columns["resource_id"], resources.columns["pool"], strict=True))
    pools = np.array([pool_of.get(r) for r in stock.columns["resource_id"]], dtype=object)
    regions = tables.get("region_members")
    region_ids = set(regions.columns.get("region_id", [])) if regions is not None else set()
    for pool, table, known in (
        ("site", "sites", known_ids(tables, "sites")),
        ("organisation", "organisations", known_ids(tables, "organisations")),
        ("region", "region_members", {*region_ids, "*"}),
    ):
        if known is not None:
            check_known(stock, "pool_id", known, table, found, only=pools == pool)
