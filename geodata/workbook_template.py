"""An empty workbook to fill in: a sheet per table with notes, drop-downs and limits, made from the table schemas."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from geodata.fields import Field, Table
from geodata.raw_table import decimal_text
from geodata.tables import TABLES

Language = Literal["en", "nl"]
LAST_ROW = 5000
"""Drop-downs and limits reach so far; rows below are read all the same."""
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 a spreadsheet's dates have no zone; a fixed one lets equal templates be equal
FIRST = ("areas", "sites", "care_types", "site_care", "demand", "travel_times")
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "required": "Must be filled in.", "optional": "May stay blank; missing is not zero.", "unit": "Unit", "kind": "Write",
        "choice": "One of", "boolean": "TRUE or FALSE", "number": "a number", "date": "a date, year-month-day",
        "id": "an id: 1 to 100 characters", "text": "text", "refers_to": "An id from the sheet", "blank_means": "Blank means",
        "at_least": "at least", "at_most": "at most", "above": "more than", "wrong": "This cell",
        "tab": "Sheet", "must": "to be filled in", "may": "only if you need it",
    },
    "nl": {
        "required": "Moet ingevuld zijn.", "optional": "Mag leeg blijven; ontbrekend is niet nul.", "unit": "Eenheid",
        "kind": "Vul in", "choice": "Een van", "boolean": "TRUE of FALSE (WAAR of ONWAAR)", "number": "een getal",
        "date": "een datum, jaar-maand-dag", "id": "een code: 1 tot 100 tekens", "text": "tekst",
        "refers_to": "Een code uit het blad", "blank_means": "Leeg betekent", "at_least": "ten minste",
        "at_most": "ten hoogste", "above": "meer dan", "wrong": "Deze cel", "tab": "Blad", "must": "invullen",
        "may": "alleen als u het nodig heeft",
    },
}  # fmt: skip
GUIDE: dict[Language, tuple[str, ...]] = {
    "en": (
        "Fill in the sheets with a dark tab; the others only if you need them. Leave the first row of every sheet as it is.",
        "Hold the mouse over the name of a column to read what belongs there. Columns that must be filled in are dark.",
        "Add columns of your own behind the others (gemeente, say): they are kept and come back on the map.",
        "Travel times: a row per area and site, or a sheet travel_times_car with the areas down and the sites across.",
        "A pair without a way is unreachable TRUE. A pair that is missing is an error, never a zero.",
        "Then: care-landscape check THIS_FILE.xlsx names every problem at once. Or upload the workbook as it is.",
    ),
    "nl": (
        "Vul de bladen met een donker tabblad in; de andere alleen als u ze nodig heeft. Laat de eerste rij van elk blad staan.",
        "Houd de muis boven een kolomnaam om te lezen wat daar hoort. Donkere kolommen moeten ingevuld zijn.",
        "Zet eigen kolommen (gemeente, bijvoorbeeld) achter de andere: ze blijven bewaard en komen terug op de kaart.",
        "Reistijden: een rij per gebied en locatie, of een blad travel_times_car met gebieden omlaag en locaties opzij.",
        "Een paar waar geen weg tussen is krijgt unreachable TRUE. Een ontbrekend paar is een fout, nooit een nul.",
        "Daarna: care-landscape check DIT_BESTAND.xlsx noemt alle fouten in één keer. Of upload het bestand zoals het is.",
    ),
}

UNITS_NL = {
    "EUR": "EUR", "EUR/case": "EUR per geval", "EUR/year": "EUR per jaar", "adverse outcomes/case": "ongunstige uitkomsten per geval",
    "cases/year": "gevallen per jaar", "cases/year or sites": "gevallen per jaar, of locaties",
    "cases/year, sites or changes": "gevallen per jaar, locaties of wijzigingen", "degrees (WGS84)": "graden (WGS84)",
    "km, one way": "km, enkele reis", "minutes, one way": "minuten, enkele reis", "per unit": "per eenheid",
    "persons": "personen", "resource unit": "eenheid van het middel", "resource unit/case": "eenheid van het middel per geval",
    "resource unit/site": "eenheid van het middel per locatie", "share": "deel (0 tot 1)", "sites": "locaties", "years": "jaren",
}  # fmt: skip
ABOUT: dict[Language, tuple[str, str, str]] = {
    "en": ("A short name of the data.", "Their title, for people.", "The day the data describe, such as 2025-01-01."),
    "nl": ("Een korte naam van de gegevens.", "De titel, voor mensen.", "De peildatum, zoals 2025-01-01."),
}


def workbook_template(language: Language) -> bytes:
    """The workbook; equal calls give equal bytes. Its tables are read as a data package once they are filled in."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": "care-landscape", "created": MADE})
        must = book.add_format({"bold": True, "bg_color": "#14375E", "font_color": "#FFFFFF", "text_wrap": False})
        may = book.add_format({"bold": True, "bg_color": "#D9E2EC"})
        _guide(book.add_worksheet("package"), language, book.add_format({"bold": True}))
        for name in (*FIRST, *(t for t in TABLES if t not in FIRST)):
            sheet = book.add_worksheet(name)
            sheet.set_tab_color("#14375E" if TABLES[name].required else "#D9E2EC")
            _table(sheet, TABLES[name], language, must, may)
    return out.getvalue()


