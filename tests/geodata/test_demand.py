"""Demand from rates by age and sex, now and in a forecast: small worlds whose cases fit on paper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geodata.demand import Ages, Inhabitants, Rate, UnfitRatesError, cases, grown, without_rate
from geodata.importers.ages import ages_in, sex_in, sex_of_column
from tests.geodata.recipes import RECIPE, carry_out, told
from tests.geodata.written import sound

YOUNG, OLD = Ages(0, 64), Ages(65)


@pytest.mark.parametrize(
    ("label", "ages"),
    [
        ("65 tot 70 jaar", Ages(65, 69)), ("65 tot en met 69 jaar", Ages(65, 69)), ("65-69", Ages(65, 69)),
        ("65 – 69", Ages(65, 69)), ("age_65_69", Ages(65, 69)), ("women_15_49", Ages(15, 49)),
        ("95 jaar of ouder", Ages(95)), ("95+", Ages(95)), ("age_95_plus", Ages(95)), ("65 jaar en ouder", Ages(65)),
        ("aantal_inwoners_0_tot_15_jaar", Ages(0, 14)), ("aantal_inwoners_65_jaar_en_ouder", Ages(65)),
        ("37", Ages(37, 37)), ("37 jaar", Ages(37, 37)), ("Totaal", Ages(0)), ("gemeente", None), ("70-60", None),
    ],
)  # fmt: skip
def test_ages_are_read_as_tables_write_them(label: str, ages: Ages | None) -> None:
    assert ages_in(label) == ages


def test_sexes_are_read_as_tables_write_them() -> None:
    assert [sex_in(t) for t in ("Mannen", "3000", "vrouw", "4000   ", "Totaal mannen en vrouwen", None, "?")] == [
        "men", "men", "women", "women", "all", "all", None,
    ]  # fmt: skip
    assert [sex_of_column(c) for c in ("women_15_49", "mannen_0_4", "age_0_4")] == ["women", "men", "all"]


def test_cases_are_inhabitants_times_their_rates() -> None:
    """Area 1: 100 young x 0.01 + 10 old x 0.2 = 3; area 2: 50 x 0.01 + 40 x 0.2 = 8.5."""
    here = Inhabitants(("all",), (YOUNG, OLD), np.array([[[100.0, 10]], [[50, 40]]]))
    assert cases(here, [Rate("all", YOUNG, 0.01), Rate("all", OLD, 0.2)]).tolist() == [3, 8.5]


def test_a_rate_for_women_counts_women_only_and_one_for_all_counts_both() -> None:
    here = Inhabitants(("men", "women"), (Ages(0, 14), Ages(15, 49), Ages(50)), np.array([[[5.0, 20, 7], [6, 30, 9]]]))
    assert cases(here, [Rate("women", Ages(15, 49), 0.1), Rate("all", Ages(50), 0.5)]).tolist() == [11]
    assert without_rate(here, [Rate("women", Ages(15, 49), 0.1), Rate("all", Ages(50), 0.5)]) == [
        "men 0-14", "men 15-49", "women 0-14",
    ]  # fmt: skip


def test_rates_that_do_not_fit_are_refused_with_every_reason() -> None:
    here = Inhabitants(("all",), (YOUNG, OLD), np.ones((1, 1, 2)))
    with pytest.raises(UnfitRatesError) as refusal:
        cases(here, [Rate("women", YOUNG, 1), Rate("all", Ages(60, 69), 1), Rate("all", OLD, 1)])
    assert str(refusal.value).splitlines() == [
        "The rate for women 0-64 needs inhabitants by sex, which are not given.",
        "The rate for ages 60-69 cuts the inhabitants of 0-64 in two.",
        "The rate for ages 60-69 cuts the inhabitants of 65+ in two.",
        "The rates for all 60-69 and women 0-64 overlap.",
        "The rates for all 65+ and all 60-69 overlap.",
    ]


def test_unknown_inhabitants_make_unknown_cases_and_never_zero() -> None:
    here = Inhabitants(("all",), (YOUNG, OLD), np.array([[[100.0, np.nan]]]))
    assert np.isnan(cases(here, [Rate("all", OLD, 0.2)])).all()
    assert cases(here, [Rate("all", YOUNG, 0.01)]).tolist() == [1]


def test_each_age_of_an_area_grows_as_in_its_larger_area() -> None:
    """The young of the municipality shrink by a fifth, its old double; finer ages here follow the one that holds them."""
    here = Inhabitants(("all",), (Ages(0, 64), Ages(65, 79), Ages(80)), np.array([[[100.0, 10, 4]], [[50, 0, 2]]]))
    now = Inhabitants(("men", "women"), (YOUNG, OLD), np.array([[[500.0, 60], [500, 40]]]))
    then = Inhabitants(("men", "women"), (YOUNG, OLD), np.array([[[400.0, 100], [400, 100]]]))
    later = grown(here, now, then, np.array([0, 0]))
    assert later.persons[:, 0].tolist() == [[80, 20, 8], [40, 0, 4]]


PEOPLE = "pc4,age_0_64,age_65_plus\n1011,800,200\n1012,480,20\n8888,10,30\n"
RATES = "leeftijd;per1000\n0 tot 65 jaar;10\n65 jaar of ouder;50\n"
FORECAST = (
    "gm,jaar,leeftijd,aantal\n"
    "363,2026,0-64,1000\n363,2026,65+,100\n363,2035,0-64,1100\n363,2035,65+,150\n"
    "14,2026,0-64,100\n14,2026,65+,50\n14,2035,0-64,50\n14,2035,65+,100\n"
)
BY_AGE = RECIPE.replace(
    "demand = { per_inhabitant = 0.1 }", 'demand = { rates = { file = "rates.csv", age = "leeftijd", rate = "per1000" } }'
) + """
[population]
file = "people.csv"
columns = ["age_*"]
"""  # fmt: skip
LATER = (
    BY_AGE
    + """
