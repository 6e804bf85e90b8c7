"""How tables write ages and sexes: "65 tot 70 jaar", "age_65_69", "95 jaar of ouder", "Mannen", 3000."""

from __future__ import annotations

import re

from geodata.demand import Ages, Sex

_EVERYONE = {"totaal", "total", "all", "all ages", "alle leeftijden", "10000"}
_MEN = {"men", "man", "mannen", "male", "males", "m", "3000"}
_WOMEN = {"women", "woman", "vrouw", "vrouwen", "female", "females", "f", "v", "4000"}
_BOTH = {"all", "total", "totaal", "totaal mannen en vrouwen", "t001038", "both", "beide", "t", ""}


def ages_in(text: str) -> Ages | None:
    """The ages a label or column name speaks of; None if it speaks of none."""
    plain = re.sub(r"[_\s]+", " ", text.strip().casefold())
    if plain in _EVERYONE:
        return Ages(0)
    if m := re.search(r"(\d{1,3}) tot en met (\d{1,3})\b", plain):
        return _ages(m[1], int(m[2]))
    if m := re.search(r"(\d{1,3}) tot (\d{1,3})\b", plain):
        return _ages(m[1], int(m[2]) - 1)
    if m := re.search(r"(\d{1,3})\s*(?:\+|plus\b|(?:jaar |years )?(?:of|en|and|or) (?:ouder|older|over)\b)", plain):
        return Ages(int(m[1]))
    if m := re.search(r"\b(\d{1,3})\s?(?:-|–|to|t/m| )\s?(\d{1,3})\b", plain):
        return _ages(m[1], int(m[2]))
    if m := re.fullmatch(r"(?:\D* )?(\d{1,3})(?: jaar| years?)?", plain):
        return Ages(int(m[1]), int(m[1]))
    return None


def _ages(first: str, last: int) -> Ages | None:
    return Ages(int(first), last) if int(first) <= last else None


def sex_in(text: str | None) -> Sex | None:
    """The sex a cell speaks of; None if it speaks of none."""
    plain = (text or "").strip().casefold()
    if plain in _MEN:
        return "men"
    if plain in _WOMEN:
        return "women"
    return "all" if plain in _BOTH else None


def sex_of_column(name: str) -> Sex:
    """The sex that a column name speaks of by one of its words; all if it speaks of none."""
    words = set(re.split(r"[^a-z]+", name.casefold()))
    if words & (_WOMEN - {"f", "v"}):
        return "women"
    return "men" if words & (_MEN - {"m"}) else "all"
