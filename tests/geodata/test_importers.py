"""From open data as it is published, dirt included, to a data package that check accepts; or every reason why not."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
import xlsxwriter

from geodata.importers.build import publish
from geodata.importers.columns import Report
from geodata.package import Package, package_of, read_package
from tests.geodata.recipes import HOSPITALS, MINUTES, PC4, RECIPE, assumed, carry_out, told
from tests.geodata.written import sound


def made(folder: Path, recipe: str = RECIPE, **changed: str | bytes) -> Package:
    """The package of a recipe that must succeed."""
    done = carry_out(folder, recipe, **changed)
    assert done.written, told(done)
    return sound(folder / "out")


def refused(folder: Path, recipe: str = RECIPE, **changed: str | bytes) -> str:
    """The errors of a recipe that must fail, and leaves nothing behind."""
    done = carry_out(folder, recipe, **changed)
    assert not done.written
    assert not (folder / "out").exists()
    assert not (folder / "out.new").exists()
    return told(done)


def test_open_data_become_a_package_and_a_report_of_what_was_assumed(tmp_path: Path) -> None:
    package = made(tmp_path)
    areas, sites, care = (package.tables[t] for t in ("areas", "sites", "site_care"))
    assert areas["area_id"].tolist() == ["1011", "1012", "8888"]
    assert areas["population"].tolist() == [1000, 500, 40]
    assert areas["lat"].tolist() == [52.37, 52.38, 53.2]
    assert sites["name"].tolist() == ["Amsterdam UMC AMC", "Martini"]
    assert sites["organisation_id"].tolist() == ["amsterdam-umc", "martini"]
    assert care["offered_today"].tolist() == [True, False]
    assert package.tables["demand"]["cases_per_year"].tolist() == [100, 50, 4]
    assert package.tables["travel_times"]["minutes"][0].tolist() == [[10, 120], [12, 118], [115, 9]]
    assert package.tables["travel_times"]["source"].tolist() == ["OSRM 26.10, map of 2026-01-01"]
    report = (tmp_path / "out" / "import-report.md").read_text()
    assert "pc4.csv: area id is the column postcode4." in report
    assert "numbers have a decimal comma (such as 52,37)" in report
    assert "The demand for emergency is 0.1 cases per inhabitant everywhere." in report


def test_the_same_files_give_the_same_package_again_and_replace_only_what_an_import_made(tmp_path: Path) -> None:
    first = made(tmp_path)
    assert made(tmp_path).sha256 == first.sha256
    (tmp_path / "out" / "import-report.md").unlink()
    assert "no import made it" in told(carry_out(tmp_path))
    assert sound(tmp_path / "out").sha256 == first.sha256


def test_every_problem_is_told_at_once_with_its_file_row_and_column(tmp_path: Path) -> None:
    text = refused(
        tmp_path,
        pc4__csv=PC4.replace("1012;GM0363;500", "1011;GM0363;many"),
        hospitals__csv=HOSPITALS.replace("ja", "perhaps").replace("53.19", "x"),
        minutes__csv=MINUTES.replace("120", "9999"),
    )
    for problem in (
        "pc4.csv, row 2 (line 3), aantal_inwoners: 'many' is not a number.",
        "pc4.csv, row 2 (line 3), postcode4: 1011 was given before, in row 1.",
        "hospitals.csv, row 1 (line 2), seh: 'perhaps' is neither yes nor no.",
        "hospitals.csv, row 2 (line 3), lat: 'x' is not a number.",
        "minutes.csv, 100102: 1 cells are 9999, which stands for no way in many tables. Say so in the recipe: "
        "unreachable = [9999].",
    ):
        assert problem in text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('file = "pc5.csv"', "The file pc5.csv is not there. Paths start from the recipe's folder; it holds"),
        ('file = "pc4.csv"\narea_id = "pc4code"', "pc4.csv has no column 'pc4code'. Is postcode4 meant?"),
        ('file = "pc4.csv"\npopulatoin = "x"', "areas.populatoin: The word is not known here. Is population meant?"),
        (
            'file = "pc4.csv"\nonly = { gemeentecode = "GM9999" }',
            "No row has gemeentecode = 'GM9999'. It has GM0014, GM0363.",
        ),
        ('file = "pc4.csv"\nencoding = "klingon"', "The encoding klingon is not known."),
        ('file = "pc4.csv"\ninside = { gemeentecode = "Assen" }', "No row lies inside the region."),
        ("file = pc4.csv", "It is not TOML"),
        ("", "areas.file: It is missing."),
        ('file = "pc4.csv"\nheader_row = 0', "areas.header_row:"),
    ],
)
def test_a_slip_in_the_recipe_is_told_with_its_place_and_its_remedy(tmp_path: Path, line: str, says: str) -> None:
    assert says in refused(tmp_path, RECIPE.replace('file = "pc4.csv"', line))


@pytest.mark.parametrize(
    "changed",
    [
        {"pc4__csv": PC4.replace("1012;", ";")},
        {"pc4__csv": PC4.splitlines()[0] + "\n"},
        {"pc4__csv": ""},
        {"pc4__csv": "a,b\n1,2\n"},
        {"hospitals__csv": HOSPITALS.replace("100102", "")},
        {"hospitals__csv": HOSPITALS.splitlines()[0] + "\n"},
        {"hospitals__csv": HOSPITALS.replace("52.29", "").replace("4.96", "")},
        {"minutes__csv": "area\n1011\n"},
        {"minutes__csv": MINUTES.replace("8888", "1011")},
        {"minutes__csv": MINUTES.replace("100101", "X").replace("100102", "Y")},
        {"minutes__csv": MINUTES.replace("10,", "-10,")},
        {"minutes__csv": b"\xff\xfe\x00"},
        {"pc4__csv": PC4.replace(";lat;lon", ";lat;breedte")},
    ],
)
@pytest.mark.parametrize("travel", ["matrix", "estimate"])
def test_damaged_files_are_told_and_never_a_traceback(
    tmp_path: Path, changed: dict[str, str | bytes], travel: str
) -> None:
    """With regions, groups, neighbours and an estimate asked for, so that every step meets the damage."""
    recipe = RECIPE.replace(
        'file = "pc4.csv"', 'file = "pc4.csv"\ngroups = { old = { share = 0.2 } }\noutside_within_km = 9'
    )
    recipe += '\n[[regions]]\nkind = "gm"\narea_column = "gemeentecode"\nsites_by_place = true\n'
    recipe += '\n[ambulance]\nfile = "hospitals.csv"\npost_id = "id"\ntravel = { estimate = {} }\n'
    if travel == "estimate":
        recipe = re.sub(r"matrix = .*", "estimate = {}", recipe)
    done = carry_out(tmp_path, recipe, **changed)
    assert done.written or told(done)


def test_stand_ins_of_cbs_are_missing_values_and_never_numbers(tmp_path: Path) -> None:
    dirty = PC4.replace(";40;", ";-99997;")
    text = refused(tmp_path, pc4__csv=dirty)
    assert "The demand of 1 areas for emergency is not known: 8888." in text
    counted = RECIPE.replace('file = "pc4.csv"', 'file = "pc4.csv"\nif_missing = { population = 2.5 }')
    package = made(tmp_path, counted, pc4__csv=dirty)
    assert package.tables["areas"]["population"].tolist() == [1000, 500, 2.5]
    report = (tmp_path / "out" / "import-report.md").read_text()
    assert "1 cells with -99997 are missing values, not numbers (rows 3)" in report
    assert "1 areas without a figure count 2.5 inhabitants each, as the recipe says" in report


def test_bom_old_encodings_and_lines_above_the_header_are_read(tmp_path: Path) -> None:
    named = PC4.replace("gemeentecode", "naam").replace("GM0014", "Súdwest")
    assert 'encoding = "cp1252"' in refused(tmp_path, pc4__csv=named.encode("cp1252"))
    package = made(tmp_path / "bom", pc4__csv=b"\xef\xbb\xbf" + named.encode())
    assert package.tables["areas"]["name"].tolist()[2] == "Súdwest"
    listed = 'file = "pc4.csv"\nencoding = "cp1252"\nheader_row = 3'
    above = ("Bevolking op 1 januari\nBron: CBS\n" + named).encode("cp1252")
    package = made(tmp_path / "old", RECIPE.replace('file = "pc4.csv"', listed), pc4__csv=above)
    assert package.tables["areas"]["name"].tolist()[2] == "Súdwest"


def test_a_comma_that_may_be_thousands_or_decimals_is_asked_about(tmp_path: Path) -> None:
    thousands = PC4.replace(";1000;", ";1,000;")
    assert "may be a decimal comma or a thousands comma" in refused(tmp_path, pc4__csv=thousands)
    package = made(tmp_path, RECIPE.replace('file = "pc4.csv"', 'file = "pc4.csv"\ndecimal = ","'), pc4__csv=thousands)
    assert package.tables["areas"]["population"].tolist() == [1, 500, 40]


def test_thousands_points_beside_decimal_commas_are_read(tmp_path: Path) -> None:
    package = made(tmp_path, pc4__csv=PC4.replace(";1000;", ";1.000,5;"))
    assert package.tables["areas"]["population"].tolist() == [1000.5, 500, 40]


def test_a_package_that_does_not_read_back_is_not_put_in_its_place(tmp_path: Path) -> None:
    package = made(tmp_path)
    demand = {name: column[:1] for name, column in package.tables["demand"].items()}
    spoilt = package_of({**package.tables, "demand": demand}, None)
    problems = publish(spoilt, tmp_path / "out", Report(), {}, "spoilt")
    assert [p.table for p in problems if p.severity == "error"] == ["demand", "demand"]
    assert sound(tmp_path / "out").sha256 == package.sha256
    assert not (tmp_path / "out.new").exists()


def test_water_rows_of_cbs_are_told_with_the_remedy(tmp_path: Path) -> None:
    rows = PC4.splitlines()
    watery = "\n".join(
        [rows[0] + ";WATER", *(row + ";NEE" for row in rows[1:]), rows[1].replace("1000", "-99997") + ";JA"]
    )
    assert 'only = { WATER = "NEE" } leaves it out' in refused(tmp_path, pc4__csv=watery)
    package = made(
        tmp_path, RECIPE.replace('file = "pc4.csv"', 'file = "pc4.csv"\nonly = { water = "NEE" }'), pc4__csv=watery
    )
    assert package.tables["areas"]["population"].tolist() == [1000, 500, 40]


def test_exchanged_coordinates_and_metres_for_degrees_are_refused(tmp_path: Path) -> None:
    assert "lat and lon look exchanged" in refused(tmp_path, pc4__csv=PC4.replace("lat;lon", "lon;lat"))
    metres = HOSPITALS.replace("52.29,4.96", "478547,125725").replace("53.19,6.55", "580000,236000")
    assert "name them x and y in the recipe" in refused(tmp_path, hospitals__csv=metres)
    package = made(tmp_path, hospitals__csv=metres.replace("lat,lon", "rd_y,rd_x"))
    assert package.tables["sites"]["lat"].tolist() == pytest.approx([52.294, 53.199], abs=0.01)


def test_seconds_for_minutes_are_refused_and_read_when_said(tmp_path: Path) -> None:
    seconds = "area,100101,100102\n1011,600,7200\n1012,720,7080\n8888,6900,540\n"
    assert 'they look like seconds. Say unit = "seconds" in the recipe.' in refused(tmp_path, minutes__csv=seconds)
    package = made(
        tmp_path, RECIPE.replace('area_id = "area"', 'area_id = "area", unit = "seconds"'), minutes__csv=seconds
    )
    assert package.tables["travel_times"]["minutes"][0].tolist() == [[10, 120], [12, 118], [115, 9]]


def test_a_named_stand_in_is_unreachable_and_a_blank_is_missing(tmp_path: Path) -> None:
    recipe = RECIPE.replace('area_id = "area"', 'area_id = "area", unreachable = [9999, "geen"]')
    package = made(tmp_path, recipe, minutes__csv=MINUTES.replace("120", "9999.0").replace("118", "geen"))
    assert package.tables["travel_times"]["minutes"][0].tolist() == [[10, np.inf], [12, np.inf], [115, 9]]
    text = refused(tmp_path / "blank", minutes__csv=MINUTES.replace("118", ""))
    assert "No travel time by car from area 1012 to site 100102." in text


def test_a_matrix_that_does_not_say_what_made_it_is_told(tmp_path: Path) -> None:
    done = carry_out(tmp_path, RECIPE.replace(', source = "OSRM 26.10, map of 2026-01-01"', ""))
    assert done.written
    assert "minutes.csv, source: The matrix does not say what made it." in told(done, "warning")
    assert sound(tmp_path / "out").tables["travel_times"]["source"].tolist() == ["minutes.csv"]


def test_two_travel_models_are_never_mixed_in_one_mode(tmp_path: Path) -> None:
    twice = RECIPE + "\n[[travel]]\nestimate = {}\n"
    assert "One mode has one travel model" in refused(tmp_path, twice)
    apart = RECIPE + '\n[[travel]]\nmode = "car_estimate"\nestimate = {}\n'
    package = made(tmp_path, apart)
    assert package.tables["travel_times"]["mode"].tolist() == ["car", "car_estimate"]
    assert package.tables["travel_times"]["source"].tolist()[1].startswith("ESTIMATE 1")


def test_long_rows_with_kilometres_are_read(tmp_path: Path) -> None:
    rows = "pc,locatie_id,min,km\n" + "".join(f"{a},{s},{m},{m + 1}\n" for a, s, m in (
        ("1011", "100101", 10), ("1011", "100102", 120), ("1012", "100101", 12), ("1012", "100102", 118),
        ("8888", "100101", 115), ("8888", "100102", 9), ("7777", "100101", 1)))  # fmt: skip
    recipe = RECIPE.replace('area_id = "area"', 'area_id = "pc", minutes = "min", km = "km"')
    package = made(tmp_path, recipe, minutes__csv=rows)
    assert package.tables["travel_times"]["minutes"][0].tolist() == [[10, 120], [12, 118], [115, 9]]
    assert package.tables["travel_times"]["km"][0].tolist() == [[11, 121], [13, 119], [116, 10]]
    assert "1 rows of other areas or sites are not used" in (tmp_path / "out" / "import-report.md").read_text()
    assert "The pair 1011, 100101 was given before." in refused(
        tmp_path / "twice", recipe, minutes__csv=rows + "1011,100101,9,9\n"
    )


def test_areas_outside_the_region_are_marked_and_bring_patients(tmp_path: Path) -> None:
    package = made(
        tmp_path, RECIPE.replace('file = "pc4.csv"', 'file = "pc4.csv"\ninside = { gemeentecode = "GM0363" }')
    )
    assert package.tables["areas"]["in_region"].tolist() == [True, True, False]
    assert package.tables["sites"]["in_region"].tolist() == [True, False]
    report = (tmp_path / "out" / "import-report.md").read_text()
    assert "A site lies inside the region where the area it lies in does: 1 of 2 sites" in report


def test_regions_come_from_columns_and_from_tables_of_any_layout(tmp_path: Path) -> None:
    recipe = RECIPE.replace("[[care_types]]", """
