"""People drawn by hand whose records are where two forms could part: calendar ends, ties, hostile words."""

from __future__ import annotations

from dataclasses import replace

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.history import History
from assuage.records.rows import EndRule, Outcome, ProcedureOutcome, Purpose, StatementKind, StopReason
from assuage.testing.people import (
    adverse_event,
    allergy,
    diagnosis,
    drug,
    operation,
    person,
    says,
    score,
    still_taken,
    supply,
)

TN = diagnosis("trigeminal_neuralgia")
MIGRAINE = diagnosis("chronic_migraine")


def odd_people() -> list[History]:
    """All of them; every one has a pain condition on record."""
    return [*_at_the_ends_of_the_calendar(), *_ties(), *_conditions(), *_operations(), _hostile_words()]


def _at_the_ends_of_the_calendar() -> list[History]:
    return [
        person(
            TN,
            drug(ingredient, start, end, dose=50),
            drug(ingredient, "9999-12-30", dose=50),
            score("nrs", 8, start),
            score("nrs", 2, end),
            adverse_event(ingredient, end),
            birth="0001",
        )
        for ingredient in ("gabapentin", "botulinum_toxin_a")
        for start, end in (("0001-01-01", "9999-12-31"), ("0001", "9999"), ("1969-12-31", "1970-01-01"))
    ]


def _ties() -> list[History]:
    tied = [
        drug("baclofen", "2020-01-01", "2020-01-01", dose=20, outcome=Outcome.NO_EFFECT),
        drug("baclofen", "2020-01-01", "2020-03-30", dose=60, outcome=Outcome.EFFECTIVE),
        drug("baclofen", "2020-01-01", "2020-03-30", dose=60, change_percent=20.0),
        drug("baclofen", "2020-01-01", "2020-03-30", dose=60, change_percent=40.0),
        drug("baclofen", "2020-01", "2020-02", dose=40, end_rule=EndRule.SUPPLIED),
        drug("baclofen", "2020", dose=None),
        drug("baclofen", "2020-04-30", "2020-04-01", dose=0.0, end_rule=EndRule.SUPPLIED),
    ]
    steps = [
        replace(supply("baclofen", "2020-01-01", "2020-01-31", dose=20), record_id="treatments[1]"),
        replace(supply("baclofen", "2020-02-01", "2020-03-31", dose=60), record_id="treatments[1]"),
        replace(drug("baclofen", dose=60, stated_days=30), record_id="treatments[2]"),
        replace(drug("baclofen", dose=20, stated_days=10), record_id="treatments[2]"),
        replace(drug("baclofen", dose=40), record_id="treatments[2]"),
    ]
    units = [
        drug("fentanyl", "2020-01-01", "2020-01-30", dose=25, unit="ug/h"),
        drug("fentanyl", "2020-01-31", "2020-02-29", dose=0.6, unit="mg/d"),
        replace(drug("morphine", "2020-01-01", "2020-02-29", dose=60), dose_unit=None),
    ]
    begun_together = [
        drug(name, "2021-01-01", "2021-12-31", dose=2000, outcome=Outcome.NO_EFFECT)
        for name in ("carbamazepine", "lamotrigine", "gabapentin")
    ]
    return [person(TN, *rows) for rows in (tied, steps, units, begun_together)]


def _conditions() -> list[History]:
    worded = drug("gabapentin", "2020-01-01", "2020-06-30", dose=900, indication_text="bipolar mood")
    rows = [
        drug("amitriptyline", "2020-01-01", "2021-06-30", dose=50, indication="neuropathic_pain"),
        drug("gabapentin", "2020-01-01", "2021-06-30", dose=1800, indication="chronic_pain"),
        drug("topiramate", "2020-01-01", "2020-06-30", dose=100),
        supply("gabapentin", "2022-01-01", "2022-06-30", dose=900),
        score("nrs", 8, "2019-12-20"),
        score("nrs", 2, "2021-06-20"),
    ]
    pains = ("postherpetic_neuralgia", "neuropathic_pain", "painful_diabetic_neuropathy", "migraine")
    return [
        person(TN, worded, supply("gabapentin", "2020-07-01", "2020-09-30", dose=900)),
        person(*map(diagnosis, pains), *rows),
        person(*map(diagnosis, pains[:2]), diagnosis("epilepsy"), diagnosis("depression"), *rows),
        person(
            diagnosis("trigeminal_neuralgia", "2030-01-01"), supply("baclofen", "2020-01-01", "2020-02-01")
        ),
        person(MIGRAINE),
    ]


def _operations() -> list[History]:
    return [
        person(
            TN,
            operation("gamma_knife", "2024-01-10", ProcedureOutcome.NO_EFFECT),
            operation("mvd", "2020-05", ProcedureOutcome.RECURRENCE, recurrence="2030-01-01"),
            operation("nerve_block", "2021", ProcedureOutcome.RECURRENCE, recurrence="2021-03"),
            operation("nerve_block", None, ProcedureOutcome.PARTIAL, change_percent=35.0),
            operation("cbt", "2022-01-01", end=PartialDate.parse("2022-06-01"), sessions=12),
            operation("mvd", "2024-02-29", ProcedureOutcome.RELIEF),
            operation("mvd", "2019-01-01", indication_text="for a scalp nerve"),
        )
    ]


def _hostile_words() -> History:
    return person(
        TN,
        drug(
            "carbamazepine",
            "2020-01-01",
            "2020-02-15",
            dose=1e-7,
            stop_reason=StopReason.ADVERSE_EVENT,
            adverse_event='"rash", \\ \t and\nmore: é 中 \u2028 {}',
        ),
        drug("baclofen", "2020-03-01", "2020-05-15", dose=1e17, purpose=Purpose.UNKNOWN, as_needed=True),
        still_taken("phenytoin", "2019-01-01", "2024-02-20", dose=250, taken=Answer.UNKNOWN),
        adverse_event("baclofen", "2020-05-16", "dizzy; 'DROP TABLE'"),
        allergy("lamotrigine"),
        says(StatementKind.NEVER_TRIED, "all"),
        says(StatementKind.CONTRAINDICATED, "carbamazepine", condition="epilepsy"),
    )
