"""Laboratory values, doses and ages, on both sides of every threshold."""

from dataclasses import replace

from assuage.records.rows import ConditionState
from assuage.testing.people import diagnosis, measured, supply
from safety.drawn import ASK_STOP, ASK_WARN, NONE, STOP, WARN, egfr, sodium, starting, takes, taking_it

DOUBTED = {"state": ConditionState.UNCONFIRMED}
OVER = {"state": ConditionState.RESOLVED}
KIDNEYS = diagnosis("renal_impairment")

SODIUM = (
    starting("oxcarbazepine", "sodium_too_low", STOP, sodium(124.9)),
    starting("oxcarbazepine", "sodium_too_low", NONE, sodium(125)),
    starting("oxcarbazepine", "sodium_low", WARN, sodium(125)),
    starting("oxcarbazepine", "sodium_low", WARN, sodium(134.9)),
    starting("oxcarbazepine", "sodium_low", NONE, sodium(135)),
    starting("carbamazepine", "sodium_low", ASK_WARN),
    starting("carbamazepine", "sodium_low", NONE, sodium(140, "2025-06-01")),
    starting("carbamazepine", "sodium_low", ASK_WARN, sodium(140, "2025-05-31")),
    starting("carbamazepine", "sodium_low", WARN, sodium(140, "2026-01-01"), sodium(130, "2026-02-01")),
    starting("carbamazepine", "sodium_low", NONE, sodium(130, "2026-01-01"), sodium(140, "2026-02-01")),
    starting("carbamazepine", "sodium_too_low", STOP, sodium(120), sodium(140)),
    starting("carbamazepine", "sodium_too_low", STOP, sodium(120, None), sodium(140)),
    starting("carbamazepine", "sodium_low", ASK_WARN, sodium(140, None)),
    starting("carbamazepine", "sodium_low", ASK_WARN, measured("sodium", 320, "mg/dL", "2026-05-01")),
    starting("carbamazepine", "sodium_low", WARN, diagnosis("hyponatraemia")),
    starting("carbamazepine", "sodium_low", ASK_WARN, diagnosis("hyponatraemia", **DOUBTED)),
    starting("carbamazepine", "sodium_too_low", ASK_STOP, diagnosis("hyponatraemia")),
    starting("carbamazepine", "sodium_low", NONE, diagnosis("hyponatraemia", **OVER), sodium(140)),
    starting("gabapentin", "sodium_low", NONE, sodium(120)),
    starting("duloxetine", "sodium_low_antidepressant", WARN, sodium(129)),
    starting("duloxetine", "sodium_low_antidepressant", NONE, sodium(130)),
    starting("duloxetine", "sodium_low_antidepressant", NONE),
    taking_it("oxcarbazepine", "sodium_low", WARN, sodium(130), takes("oxcarbazepine", 900)),
)

KIDNEY = (
    starting("ibuprofen", "nsaid_kidney_failing", STOP, egfr(29)),
    starting("ibuprofen", "nsaid_kidney_failing", NONE, egfr(30)),
    starting("ibuprofen", "nsaid_kidney_reduced", WARN, egfr(30)),
    starting("ibuprofen", "nsaid_kidney_reduced", WARN, egfr(59)),
    starting("ibuprofen", "nsaid_kidney_reduced", NONE, egfr(60)),
    starting("ibuprofen", "nsaid_kidney_failing", ASK_STOP),
    starting("ibuprofen", "nsaid_kidney_failing", ASK_STOP, egfr(90, "2025-05-31")),
    starting("ibuprofen", "nsaid_kidney_reduced", WARN, KIDNEYS),
    starting("ibuprofen", "nsaid_kidney_failing", ASK_STOP, KIDNEYS),
    starting("acetaminophen", "nsaid_kidney_failing", NONE, egfr(10)),
    starting("duloxetine", "duloxetine_kidney", STOP, egfr(29)),
    starting("duloxetine", "duloxetine_kidney", NONE, egfr(30)),
    starting("duloxetine", "duloxetine_kidney", ASK_STOP, KIDNEYS),
    starting("baclofen", "baclofen_kidney_failing", STOP, egfr(29)),
    starting("baclofen", "baclofen_kidney", WARN, egfr(59)),
    starting("baclofen", "baclofen_kidney", NONE, egfr(60)),
    starting("baclofen", "baclofen_kidney", ASK_WARN),
    starting("tramadol", "tramadol_kidney", WARN, egfr(29)),
    starting("tramadol", "tramadol_kidney", NONE, egfr(30)),
    starting("morphine", "opioid_kidney", WARN, egfr(29)),
    starting("morphine", "opioid_kidney", NONE, egfr(30)),
    starting("topiramate", "topiramate_kidney", WARN, egfr(69)),
    starting("topiramate", "topiramate_kidney", NONE, egfr(70)),
    starting("atogepant", "atogepant_kidney", WARN, egfr(29)),
    starting("atogepant", "atogepant_kidney", NONE, egfr(30)),
    starting("lithium", "lithium_kidney", STOP, egfr(29)),
    starting("lithium", "lithium_kidney", NONE, egfr(30)),
)