[[regions]]
kind = "roaz"
table = { file = "roaz.csv", key = "gemeente", region = "roaz", area_key = "gemeentecode" }
sites_by_place = true

[[regions]]
kind = "municipality"
area_column = "gemeentecode"

[[care_types]]""", 1)  # fmt: skip
    package = made(tmp_path, recipe, roaz__csv="gemeente,roaz\n363,SpoedZorgNet\n14,AZNN\n99,elders\n")
    members = package.tables["region_members"]
    rows = list(zip(*(members[c] for c in ("region_id", "region_kind", "member_kind", "member_id")), strict=True))
    assert rows == [
        ("SpoedZorgNet", "roaz", "area", "1011"), ("SpoedZorgNet", "roaz", "area", "1012"), ("AZNN", "roaz", "area", "8888"),
        ("SpoedZorgNet", "roaz", "site", "100101"), ("AZNN", "roaz", "site", "100102"),
        ("GM0363", "municipality", "area", "1011"), ("GM0363", "municipality", "area", "1012"),
        ("GM0014", "municipality", "area", "8888"),
    ]  # fmt: skip
    assert (
        "codes are matched without their letters and leading zeros" in (tmp_path / "out/import-report.md").read_text()
    )
    torn = "gemeente,roaz\n363,SpoedZorgNet\n363,AZNN\n"
    assert "363 lies in SpoedZorgNet and in AZNN." in refused(tmp_path / "torn", recipe, roaz__csv=torn)


def test_more_columns_are_joined_by_a_key_and_groups_are_sums_or_shares(tmp_path: Path) -> None:
    recipe = RECIPE.replace(
        'file = "pc4.csv"',
        """file = "pc4.csv"