[forecast]
file = "forecast.csv"
key = "gm"
area_key = "gemeentecode"
year = "jaar"
age = "leeftijd"
persons = "aantal"
base_year = 2026

[[periods]]
period_id = "now"
start = "2026-01-01"

[[periods]]
period_id = "later"
start = "2035-01-01"
"""
)


def test_a_recipe_makes_demand_from_rates(tmp_path: Path) -> None:
    """1011: 800 x 0.01 + 200 x 0.05 = 18; 1012: 5.8; 8888: 1.6."""
    done = carry_out(tmp_path, BY_AGE, people__csv=PEOPLE, rates__csv=RATES)
    assert done.written, told(done)
    assert sound(tmp_path / "out").tables["demand"]["cases_per_year"].tolist() == [18, 5.8, 1.6]


def test_a_recipe_makes_demand_per_period_from_a_forecast(tmp_path: Path) -> None:
    """In 2035 Amsterdam's young grow by a tenth and its old by half: 8.8 + 15; 5.28 + 1.5; Groningen's halve and double."""
    done = carry_out(tmp_path, LATER, people__csv=PEOPLE, rates__csv=RATES, forecast__csv=FORECAST)
    assert done.written, told(done)
    demand = sound(tmp_path / "out").tables["demand"]
    assert demand["period"].tolist() == ["now"] * 3 + ["later"] * 3
    assert demand["cases_per_year"].tolist() == pytest.approx([18, 5.8, 1.6, 23.8, 6.78, 3.05])
    absent = FORECAST.replace("2035", "2040")
    lost = carry_out(tmp_path / "lost", LATER, people__csv=PEOPLE, rates__csv=RATES, forecast__csv=absent)
    assert "It has no rows for 2035. It has 2026, 2040." in told(lost)


def test_a_rate_that_cuts_an_age_band_is_told(tmp_path: Path) -> None:
    done = carry_out(tmp_path, BY_AGE, people__csv=PEOPLE, rates__csv=RATES.replace("0 tot 65", "0 tot 60"))
    assert "rates.csv: The rate for ages 0-59 cuts the inhabitants of 0-64 in two." in told(done)


def test_long_inhabitants_with_totals_and_codes_of_cbs_are_read(tmp_path: Path) -> None:
    rows = "RegioS;Geslacht;Leeftijd;Bevolking\n" + "".join(
        f"{area};{sex};{age};{count}\n"
        for area, men, women in (
            ("1011", (400, 90), (400, 110)),
            ("1012", (240, 10), (240, 10)),
            ("8888", (5, 10), (5, 20)),
        )
        for sex, counts in (("Mannen", men), ("Vrouwen", women), ("Totaal mannen en vrouwen", (0, 0)))
        for age, count in zip(("0 tot 65 jaar", "65 jaar of ouder", "Totaal"), (*counts, sum(counts)), strict=True)
    )
    recipe = BY_AGE.replace('columns = ["age_*"]', 'age = "Leeftijd"\nsex = "Geslacht"\npersons = "Bevolking"')
    done = carry_out(tmp_path, recipe, people__csv=rows, rates__csv=RATES)
    assert done.written, told(done)
    assert sound(tmp_path / "out").tables["demand"]["cases_per_year"].tolist() == [18, 5.8, 1.6]
