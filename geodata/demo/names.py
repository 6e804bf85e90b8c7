"""Invented Dutch-sounding names of places; whoever lives in one by chance is welcome."""

from __future__ import annotations

import numpy as np

_FIRST = (
    "Alder", "Berken", "Brem", "Dassen", "Doorn", "Eiken", "Elzen", "Ganzen", "Gaspel", "Haver", "Hazel", "Herm",
    "Heren", "Hoender", "Kamper", "Kiewit", "Klaver", "Koren", "Kraanvogel", "Leem", "Linde", "Lisse", "Maanders",
    "Meer", "Molen", "Netel", "Olmen", "Otter", "Palings", "Populier", "Reiger", "Riet", "Roggen", "Schapen", "Sleen",
    "Spaar", "Steeg", "Tarwe", "Terp", "Turf", "Uiver", "Valken", "Varen", "Vlier", "Voor", "Wester", "Wilgen", "Winde",
    "Wolven", "Zwaluw",
)  # fmt: skip
_LAST = (
    "beek", "berg", "bos", "broek", "brugge", "burg", "dal", "dijk", "donk", "drecht", "duin", "haven", "heide",
    "horst", "hout", "hoven", "kamp", "kerk", "laar", "lo", "made", "meer", "mond", "oord", "plas", "rade",
    "rijk", "rode", "sluis", "stede", "um", "veen", "veld", "voort", "waard", "wijk", "wolde", "zand", "zijl",
)  # fmt: skip
QUARTERS = ("Centrum", "Noord", "Oost", "Zuid", "West", "Stationsbuurt", "Havenkwartier", "Parkzijde", "Buitenveld")


def place_names(count: int, rng: np.random.Generator) -> list[str]:
    """So many names, no two alike; beyond what the syllables give, with Nieuw-, Oud-, Groot- or Klein- before them."""
    plain = [first + last for first in _FIRST for last in _LAST]
    plain = [plain[i] for i in rng.permutation(len(plain))]
    names = plain + [f"{before}-{name}" for before in ("Nieuw", "Oud", "Groot", "Klein") for name in plain]
    return names[:count]