attributes = { gemeente = "naam" }
join = [{ file = "gemeenten.csv", on = "gemeentecode", key = "code" }]
groups = { 65_plus = ["oud", "ouder"], without_car = { share = 0.25 }, poor = { share = "pct" } }""",
    )
    package = made(
        tmp_path,
        recipe,
        gemeenten__csv="code,naam,oud,ouder,pct\nGM0363,Amsterdam,100,50,12\nGM0014,Groningen,4,1,20\n",
    )
    assert package.tables["areas"]["gemeente"].tolist() == ["Amsterdam", "Amsterdam", "Groningen"]
    groups = package.tables["population_groups"]
    assert groups["group"].tolist() == ["65_plus"] * 3 + ["without_car"] * 3 + ["poor"] * 3
    assert groups["persons"].tolist() == [150, 150, 5, 250, 125, 10, 120, 60, 8]
    twice = "code,naam,oud,ouder,pct\nGM0363,A,1,1,1\nGM0363,B,1,1,1\nGM0014,C,1,1,1\n"
    assert "GM0363 was given before, in row 1." in refused(tmp_path / "twice", recipe, gemeenten__csv=twice)


def test_excel_and_geopackage_are_read_by_sheet_and_layer(tmp_path: Path) -> None:
    tmp_path.mkdir(exist_ok=True)
    with xlsxwriter.Workbook(tmp_path / "pc4.xlsx") as book:
        book.add_worksheet("Toelichting").write(0, 0, "read me")
        sheet = book.add_worksheet("Cijfers")
        for r, row in enumerate([["Bron: CBS"], ["pc4", "inwoners"], [1011, 1000], [1012, 500], [8888, 40]]):
            sheet.write_row(r, 0, row)
    squares = [shapely.box(*box) for box in ((4.8, 52.3, 5.0, 52.375), (4.8, 52.375, 5.0, 52.5), (6, 53, 7, 53.5))]
    frame = gpd.GeoDataFrame({"postcode": [1011, 1012, 8888]}, geometry=squares, crs=4326).to_crs(28992)
    frame.to_file(tmp_path / "shapes.gpkg", layer="pc4", engine="pyogrio")
    frame.to_file(tmp_path / "shapes.gpkg", layer="other", engine="pyogrio")
    recipe = RECIPE.replace('file = "pc4.csv"', 'file = "pc4.xlsx"\nsheet = "Cijfers"\nheader_row = 2').replace(
        "[sites]", '[shapes]\nfile = "shapes.gpkg"\nlayer = "pc4"\n\n[sites]'
    )
    package = made(tmp_path, recipe)
    assert package.tables["areas"]["area_id"].tolist() == ["1011", "1012", "8888"]
    assert package.geometry["area_id"].tolist() == ["1011", "1012", "8888"]
    assert (
        "it has pc4, other" in refused(tmp_path / "no", recipe.replace('layer = "pc4"', ""), **copied(tmp_path)).lower()
    )
    whole = RECIPE.replace(
        'file = "pc4.csv"', 'file = "shapes.gpkg"\nlayer = "pc4"\njoin = [{ file = "n.csv", key = "p" }]'
    )
    package = made(tmp_path / "whole", whole, n__csv="p,inwoners\n1011,1000\n1012,500\n8888,40\n", **copied(tmp_path))
    assert package.tables["areas"]["lat"].tolist() == pytest.approx([52.3375, 52.4375, 53.25], abs=0.01)


def copied(folder: Path) -> dict[str, bytes]:
    """The binary files of a folder, to be laid in another."""
    return {p.name.replace(".", "__"): p.read_bytes() for p in folder.iterdir() if p.suffix in (".xlsx", ".gpkg")}


def test_a_workbook_of_tables_is_completed_with_travel_times(tmp_path: Path) -> None:
    """A planner's own workbook has everything but minutes; the recipe adds an estimate."""
    tmp_path.mkdir(exist_ok=True)
    tables = {
        "areas": [["area_id", "population", "lat", "lon"], [1, 100, 52.1, 5.1], [2, 50, 52.2, 5.0]],
        "sites": [["site_id", "lat", "lon"], ["A", 52.1, 5.1]],
        "care_types": [["care_type_id"], ["hip"]],
        "demand": [["area_id", "care_type_id", "cases_per_year"], [1, "hip", 4], [2, "hip", 2]],
        "site_care": [["site_id", "care_type_id", "offered_today"], ["A", "hip", True]],
    }
    with xlsxwriter.Workbook(tmp_path / "own.xlsx") as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                sheet.write_row(r, 0, row)
    package = made(tmp_path, 'name = "own"\nstart_from = "own.xlsx"\n[[travel]]\nestimate = {}\nsite_times = true\n')
    assert package.tables["travel_times"]["minutes"][0].shape == (2, 1)
    assert package.tables["travel_times"]["minutes"][0][0, 0] == 3.3