def _guide(sheet: Worksheet, language: Language, bold: Format) -> None:
    """What stands on the first sheet: the package's name and date to fill in, and how to use the others."""
    for row, (word, value) in enumerate((("name", "my-region"), ("title", ""), ("reference_date", ""))):
        sheet.write(row, 0, word, bold)
        sheet.write(row, 1, value)
        sheet.write_comment(row, 0, ABOUT[language][row], {"x_scale": 2.0})
    for row, line in enumerate(GUIDE[language], start=4):
        sheet.write(row, 0, line)
    words = WORDS[language]
    for row, name in enumerate((*FIRST, *(t for t in TABLES if t not in FIRST)), start=5 + len(GUIDE[language])):
        table = TABLES[name]
        title = table.title_nl if language == "nl" else table.title
        sheet.write(row, 0, f"{words['tab']} {name}: {title} ({words['must'] if table.required else words['may']})")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 40)


def _table(sheet: Worksheet, table: Table, language: Language, must: Format, may: Format) -> None:
    for column, field in enumerate(table.fields):
        sheet.write(0, column, field.name, must if field.required else may)
        sheet.write_comment(0, column, note(field, language), {"x_scale": 2.2, "y_scale": 1.4})
        sheet.set_column(column, column, max(12, len(field.name) + 2))
        rule = _rule(field, language)
        if rule:
            sheet.data_validation(1, column, LAST_ROW, column, rule)
    sheet.freeze_panes(1, 0)


def note(field: Field, language: Language) -> str:
    """What belongs in a column: its title, unit, kind, limits, and whether it may stay blank."""
    words = WORDS[language]
    lines = [field.title_nl if language == "nl" else field.title]
    kind = (
        f"{words['choice']}: {', '.join(field.choices)}" if field.choices else f"{words['kind']}: {words[field.kind]}"
    )
    if field.refers_to:
        kind = f"{words['refers_to']} {field.refers_to}"
    lines.append(f"{kind}{_limits(field, words)}.")
    if field.unit:
        lines.append(f"{words['unit']}: {UNITS_NL[field.unit] if language == 'nl' else field.unit}.")
    lines.append(words["required"] if field.required else words["optional"])
    if field.default is not None:
        blank = str(field.default).upper() if isinstance(field.default, bool) else field.default
        lines[-1] = f"{words['blank_means']} {blank}."
    return "\n".join(lines)


def _limits(field: Field, words: dict[str, str]) -> str:
    limits = (("at_least", field.at_least), ("at_most", field.at_most), ("above", field.above))
    told = [f"{words[word]} {decimal_text(limit)}" for word, limit in limits if limit is not None]
    return f", {', '.join(told)}" if told else ""


def _rule(field: Field, language: Language) -> dict[str, object] | None:
    """The drop-down or limit of a column.

    Ids of other sheets are offered and not forced, for a sheet may come later; nor is TRUE, which Excel calls WAAR.
    """
    message = note(field, language).replace("\n", " ")[:250]
    told = {"error_title": f"{WORDS[language]['wrong']}: {field.name}"[:32], "error_message": message}
    if field.choices:
        return {"validate": "list", "source": list(field.choices), **told}
    if field.kind == "boolean":
        return {"validate": "list", "source": ["TRUE", "FALSE"], "error_type": "warning", **told}
    if field.refers_to:
        column = xl_col_to_name(0, col_abs=True)
        source = f"={field.refers_to}!{column}$2:{column}${LAST_ROW}"
        return {"validate": "list", "source": source, "error_type": "warning", **told}
    if field.kind == "number":
        return {"validate": "decimal", **_bounds(field), **told}
    return None


def _bounds(field: Field) -> dict[str, object]:
    if field.above is not None:
        return {"criteria": ">", "value": field.above}
    if field.at_least is not None and field.at_most is not None:
        return {"criteria": "between", "minimum": field.at_least, "maximum": field.at_most}
    if field.at_least is not None:
        return {"criteria": ">=", "value": field.at_least}
    return {"criteria": "between", "minimum": -1e15, "maximum": 1e15}
