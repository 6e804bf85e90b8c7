"""The tables of a data package, column by column: the one list that reading, checking and publishing share."""

from __future__ import annotations

from typing import Any

from geodata.fields import Field, Kind, Table


def _id(name: str, title: str, title_nl: str, refers_to: str | None = None, *, required: bool = True) -> Field:
    return Field(name, "id", title, title_nl, required=required, refers_to=refers_to)


def _number(name: str, unit: str, title: str, title_nl: str, **limits: Any) -> Field:
    return Field(name, "number", title, title_nl, unit=unit, **limits)


def _text(name: str, title: str, title_nl: str, kind: Kind = "text") -> Field:
    return Field(name, kind, title, title_nl)


def _eur(name: str, unit: str, title: str, title_nl: str) -> Field:
    return Field(name, "number", title, title_nl, unit=unit, expect_at_least=0)


AREA = _id("area_id", "Area", "Herkomstgebied", "areas")
SITE = _id("site_id", "Site", "Ziekenhuislocatie", "sites")
CARE_TYPE = _id("care_type_id", "Care type", "Zorgvorm", "care_types")
PERIOD = _id("period", "Period (blank: every period)", "Periode (leeg: elke periode)", "periods", required=False)
FUTURE = _id("future", "Future (blank: base)", "Toekomstvariant (leeg: basis)", "futures", required=False)
MODE = Field("mode", "id", "Mode of travel", "Vervoerwijze", default="car")
NAME = _text("name", "Name", "Naam")
LAT = _number("lat", "degrees (WGS84)", "Latitude", "Breedtegraad", at_least=-90, at_most=90)
LON = _number("lon", "degrees (WGS84)", "Longitude", "Lengtegraad", at_least=-180, at_most=180)
IN_REGION = Field("in_region", "boolean", "Inside the region", "Binnen de regio", default=True)

RULES = (
    "capacity", "site_count", "volume_norm", "access_norm", "interdependency", "lock", "resource_limit", "budget",
    "organisation_balance", "change_limit", "backup", "satellite",
)  # fmt: skip