def test_ambulance_posts_give_post_times_and_the_chain_in_the_report(tmp_path: Path) -> None:
    """Post to patient 6, 8 and 4 minutes; dispatch 3 and on scene 5; drive 10, 12 and 115 to the one open site."""
    recipe = (
        RECIPE
        + """
[ambulance]
file = "posts.csv"
only = { beschikbaarheid = "24 uur" }
travel = { matrix = { file = "post_minutes.csv", area_id = "pc4", source = "OSRM 26.10" } }
factor = 0.5
within_minutes = 5
"""
    )
    posts = (
        "id,naam,lat,lon,beschikbaarheid\nP1,Noord,52.4,4.9,24 uur\nP2,Zuid,53.2,6.5,24 uur\nP3,Dag,53.2,6.5,overdag\n"
    )
    package = made(
        tmp_path, recipe, posts__csv=posts, post_minutes__csv="pc4,P1,P2\n1011,12,200\n1012,16,190\n8888,180,8\n"
    )
    times = package.tables["post_times"]
    assert list(zip(*(times[c].tolist() for c in ("post_id", "area_id", "minutes")), strict=True)) == [
        ("P1", "1011", 6), ("P1", "1012", 8), ("P2", "8888", 4),
    ]  # fmt: skip
    assert "+ drive: 40 inhabitants over 45 minutes" in (tmp_path / "out" / "import-report.md").read_text()