DOSES = (
    starting("gabapentin", "gabapentinoid_dose", NONE, egfr(60)),
    starting("gabapentin", "gabapentinoid_dose", WARN, egfr(59)),
    starting("gabapentin", "gabapentinoid_dose", ASK_WARN),
    starting("gabapentin", "gabapentinoid_dose", ASK_WARN, KIDNEYS),
    taking_it("gabapentin", "gabapentinoid_dose", NONE, egfr(59), takes("gabapentin", 1400)),
    taking_it("gabapentin", "gabapentinoid_dose", WARN, egfr(59), takes("gabapentin", 1500)),
    taking_it("gabapentin", "gabapentinoid_dose", NONE, egfr(30), takes("gabapentin", 1400)),
    taking_it("gabapentin", "gabapentinoid_dose", WARN, egfr(29), takes("gabapentin", 1400)),
    taking_it("gabapentin", "gabapentinoid_dose", NONE, egfr(15), takes("gabapentin", 700)),
    taking_it("gabapentin", "gabapentinoid_dose", WARN, egfr(14), takes("gabapentin", 700)),
    taking_it("gabapentin", "gabapentinoid_dose", NONE, egfr(14), takes("gabapentin", 300)),
    taking_it("gabapentin", "gabapentinoid_dose", ASK_WARN, egfr(59), takes("gabapentin")),
    taking_it("pregabalin", "gabapentinoid_dose", NONE, egfr(90), takes("pregabalin", 600)),
    taking_it("pregabalin", "gabapentinoid_dose", WARN, egfr(59), takes("pregabalin", 450)),
    taking_it("pregabalin", "gabapentinoid_dose", NONE, egfr(59), takes("pregabalin", 300)),
    taking_it("pregabalin", "gabapentinoid_dose", WARN, egfr(29), takes("pregabalin", 300)),
    taking_it("pregabalin", "gabapentinoid_dose", NONE, egfr(29), takes("pregabalin", 150)),
    taking_it("acetaminophen", "paracetamol_dose", WARN, takes("acetaminophen", 4001)),
    taking_it("acetaminophen", "paracetamol_dose", NONE, takes("acetaminophen", 4000)),
    taking_it("acetaminophen", "paracetamol_dose", ASK_WARN, takes("acetaminophen")),
    starting("acetaminophen", "paracetamol_dose", NONE),
    taking_it("lamotrigine", "lamotrigine_fast_start", WARN, takes("lamotrigine", 50, "2026-05-01")),
    taking_it("lamotrigine", "lamotrigine_fast_start", NONE, takes("lamotrigine", 25, "2026-05-01")),
    taking_it("lamotrigine", "lamotrigine_fast_start", ASK_WARN, takes("lamotrigine", None, "2026-05-01")),
    taking_it("lamotrigine", "lamotrigine_fast_start", WARN, takes("lamotrigine", 50, "2026-04-06")),
    taking_it("lamotrigine", "lamotrigine_fast_start", NONE, takes("lamotrigine", 50, "2026-04-05")),
    taking_it(
        "lamotrigine",
        "lamotrigine_fast_start",
        NONE,
        supply("lamotrigine", "2026-05-01", "2026-05-14", dose=25),
        supply("lamotrigine", "2026-05-15", "2026-06-12", dose=50),
    ),
    taking_it(
        "lamotrigine",
        "lamotrigine_fast_start",
        WARN,
        supply("lamotrigine", "2026-05-01", "2026-05-13", dose=25),
        supply("lamotrigine", "2026-05-14", "2026-06-12", dose=50),
    ),
)

AGES = (
    starting("gabapentin", "gabapentinoid_age", WARN, birth="1961-06-01"),
    starting("gabapentin", "gabapentinoid_age", NONE, birth="1961-06-02"),
    starting("gabapentin", "gabapentinoid_age", ASK_WARN, birth="1961"),
    starting("gabapentin", "gabapentinoid_age", ASK_WARN, birth=None),
    starting("amitriptyline", "tricyclic_age", WARN, birth="1961-06-01"),
    starting("amitriptyline", "tricyclic_age", NONE, birth="1961-06-02"),
    starting("methocarbamol", "muscle_relaxant_age", WARN, birth="1961-06-01"),
    starting("methocarbamol", "muscle_relaxant_age", NONE, birth="1961-06-02"),
    starting("naproxen", "nsaid_age", WARN, birth="1951-06-01"),
    starting("naproxen", "nsaid_age", NONE, birth="1951-06-02"),
    starting("amitriptyline", "amitriptyline_child", STOP, birth="2020-06-02"),
    starting("amitriptyline", "amitriptyline_child", NONE, birth="2020-06-01"),
    starting("codeine", "opioid_child", STOP, birth="2014-06-02"),
    starting("codeine", "opioid_child", NONE, birth="2014-06-01"),
)

GEL = replace(takes("diclofenac"), form="topical")
LOCAL = (
    taking_it("diclofenac", "nsaid_kidney_failing", NONE, GEL, egfr(20)),
    taking_it("diclofenac", "nsaid_kidney_failing", STOP, takes("diclofenac"), egfr(20)),
)

SITUATIONS = (*SODIUM, *KIDNEY, *DOSES, *AGES, *LOCAL)
