"""Every problem of a damaged package comes back at once, each with its place and its remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.package import read_package
from tests.geodata.written import SOUND, errors, read, warnings


def test_six_kinds_of_damage_to_the_national_case_give_six_problems(shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(shared / "cases" / "nl-acute", folder, copy_function=shutil.copyfile)
    folder.chmod(0o755)

    def edit(name: str, change: Callable[[list[str]], object]) -> None:
        lines = (folder / name).read_text(encoding="utf-8").split("\n")
        change(lines)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")

    def not_a_number(lines: list[str]) -> None:
        cells = lines[70].split(",")
        cells[5] = "NaN"
        lines[70] = ",".join(cells)

    edit("demand.csv", lambda lines: lines.pop(100))
    edit("areas.csv", lambda lines: lines.insert(50, lines[20]))
    edit("demand.csv", lambda lines: lines.__setitem__(200, lines[200].rsplit(",", 1)[0] + ",-5"))
    edit("site_care.csv", lambda lines: lines.__setitem__(10, "H99" + lines[10][3:]))
    edit("areas.csv", lambda lines: lines.__setitem__(30, lines[30].replace(lines[30].split(",")[2], "many")))
    edit("travel_times_car.csv", not_a_number)
    reading = read_package(folder)
    assert reading.package is None
    assert sorted(errors(reading), key=str) == [
        ("areas", 30, "population"),
        ("areas", 50, "area_id"),
        ("demand", 200, "cases_per_year"),
        ("demand", None, ""),
        ("site_care", 10, "site_id"),
        ("travel_times_car", 70, "H04"),
    ]
    assert all(p.problem and p.fix for p in reading.problems)
    assert all("\n" not in p.text() for p in reading.problems)


@pytest.mark.parametrize(
    ("table", "text", "place"),
    [
        ("areas", "area_id,population\n0123,\n 2,5\n", ("areas", 2, "area_id")),
        ("areas", "area_id,population\n0123,1\n2,inf\n", ("areas", 2, "population")),
        ("areas", "area_id,lat,lon\n0123,463000,5\n2,52,5\n", ("areas", 1, "lat")),
        ("areas", "area_id,in_region\n0123,yes\n2,true\n", ("areas", 1, "in_region")),
        ("areas", "name\nOost\n", ("areas", None, "area_id")),
        ("areas", "area_id,name,name\n0123,a,b\n2,a,b\n", ("areas", None, "name")),
        ("areas", "area_id,name\n0123,a,b\n0123,a\n2,c\n", ("areas", 1, "")),
        ("care_types", "care_type_id,urgency\nhip,soon\n", ("care_types", 1, "urgency")),
        ("demand", "area_id,care_type_id,cases_per_year\n0123,hip,\n2,hip,1\n", ("demand", 1, "cases_per_year")),
        ("demand", "area_id,care_type_id,cases_per_year\n0123,hip,1\n2,hip,1\n2,hip,2\n", ("demand", 3, "")),
        ("demand", "area_id,care_type_id,cases_per_year\n0123,hip,1\n2,hip,1\n3,hip,2\n", ("demand", 3, "area_id")),
        ("demand", "area_id,care_type_id,cases_per_year,period\n0123,hip,1,\n2,hip,1,\n2,hip,1,p\n",
         ("demand", 3, "period")),
        ("sites", "site_id,organisation_id\nA,o1\nB,o2\n", ("sites", 2, "organisation_id")),
        ("site_care", "site_id,care_type_id,offered_today\nA,hip,\nB,hip,true\n", ("site_care", 1, "offered_today")),
        ("site_care", "site_id,care_type_id,offered_today,attraction\nA,hip,true,0\nB,hip,true,1\n",
         ("site_care", 1, "attraction")),
        ("travel_times_car", "area_id,A,B\n0123,1,-2\n2,3,4\n", ("travel_times_car", 1, "B")),
        ("travel_times_car", "area_id,A,B\n0123,1,\n2,3,4\n", ("travel_times_car", 1, "B")),
        ("travel_times_car", "area_id,A,B\n0123,1,2\n", ("travel_times_car", None, "area_id")),
        ("travel_times_car", "area_id,A\n0123,1\n2,1\n", ("travel_times_car", None, "site_id")),
        ("travel_times_car", "area_id,A,B,C\n0123,1,2,3\n2,1,2,3\n", ("travel_times_car", None, "C")),
        ("travel_times_car", None, ("travel_times", None, "")),
        ("travel_times", "area_id,site_id,minutes\n2,A,3\n", ("travel_times_car", None, "")),
        ("interdependencies", "care_type_id,requires,relation\nhip,hip,same_site\n",
         ("interdependencies", 1, "requires")),
        ("norms", "rule,care_type,at_least\nvolume_norm,knee,50\n", ("norms", 1, "care_type")),
        ("norms", "rule,valid_to\nvolume_norm,2027\n", ("norms", 1, "valid_to")),
        ("region_members", "region_id,member_kind,member_id\nr,area,A\n", ("region_members", 1, "member_id")),
        ("resource_stock", "resource_id,pool_id,quantity\nicu,A,1\n", ("resource_stock", 1, "resource_id")),
    ],
)  # fmt: skip
def test_each_fault_is_told_once_at_its_place(
    tmp_path: Path, table: str, text: str | None, place: tuple[str, int | None, str]
) -> None:
    assert errors(read(tmp_path, **{table: text})) == [place]


def test_required_tables_are_asked_for_by_name(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text("area_id\n1\n", encoding="utf-8")
    told = {table for table, _, _ in errors(read_package(tmp_path))}
    assert told == {"sites", "care_types", "demand", "site_care", "travel_times"}


def test_more_than_twenty_like_faults_share_a_line_that_counts_them(tmp_path: Path) -> None:
    areas = "area_id,population\n0123,x\n2,x\n" + "".join(f"n{i},x\n" for i in range(50))
    demand = "area_id,care_type_id,cases_per_year\n0123,hip,1\n2,hip,1\n" + "".join(f"n{i},hip,1\n" for i in range(50))
    minutes = "area_id,A,B\n0123,1,2\n2,3,4\n" + "".join(f"n{i},1,2\n" for i in range(50))
    reading = read(tmp_path, areas=areas, demand=demand, travel_times_car=minutes)
    assert len(errors(reading)) == 21
    assert "32 more times, in rows 21-52" in reading.problems[20].problem


def test_a_near_miss_in_a_name_is_pointed_out(tmp_path: Path) -> None:
    reading = read(tmp_path, areas="Area ID,Population\n0123,1\n2,2\n", demnd="x\n1\n")
    text = "\n".join(p.text() for p in reading.problems)
    assert "Rename the column 'Area ID' to area_id." in text
    assert "not read as population" in text
    assert "Is demand meant?" in text


def test_the_same_table_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site-care.csv").write_text("site_id,care_type_id,offered_today\nA,hip,true\n", encoding="utf-8")
    assert ("site_care", None, "") in errors(read(tmp_path))


def test_blank_lines_and_blank_columns_at_the_end_count_for_nothing(tmp_path: Path) -> None:
    reading = read(tmp_path, areas="area_id,population,\n0123,5,\n\n2,x,\n,,\n")
    assert errors(reading) == [("areas", 3, "population")]
    assert warnings(reading) == ""


@pytest.mark.parametrize(
    "table", ["areas", "sites", "care_types", "organisations", "demand", "site_care", "travel_times_car"]
)
def test_a_table_with_a_header_alone_never_raises(tmp_path: Path, table: str) -> None:
    header = SOUND[table].split("\n")[0]
    for text in (header, header + "\n"):
        reading = read(tmp_path, **{table: text})
        assert (reading.package is None) == bool(errors(reading))
    assert reading.package is None or table == "site_care"


def test_a_row_that_lacks_its_kind_is_only_told(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        care_types="care_type_id\nhip\nknee\n",
        interdependencies="care_type_id,requires\nhip,knee\n",
        region_members="region_id,member_id\nr,A\nr,2\n",
        demand="area_id,care_type_id,cases_per_year\n0123,hip,1\n2,hip,1\n0123,knee,1\n2,knee,1\n",
    )
    assert errors(reading) == []
    assert "The row has no relation" in warnings(reading)
    assert "The row has no member_kind" in warnings(reading)
    assert errors(read(tmp_path / "stranger", region_members="region_id,member_id\nr,C\n")) == [
        ("region_members", 1, "member_id")
    ]
