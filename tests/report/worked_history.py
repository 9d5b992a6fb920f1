"""A made-up person with trigeminal neuralgia: what the records say, and the trials made of it."""

from __future__ import annotations

from datetime import date

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.history import History
from assuage.records.rows import (
    Condition,
    ConditionState,
    EndRule,
    Outcome,
    Person,
    Purpose,
    Score,
    Sex,
    Statement,
    StatementKind,
    StopReason,
)
from assuage.sources import Provenance
from assuage.trials.model import DoseStep, Indication, TreatmentTrial, TrialKind

AS_OF = date(2024, 6, 30)
ID = "MRN-0042-Example"
TN = "trigeminal_neuralgia"


def told(source: str, place: str, *, verified: bool = True, published: bool = True) -> Provenance:
    return Provenance(source, place, date(2026, 11, 22), verified, None, published)


def day(text: str) -> PartialDate:
    return PartialDate.parse(text)


def step(dose: float | None, start: str, days: int | None) -> DoseStep:
    return DoseStep(dose, date.fromisoformat(start), days)


CARBAMAZEPINE = TreatmentTrial(
    ID,
    "carbamazepine",
    "sodium_channel_blocker",
    TrialKind.DRUG,
    TN,
    Indication.STATED,
    purpose=Purpose.PREVENTIVE,
    taken=Answer.YES,
    start=day("2019-03-04"),
    end=day("2020-11-16"),
    end_rule=EndRule.STATED,
    days=624,
    running=Answer.NO,
    dose_unit="mg/d",
    dose_steps=(
        step(200, "2019-03-04", 28),
        step(400, "2019-04-01", 122),
        step(800, "2019-08-01", 244),
        step(1200, "2020-04-01", 230),
    ),
    outcome=Outcome.LOST_EFFECT,
    change_percent=25.0,
    change_basis="scores",
    stop_reason=StopReason.NO_EFFECT,
    evidence=(
        "MedicationRequest/cbz-1",
        "MedicationRequest/cbz-2",
        "MedicationRequest/cbz-3",
        "MedicationRequest/cbz-4",
    ),
)
OXCARBAZEPINE = TreatmentTrial(
    ID,
    "oxcarbazepine",
    "sodium_channel_blocker",
    TrialKind.DRUG,
    TN,
    Indication.STATED,
    purpose=Purpose.PREVENTIVE,
    taken=Answer.YES,
    start=day("2020-12-01"),
    end=day("2021-09-27"),
    end_rule=EndRule.SUPPLIED,
    days=301,
    running=Answer.NO,
    dose_unit="mg/d",
    dose_steps=(step(300, "2020-12-01", 30), step(600, "2020-12-31", 271)),
    outcome=Outcome.INTOLERANCE,
    change_percent=50.0,
    change_basis="scores",
    stop_reason=StopReason.ADVERSE_EVENT,
    adverse_event="hyponatraemia",
    max_tolerated=True,
    evidence=("MedicationRequest/oxc-1", "AdverseEvent/na-1"),
)
LAMOTRIGINE = TreatmentTrial(
    ID,
    "lamotrigine",
    "sodium_channel_blocker",
    TrialKind.DRUG,
    TN,
    Indication.PRESUMED,
    start=day("2021-11"),
    end_rule=EndRule.UNKNOWN,
    evidence=("MedicationRequest/ltg-1",),
)
BACLOFEN = TreatmentTrial(
    ID,
    "baclofen",
    "muscle_relaxant",
    TrialKind.DRUG,
    TN,
    Indication.STATED,
    purpose=Purpose.PREVENTIVE,
    taken=Answer.YES,
    start=day("2023-12-04"),
    end=day("2024-06-20"),
    end_rule=EndRule.ONGOING,
    days=200,
    running=Answer.YES,
    dose_unit="mg/d",
    dose_steps=(step(15, "2023-12-04", 60), step(30, "2024-02-02", 140)),
    outcome=Outcome.PARTIAL,
    evidence=("MedicationStatement/bac-1",),
)
PREGABALIN = TreatmentTrial(
    ID,
    "pregabalin",
    "gabapentinoid",
    TrialKind.DRUG,
    None,
    Indication.UNKNOWN,
    start=day("2022-05-10"),
    end_rule=EndRule.ACTIVE_ORDER,
    dose_unit="mg/d",
    days=90,
    dose_steps=(step(150, "2022-05-10", None),),
    evidence=("MedicationRequest/pgb-1",),
)
PHENYTOIN = TreatmentTrial(
    ID,
    "phenytoin",
    "sodium_channel_blocker",
    TrialKind.DRUG,
    TN,
    Indication.STATED,
    taken=Answer.YES,
    dose_unit="mg/d",
    dose_steps=(DoseStep(300, None, None),),
    outcome=Outcome.NO_EFFECT,
    evidence=("treatments[4] line 31",),
)
DECOMPRESSION = TreatmentTrial(
    ID,
    "mvd",
    "decompression",
    TrialKind.PROCEDURE,
    TN,
    Indication.STATED,
    taken=Answer.YES,
    start=day("2022-02-15"),
    end=day("2022-02-15"),
    end_rule=EndRule.STATED,
    outcome=Outcome.LOST_EFFECT,
    recurrence=day("2023-09"),
    evidence=("Procedure/mvd-1",),
)

RATINGS = [
    ("2019-02-25", 8, 8), ("2019-06-12", 4, 4), ("2019-12-03", 3, 3), ("2020-10-20", 6, 7),
    ("2020-11-24", 8, 8), ("2021-03-02", 4, 4), ("2022-01-20", 8, 9), ("2022-04-01", 0, 0),
    ("2023-02-08", 1, 1), ("2023-10-11", 7, 7), ("2024-06-12", 6, 6),
]  # fmt: skip
GRADES = [("2022-01-20", 4), ("2022-04-01", 1), ("2024-06-12", 4)]

HISTORY = History(
    person=Person(ID, "Patient/1", birth=day("1951"), sex=Sex.FEMALE),
    condition=(
        Condition(
            ID,
            "Condition/tn",
            TN,
            "Trigeminal neuralgia, right V2 and V3",
            "G50.0",
            "icd10cm",
            start=day("2019-02"),
            state=ConditionState.ACTIVE,
        ),
    ),
    score=(
        *(Score(ID, f"Observation/nrs-{at}", "nrs", low, high, day(at), TN) for at, low, high in RATINGS),
        Score(ID, "Observation/vas-1", "vas_mm", 72, 72, day("2022-01-20"), TN),
        *(Score(ID, f"Observation/bni-{at}", "bni_pain", grade, grade, day(at), TN) for at, grade in GRADES),
    ),
    statement=(
        Statement(
            ID,
            "Communication/letter-1",
            StatementKind.UNCONTROLLED,
            condition=TN,
            text="Pain still wakes her every night",
            author="neurosurgery clinic",
            start=day("2024-06-12"),
        ),
    ),
)