_TABLES = (
    Table(
        "areas", "Areas", "Herkomstgebieden",
        (
            _id("area_id", "Area", "Herkomstgebied"), NAME,
            _number("population", "persons", "Inhabitants", "Inwoners", at_least=0), LAT, LON, IN_REGION,
        ),
        key=("area_id",), required=True,
    ),
    Table(
        "sites", "Sites", "Ziekenhuislocaties",
        (
            _id("site_id", "Site", "Ziekenhuislocatie"), NAME,
            _id("organisation_id", "Organisation", "Ziekenhuisorganisatie", "organisations", required=False),
            _text("kind", "Kind of hospital", "Soort ziekenhuis"), LAT, LON, IN_REGION,
            _eur("fixed_cost_eur_per_year", "EUR/year", "Fixed cost of the location", "Vaste kosten van de locatie"),
            _eur("closing_cost_eur", "EUR", "Cost of closing the location", "Kosten van sluiting van de locatie"),
        ),
        key=("site_id",), required=True,
    ),
    Table(
        "organisations", "Organisations", "Ziekenhuisorganisaties",
        (_id("organisation_id", "Organisation", "Ziekenhuisorganisatie"), NAME),
        key=("organisation_id",),
    ),
    Table(
        "care_types", "Care types", "Zorgvormen",
        (
            _id("care_type_id", "Care type", "Zorgvorm"), _text("name", "Name (English)", "Naam (Engels)"),
            _text("name_nl", "Name (Dutch)", "Naam"),
            Field("urgency", "choice", "Urgency", "Urgentie", choices=("acute", "semi_acute", "planned")),
            _text("unit", "What a case is", "Wat een geval is"),
        ),
        key=("care_type_id",), required=True,
    ),
    Table(
        "demand", "Demand", "Zorgvraag",
        (
            AREA, CARE_TYPE,
            _number("cases_per_year", "cases/year", "Cases a year", "Gevallen per jaar", required=True, at_least=0),
            PERIOD, FUTURE,
        ),
        key=("area_id", "care_type_id", "period", "future"), required=True,
    ),
    Table(
        "site_care", "Care that a site can offer", "Zorg die een locatie kan bieden",
        (
            SITE, CARE_TYPE,
            Field("offered_today", "boolean", "Offered today", "Nu geboden", required=True),
            _number("capacity_per_year", "cases/year", "Capacity (blank: no limit)", "Capaciteit (leeg: geen grens)",
                    at_least=0),
            _eur("fixed_cost_eur_per_year", "EUR/year", "Fixed cost while offered", "Vaste kosten zolang geboden"),
            _eur("variable_cost_eur_per_case", "EUR/case", "Cost per case", "Kosten per geval"),
            _eur("opening_cost_eur", "EUR", "Cost of opening", "Kosten van openen"),
            _eur("closing_cost_eur", "EUR", "Cost of closing", "Kosten van sluiten"),
            _eur("revenue_eur_per_case", "EUR/case", "Revenue per case", "Opbrengst per geval"),
            _number("volume_today", "cases/year", "Volume today", "Volume nu", at_least=0),
            _number("external_cases_per_year", "cases/year", "Cases from outside the data",
                    "Gevallen van buiten de gegevens", at_least=0),
            _number("attraction", "", "Attraction", "Aantrekkingskracht", above=0),
        ),
        key=("site_id", "care_type_id"), required=True,
    ),
    Table(
        "travel_times", "Travel times", "Reistijden",
        (
            AREA, SITE, MODE,
            _number("minutes", "minutes, one way", "Minutes", "Minuten", at_least=0),
            _number("km", "km, one way", "Distance", "Afstand", at_least=0),
            _text("source", "Source", "Bron"), FUTURE,
            Field("unreachable", "boolean", "Cannot be reached", "Onbereikbaar", default=False),
        ),
        key=("area_id", "site_id", "mode", "future"), required=True,
    ),
    Table(
        "site_times", "Travel times between sites", "Reistijden tussen locaties",
        (
            SITE, _id("to_site_id", "To site", "Naar locatie", "sites"), MODE,
            _number("minutes", "minutes, one way", "Minutes", "Minuten", required=True, at_least=0),
        ),
        key=("site_id", "to_site_id", "mode"),
    ),
    Table(
        "patient_flows", "Observed patient flows", "Waargenomen patiëntenstromen",
        (
            AREA, SITE, CARE_TYPE,
            _number("cases_per_year", "cases/year", "Cases a year, observed", "Gevallen per jaar, waargenomen",
                    required=True, at_least=0),
        ),
        key=("area_id", "site_id", "care_type_id"),
    ),
    Table(
        "periods", "Periods, in order of time", "Perioden, op volgorde van tijd",
        (
            _id("period_id", "Period", "Periode"), NAME, _text("start", "First day", "Eerste dag", "date"),
            _number("years", "years", "Years it counts for", "Jaren waarvoor zij telt", above=0),
        ),
        key=("period_id",),
    ),
    Table(
        "futures", "Futures", "Toekomstvarianten",
        (
            _id("future_id", "Future", "Toekomstvariant"), NAME,
            _number("probability", "share", "Probability", "Kans", at_least=0, at_most=1),
        ),
        key=("future_id",),
    ),
    Table(
        "resources", "Resources", "Middelen",
        (
            _id("resource_id", "Resource", "Middel"), NAME, _text("unit", "Unit", "Eenheid"),
            Field("pool", "choice", "Shared within", "Gedeeld binnen", choices=("site", "organisation", "region")),
            _text("profession", "Profession", "Beroep"),
        ),
        key=("resource_id",),
    ),
    Table(
        "resource_use", "Use of resources", "Gebruik van middelen",
        (
            CARE_TYPE, _id("resource_id", "Resource", "Middel", "resources"),
            _number("per_case", "resource unit/case", "Use per case", "Gebruik per geval", at_least=0),
            _number("per_open_site", "resource unit/site", "Readiness per open site", "Beschikbaarheid per locatie",
                    at_least=0),
        ),
        key=("care_type_id", "resource_id"),
    ),
    Table(
        "resource_stock", "Stock of resources", "Beschikbare middelen",
        (
            _id("resource_id", "Resource", "Middel", "resources"), _id("pool_id", "Pool", "Houder"), PERIOD, FUTURE,
            _number("quantity", "resource unit", "Quantity", "Hoeveelheid", required=True, at_least=0),
        ),
        key=("resource_id", "pool_id", "period", "future"),
    ),
    Table(
        "outcome_rates", "Outcome by volume", "Uitkomst naar volume",
        (
            CARE_TYPE,
            _number("from_volume", "cases/year", "From this volume", "Vanaf dit volume", required=True, at_least=0),
            _number("rate", "adverse outcomes/case", "Adverse outcomes per case", "Ongunstige uitkomsten per geval",
                    required=True, at_least=0),
        ),
        key=("care_type_id", "from_volume"),
    ),
    Table(
        "population_groups", "Groups of inhabitants", "Bevolkingsgroepen",
        (
            AREA, _id("group", "Group", "Groep"),
            _number("persons", "persons", "Persons", "Personen", required=True, at_least=0),
        ),
        key=("area_id", "group"),
    ),
    Table(
        "region_members", "Members of regions", "Leden van regio's",
        (
            _id("region_id", "Region", "Regio"), _text("region_kind", "Kind of region", "Soort regio"),
            Field("member_kind", "choice", "Kind of member", "Soort lid", choices=("area", "site")),
            _id("member_id", "Member", "Lid"),
        ),
        key=("region_id", "region_kind", "member_kind", "member_id"),
    ),
    Table(
        "ambulance_posts", "Ambulance posts", "Ambulancestandplaatsen",
        (
            _id("post_id", "Post", "Standplaats"), NAME, LAT, LON,
            _text("availability", "Availability", "Beschikbaarheid"),
        ),
        key=("post_id",),
    ),
    Table(
        "post_times", "Minutes from post to area", "Minuten van standplaats naar gebied",
        (
            _id("post_id", "Post", "Standplaats", "ambulance_posts"), AREA,
            _number("minutes", "minutes, one way", "Minutes", "Minuten", required=True, at_least=0),
        ),
        key=("post_id", "area_id"),
    ),
    Table(
        "interdependencies", "Interdependencies", "Samenhang",
        (
            CARE_TYPE, _id("requires", "Requires", "Vereist", "care_types"),
            Field("relation", "choice", "Relation", "Relatie",
                  choices=("same_site", "within_minutes", "same_organisation", "excludes")),
            _number("minutes", "minutes, one way", "Within minutes", "Binnen minuten", at_least=0),
        ),
        key=("care_type_id", "requires", "relation"),
    ),
    Table(
        "norms", "Norms", "Normen",
        (
            Field("rule", "choice", "Rule", "Regel", required=True, choices=RULES),
            _id("id", "Name of the norm", "Naam van de norm", required=False),
            _id("care_type", "Care type, or * for all", "Zorgvorm, of * voor alle", required=False),
            _id("site", "Site", "Locatie", "sites", required=False),
            _id("resource", "Resource", "Middel", "resources", required=False),
            _id("region", "Region", "Regio", required=False), _id("network", "Network", "Netwerk", required=False),
            _id("group", "Group", "Groep", required=False),
            _id("mode", "Mode of travel", "Vervoerwijze", required=False),
            _number("at_least", "cases/year or sites", "At least", "Ten minste", at_least=0),
            _number("at_most", "cases/year, sites or changes", "At most", "Ten hoogste", at_least=0),
            _number("exactly", "sites", "Exactly", "Precies", at_least=0),
            _number("max_minutes", "minutes, one way", "At most so many minutes", "Hoogstens zoveel minuten",
                    at_least=0),
            _number("at_least_share", "share", "At least this share", "Ten minste dit deel", at_least=0, at_most=1),
            _number("years_averaged", "years", "Averaged over years", "Gemiddeld over jaren", above=0),
            _number("at_most_eur", "EUR", "At most so many EUR", "Hoogstens zoveel EUR"),
            _number("factor", "", "Factor on capacity", "Factor op capaciteit", at_least=0),
            _number("penalty_per_unit", "per unit", "Penalty per unit", "Boete per eenheid", at_least=0),
            Field("bearer", "choice", "Who must meet it", "Wie eraan moet voldoen",
                  choices=("site", "organisation", "network")),
            _text("kind", "Kind", "Soort"),
            Field("hardness", "choice", "Hardness", "Hardheid", choices=("hard", "soft", "report")),
            _text("source", "Source", "Bron"), _text("source_url", "Address of the source", "Webadres van de bron"),
            _text("adopted_by", "Adopted by", "Vastgesteld door"),
            _text("adopted_on", "Adopted on", "Vastgesteld op", "date"),
            _text("valid_from", "Valid from", "Geldig vanaf", "date"),
            _text("valid_to", "Valid to", "Geldig tot en met", "date"),
            Field("verified", "boolean", "Verified in its source", "In de bron nagegaan"),
        ),
    ),
)  # fmt: skip

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
WIDE = "travel_times_"
"""A table so named, with a mode behind it, is a matrix: first column area_id, one column per site_id."""


def table_name(written: str) -> str | None:
    """The table a stem or sheet name stands for, `_` and `-` alike; None if it is none."""
    plain = written.strip().replace("-", "_").casefold()
    if plain in TABLES:
        return plain
    if plain.startswith(WIDE) and len(plain) > len(WIDE):
        return WIDE + written.strip()[len(WIDE) :]
    return None