def test_read_package_takes_the_report_for_no_table(tmp_path: Path) -> None:
    made(tmp_path)
    reading = read_package(tmp_path / "out")
    assert not any("report" in p.text() for p in reading.problems)
    assert assumed(carry_out(tmp_path))


def test_far_neighbours_are_left_out_and_near_ones_bring_their_patients(tmp_path: Path) -> None:
    """Groningen lies 150 km from the one site inside the region, area 1012 10 km."""
    listed = (
        'file = "pc4.csv"\ninside = { postcode4 = 1011 }\noutside_within_km = 50\ngroups = { old = { share = 0.2 } }'
    )
    package = made(tmp_path, RECIPE.replace('file = "pc4.csv"', listed))
    assert package.tables["sites"]["in_region"].tolist() == [True, False]
    assert package.tables["areas"]["area_id"].tolist() == ["1011", "1012"]
    assert package.tables["areas"]["in_region"].tolist() == [True, False]
    assert package.tables["population_groups"]["area_id"].tolist() == ["1011", "1012"]
    assert package.tables["demand"]["cases_per_year"].tolist() == [100, 50]
    report = (tmp_path / "out" / "import-report.md").read_text()
    assert (
        "Of 2 areas outside the region 1 lie within 50 km of a site inside it; the other 1 (40 inhabitants)" in report
    )
    assert "outside 1 with 500, who count in no norm" in report
    assert "Of the demand for emergency, 33.3% comes from outside the region." in report


def test_post_times_may_be_estimated_too(tmp_path: Path) -> None:
    recipe = RECIPE + '\n[ambulance]\nfile = "posts.csv"\ntravel = { estimate = {} }\n'
    package = made(tmp_path, recipe, posts__csv="post_id,lat,lon\nP1,52.37,4.90\nP2,53.2,6.5\n")
    times = package.tables["post_times"]
    assert list(zip(times["post_id"].tolist(), times["area_id"].tolist(), strict=True)) == [
        ("P1", "1011"), ("P1", "1012"), ("P2", "8888"),
    ]  # fmt: skip
    assert times["minutes"].tolist()[0] == times["minutes"].tolist()[2] == 3.1
