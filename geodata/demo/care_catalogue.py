"""Forty care types of a general hospital with rates, norms and means: plausible figures, all of them made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class CareType:
    """Cases a year per 1,000 inhabitants of a group; `level` 1 every hospital, 2 larger ones, 3 the largest.

    `norm` is the volume norm in view [cases/year] (0: none), `minutes` the access norm in view [car minutes] (0: none).
    """

    id: str
    name: str
    name_nl: str
    urgency: Literal["acute", "semi_acute", "planned"]
    unit: str
    young: float
    adult: float
    old: float
    women: float
    level: Literal[1, 2, 3]
    norm: float = 0
    minutes: float = 0
    requires: str = ""
    relation: Literal["same_site", "within_minutes", "same_organisation", "excludes"] = "same_site"


CARE_TYPES: tuple[CareType, ...] = (
    CareType("obstetrics", "Acute obstetrics", "Acute verloskunde", "acute", "birth", 0, 0, 0, 46, 1, 900, 45),
    CareType("hip_replacement", "Hip replacement", "Heupvervanging", "planned", "intervention", 0, 0.6, 7.5, 0, 1,
             150),
    CareType("colon_surgery", "Colon cancer surgery", "Darmkankerchirurgie", "semi_acute", "intervention", 0, 0.12,
             2.1, 0, 1, 50),
    CareType("intensive_care", "Intensive care", "Intensive care", "acute", "admission", 1.2, 2.1, 11, 0, 1, 250,
             60),
    CareType("emergency", "Emergency department, day and night", "SEH 24/7", "acute", "visit", 95, 80, 170, 0, 1,
             9000, 45, "intensive_care"),
    CareType("paediatrics", "Paediatrics", "Kindergeneeskunde", "acute", "admission", 32, 0, 0, 0, 1, 500, 45,
             "obstetrics"),
    CareType("stroke", "Hyper-acute stroke care", "Acute beroertezorg", "acute", "admission", 0, 0.9, 9.5, 0, 1, 300,
             45, "emergency"),
    CareType("thrombectomy", "Thrombectomy", "Trombectomie", "acute", "intervention", 0, 0.05, 0.55, 0, 3, 50, 90,
             "stroke"),
    CareType("cardiac_intervention", "Coronary intervention", "Dotterbehandeling", "acute", "intervention", 0, 1.1,
             7.8, 0, 2, 600, 60, "intensive_care"),
    CareType("heart_surgery", "Open heart surgery", "Openhartchirurgie", "semi_acute", "intervention", 0, 0.3, 3.2,
             0, 3, 400, 0, "intensive_care"),
    CareType("trauma_level_1", "Major trauma", "Traumazorg niveau 1", "acute", "admission", 0.08, 0.18, 0.35, 0, 3,
             100, 90, "emergency"),
    CareType("vascular", "Vascular surgery", "Vaatchirurgie", "semi_acute", "intervention", 0, 0.3, 4.1, 0, 1, 100),
    CareType("aneurysm", "Abdominal aortic aneurysm", "Aneurysma van de buikaorta", "semi_acute", "intervention", 0,
             0.03, 0.75, 0, 2, 40, 0, "vascular"),
    CareType("carotid", "Carotid surgery", "Halsslagaderchirurgie", "semi_acute", "intervention", 0, 0.02, 0.5, 0, 2,
             20, 0, "stroke", "within_minutes"),
    CareType("breast_surgery", "Breast cancer surgery", "Borstkankerchirurgie", "semi_acute", "intervention", 0, 0,
             1.2, 2.1, 1, 100),
    CareType("rectal_surgery", "Rectal cancer surgery", "Endeldarmchirurgie", "semi_acute", "intervention", 0, 0.05,
             0.6, 0, 2, 30, 0, "colon_surgery"),
    CareType("pancreas_surgery", "Pancreas surgery", "Alvleesklierchirurgie", "semi_acute", "intervention", 0, 0.02,
             0.18, 0, 3, 25, 0, "intensive_care"),
    CareType("liver_surgery", "Liver surgery", "Leverchirurgie", "semi_acute", "intervention", 0, 0.03, 0.24, 0, 3,
             25, 0, "intensive_care"),
    CareType("oesophagus_surgery", "Oesophagus and stomach surgery", "Slokdarm- en maagchirurgie", "semi_acute",
             "intervention", 0, 0.02, 0.22, 0, 3, 25, 0, "intensive_care"),
    CareType("lung_surgery", "Lung resection", "Longresectie", "semi_acute", "intervention", 0, 0.05, 0.62, 0, 2,
             60),
    CareType("lung_systemic", "Systemic therapy for lung cancer", "Systemische therapie longkanker", "semi_acute",
             "case", 0, 0.15, 2.1, 0, 1, 100),
    CareType("kidney_surgery", "Kidney cancer surgery", "Nierkankerchirurgie", "semi_acute", "intervention", 0, 0.05,
             0.45, 0, 2, 40),
    CareType("bladder_surgery", "Bladder removal", "Blaasverwijdering", "semi_acute", "intervention", 0, 0.01, 0.28,
             0, 2, 20),
    CareType("prostate_surgery", "Prostate cancer surgery", "Prostaatkankerchirurgie", "planned", "intervention", 0,
             0.06, 0.85, 0, 2, 100),
    CareType("head_neck", "Head and neck oncology", "Hoofd-halsoncologie", "semi_acute", "case", 0, 0.08, 0.55, 0, 3,
             80),
    CareType("gynaecological_oncology", "Gynaecological oncology", "Gynaecologische oncologie", "semi_acute",
             "intervention", 0, 0, 0.25, 0.35, 2, 30),
    CareType("thyroid_surgery", "Thyroid surgery", "Schildklierchirurgie", "planned", "intervention", 0, 0.12, 0.22,
             0, 2, 20),
    CareType("bariatric", "Bariatric surgery", "Bariatrische chirurgie", "planned", "intervention", 0, 0.9, 0.1, 0,
             2, 200),
    CareType("knee_replacement", "Knee replacement", "Knievervanging", "planned", "intervention", 0, 0.7, 7.1, 0, 1,
             150),
    CareType("hip_fracture", "Hip fracture", "Heupfractuur", "acute", "intervention", 0, 0.08, 5.3, 0, 1, 150, 60),
    CareType("spine_surgery", "Spine surgery", "Wervelkolomchirurgie", "planned", "intervention", 0.02, 0.5, 1.3, 0,
             2, 100),
    CareType("cataract", "Cataract surgery", "Staaroperatie", "planned", "intervention", 0, 0.9, 42, 0, 1, 500),
    CareType("dialysis", "Dialysis centre", "Dialysecentrum", "planned", "patient", 0, 0.15, 1.4, 0, 1, 40, 60),
    CareType("endoscopy", "Endoscopy", "Endoscopie", "planned", "intervention", 0.5, 12, 34, 0, 1, 1500),
    CareType("geriatrics", "Clinical geriatrics", "Klinische geriatrie", "semi_acute", "admission", 0, 0, 14, 0, 1,
             200),
    CareType("neonatal_intensive_care", "Neonatal intensive care", "Neonatale intensive care", "acute", "admission",
             0, 0, 0, 1.1, 3, 100, 0, "paediatrics"),
    CareType("paediatric_surgery", "Paediatric surgery", "Kinderchirurgie", "semi_acute", "intervention", 1.6, 0, 0,
             0, 3, 100, 0, "paediatrics"),
    CareType("ear_nose_throat", "Ear, nose and throat surgery", "KNO-chirurgie", "planned", "intervention", 9, 2.5,
             2.2, 0, 1, 300),
    CareType("day_surgery", "Day surgery", "Dagchirurgie", "planned", "intervention", 11, 24, 41, 0, 1, 2000),
    CareType("outpatient_cardiology", "Outpatient cardiology", "Polikliniek cardiologie", "planned", "patient", 1,
             19, 120, 0, 1, 2000),
)  # fmt: skip


def chosen_care_types(count: int) -> tuple[CareType, ...]:
    """The first `count` care types; what one of them requires comes along only if it is among them."""
    return CARE_TYPES[:count]
