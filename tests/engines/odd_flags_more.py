"""People whose records raise flags of sodium, overuse, doubted diagnoses, gaps, NSAIDs and late contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assuage.answers import Answer
from assuage.dates import PartialDate, Precision
from assuage.records.history import History
from assuage.records.rows import (
    ConditionState,
    EndRule,
    Observation,
    ObservationKind,
    Outcome,
    ProcedureState,
    Purpose,
    Row,
    StatementKind,
    StopReason,
)
from assuage.testing.people import PERSON_ID, day, diagnosis, drug, operation, person, says, score, supply
from engines.flag_forms import AS_OF

"""The day of review of the people drawn by hand."""

FACE, MIGRAINE, ZOSTER = map(diagnosis, ("trigeminal_neuralgia", "migraine", "postherpetic_neuralgia"))


def seen(
    name: str,
    start: str | None = None,
    kind: ObservationKind = ObservationKind.ENCOUNTER,
    present: Answer = Answer.YES,
) -> Observation:
    """A visit, an image or a finding."""
    return Observation(PERSON_ID, "", kind, name, name, present=present, start=day(start))


def sodium(value: float | None, start: str | None, unit: str | None = "mmol/L") -> Observation:
    """A value of serum sodium."""
    row = seen("sodium", start, ObservationKind.LAB)
    return replace(row, value=None if value is None else float(value), unit=unit)


def named(row: Row, record_id: str) -> Row:
    """The same row of a record that names itself."""
    return replace(row, record_id=record_id)


def odd_people() -> list[History]:
    """All that are drawn by hand."""
    families = (
        *(_sodium(), _first_responses(), _indometacin(), _gaps(), _nsaids()),
        *(_ways_to_a_specialist(), _counted(), _counted_in_part(), _supplied(), _withdrawn()),
    )
    return [person(*rows) for family in families for rows in family]


def _sodium() -> list[list[Row]]:
    taken = drug("carbamazepine", "2024-01-01", "2024-03-31", dose=800)
    stopped = drug("carbamazepine", "2020-01-01", "2020-03-31", dose=800)
    open_ended = drug("oxcarbazepine", "2024-01-01", dose=600)
    coded = [diagnosis("hyponatraemia", start) for start in ("2023-05", "2023", None)]
    over = diagnosis("hyponatraemia", "2023", state=ConditionState.RESOLVED)
    values: list[list[Row]] = [
        [sodium(124, "2024-02-01")],
        [sodium(124, "2023-11-30"), sodium(124, "2023-12-01")],
        [sodium(124, "2023-01-01")],
        [sodium(124, None), sodium(140, "2024-02-01")],
        [sodium(120, "2022"), sodium(121, "2021-03"), sodium(140, "2024-02-01")],
        [sodium(120, "2021-12-31"), sodium(119, "2021"), sodium(118, "2021-12"), sodium(130, "2022")],
        [sodium(130, "2024-02-01"), sodium(120, "2024-02-01")],
        [named(sodium(value, "2024-02-01"), "lab/1") for value in (120, 120, 118)],
        [sodium(131.5, "2024-02-01", "mEq/L")],
        [sodium(124, "2024-02-01", None)],
        [sodium(140, "2024-02-01"), coded[0]],
        [sodium(12.4, "2024-02-01", "mg/dL"), *coded],
        [sodium(None, "2024-02-01"), coded[0]],
        [sodium(124, "2024-03-01"), coded[1], over],
        [over],
    ]
    return [
        [FACE, *rows, *drugs] for rows in values for drugs in ((), (taken,), (stopped,), (open_ended,))
    ] + [[FACE, diagnosis("neuropathic_pain"), taken, sodium(130, "2024-02-01"), sodium(130, "2024-02-01")]]


def _first_responses() -> list[list[Row]]:
    none = {"outcome": Outcome.NO_EFFECT}
    full = drug("carbamazepine", "2022-01-01", "2022-03-31", dose=800, **none)
    full_too = drug("oxcarbazepine", "2022-05-01", "2022-07-31", dose=900, **none)
    unsure = drug("oxcarbazepine", "2021", None, **none)
    silent = drug("carbamazepine", "2022-01-01", "2022-01-20", dose=800, stop_reason=StopReason.NO_EFFECT)
    fallen = drug("carbamazepine", "2022-01-01", "2022-06-30", dose=800, change_percent=29.9)
    relieved = drug("oxcarbazepine", "2020-01-01", "2020-06-30", dose=900, change_percent=30.0)
    borne = drug("carbamazepine", "2022-01-01", "2022-06-30", dose=800, change_percent=5.0)
    borne = replace(borne, outcome=Outcome.INTOLERANCE)
    blurred = drug("carbamazepine", "2022-01-01", "2022-03", dose=800, **none)
    undated = drug("oxcarbazepine", dose=900, stated_days=60, **none)
    lost = drug("oxcarbazepine", "2020-01-01", "2020-06-30", dose=900, outcome=Outcome.LOST_EFFECT)
    looked = [seen("neurology", when) for when in ("2022-03-31", "2022-03-30", "2022", "2023-01-01", None)]
    stated = says(StatementKind.WORKED_UP, start="2023-06-01")
    elsewhere = says(StatementKind.WORKED_UP, start="2023-06-01", condition="migraine")
    denied = says(StatementKind.WORKED_UP, start="2023-06-01", answer=Answer.NO)
    trials: list[list[Row]] = [
        *([full], [full, full_too], [full, unsure], [unsure], [silent], [fallen], [full, relieved]),
        *([borne], [blurred], [undated, full]),
        *([full, lost], [drug("carbamazepine", None, None, dose=800, **none)]),
        [drug("carbamazepine", "2022-01-01", "2022-03-31", dose=5, unit="g/d", **none)],
        [fallen, score("nrs", 8, "2021-12-20"), score("nrs", 8, "2022-06-20")],
    ]
    settled: list[list[Row]] = [
        *([], looked, looked[:1], looked[1:3], looked[3:]),
        *([stated], [elsewhere], [denied], [stated, looked[3]]),
    ]
    return [[FACE, *rows, *more] for rows in trials for more in settled] + [
        [FACE, MIGRAINE, full, stated],
        [diagnosis("neuropathic_pain"), full],
    ]


def _indometacin() -> list[list[Row]]:
    own = [
        diagnosis("hemicrania_continua", "2021-05"),
        diagnosis("paroxysmal_hemicrania", "2021"),
        diagnosis("hemicrania_continua", None, state=ConditionState.UNCONFIRMED),
    ]
    helped = drug("indometacin", "2022-01-01", "2022-02-01", indication="headache", outcome=Outcome.EFFECTIVE)
    relieved = drug("indometacin", "2021", None, indication="migraine", change_percent=80.0)
    useless = drug("indometacin", "2022", None, outcome=Outcome.NO_EFFECT)
    tests = [
        seen("response_to_indometacin", when, ObservationKind.EXAMINATION, present)
        for when, present in ((None, Answer.YES), ("2022-03", Answer.YES), ("2022", Answer.NO))
    ]
    pains = [[MIGRAINE], [MIGRAINE, own[0]], own[:2], own[:1], own[1:2], own[2:], [MIGRAINE, own[2]], [FACE]]
    tried: list[list[Row]] = [
        [],
        [helped],
        [relieved, helped],
        [useless],
        tests,
        tests[2:],
        [useless, tests[0]],
    ]
    return [[*pain, *rows] for pain in pains for rows in tried]


def _gaps() -> list[list[Row]]:
    dates = (
        *({"start": "2023-12-06"}, {"start": "2023-12-07"}, {"start": "2023-12"}, {"start": None}),
        *({"start": None, "recorded": "2023-11"}, {"start": "2020", "state": ConditionState.UNCONFIRMED}),
    )
    images = [
        *([], [seen("mri_brain", "2023-12-24", ObservationKind.IMAGING)]),
        [seen("mri_brain", None, ObservationKind.IMAGING, Answer.NO), seen("orofacial_pain")],
        [seen("neurosurgery", present=Answer.UNKNOWN)],
    ]
    pains = ("trigeminal_neuralgia", "migraine", "cluster_headache", "fibromyalgia")
    drawn: list[list[Row]] = [
        [diagnosis(pain, **dated), *image] for pain in pains for dated in dates for image in images
    ]
    acute = drug("sumatriptan", "2024-01-01", None, purpose=Purpose.ACUTE)
    past = drug("sumatriptan", "2020-01-01", "2020-02-01", purpose=Purpose.ACUTE)
    needed = drug("ibuprofen", None, None, purpose=Purpose.UNKNOWN, as_needed=True)
    counts = [score("acute_medication_days", 4, when) for when in ("2023-12-01", "2023-11-30", "2023", None)]
    drawn += [[MIGRAINE, acute, *([count] if count else [])] for count in (None, *counts)]
    drawn += [[MIGRAINE, past], [MIGRAINE, needed, acute], [MIGRAINE, diagnosis("cluster_headache"), acute]]
    return [*drawn, [diagnosis("migraine", None), diagnosis("headache", "2019")], [FACE, FACE, FACE]]


def _nsaids() -> list[list[Row]]:
    courses = [
        drug("naproxen", "2023-01-01", end, indication=indication, **more)
        for end, indication, more in (
            *(("2023-01-14", "postherpetic_neuralgia", {}), ("2023-01-13", "postherpetic_neuralgia", {})),
            *((None, "postherpetic_neuralgia", {}), ("2023-03", None, {}), ("2023", None, {})),
            ("2023-05-01", "postherpetic_neuralgia", {"taken": Answer.NO}),
        )
    ]
    ibuprofen = drug("ibuprofen", None, None, indication="neuropathic_pain")
    other = drug("gabapentin", "2023-06-01", taken=Answer.UNKNOWN)
    drawn: list[list[Row]] = [[ZOSTER, row, *more] for row in courses for more in ([], [ibuprofen], [other])]
    several = [ZOSTER, diagnosis("painful_diabetic_neuropathy"), courses[3], ibuprofen]
    return [*drawn, several, [ZOSTER, *courses, ibuprofen], [FACE, courses[3]]]


def _ways_to_a_specialist() -> list[list[Row]]:
    begun: list[list[Row]] = [
        *([diagnosis("postherpetic_neuralgia", when)] for when in ("2020-01-01", "2020", "2023-03", None)),
        [diagnosis("postherpetic_neuralgia", None, recorded="2022-02")],
        [diagnosis("postherpetic_neuralgia", "2021"), diagnosis("migraine", "2021-12-31"), MIGRAINE],
        [diagnosis("headache", "2023-02-28"), diagnosis("epilepsy", "2010")],
        [diagnosis("headache", "2023-03-01")],
        [FACE, diagnosis("trigeminal_neuralgia", "2030")],
    ]
    visits: list[list[Row]] = [
        [],
        [seen("neurology", "2021-06-01"), seen("neurology", "2021-06-01"), seen("dentistry", "2020-02-01")],
        [seen("pain_medicine", "2021"), seen("neurosurgery", "2021-01-01"), seen("headache_medicine")],
        [seen("neurology", None)],
        [seen("neurology", "2021-06-01", present=Answer.NO)],
        [seen("neurology", "2021-06-01", ObservationKind.EXAMINATION)],
        [seen("neurology", "2024-03-15")],
    ]
    limits = [says(StatementKind.INTERFERENCE, start=when) for when in ("2023-05", None, "2023")]
    said: list[list[Row]] = [[], limits, limits[1:2], [replace(limits[0], answer=Answer.UNKNOWN)]]
    return [[*rows, *seen_by, *words] for rows in begun for seen_by in visits for words in said]


def month(back: int) -> PartialDate:
    """The calendar month so many before that of the review."""
    year, before = divmod(AS_OF.year * 12 + AS_OF.month - 1 - back, 12)
    return PartialDate(date(year, before + 1, 1), Precision.MONTH)


def counted(
    headache: float, intake: float, months: range = range(4), *, high: float | None = None
) -> list[Row]:
    """Days of headache and of intake, counted in each of these months back."""
    rows = [
        replace(score(instrument, days, None, high=high), start=month(back))
        for back in months
        for instrument, days in (("monthly_headache_days", headache), ("acute_medication_days", intake))
    ]
    return [replace(row, high=max(row.low, row.high)) for row in rows]


def _acute(*drugs: str, record_id: str = "", **fields: object) -> list[Row]:
    rows = [
        drug(one, "2023-01-01", "2024-02-20", end_rule=EndRule.ONGOING, purpose=Purpose.ACUTE, **fields)
        for one in drugs
    ]
    return [named(row, record_id) for row in rows] if record_id else rows


def _drugs_in_use() -> list[list[Row]]:
    return [
        [],
        _acute("sumatriptan"),
        _acute("ibuprofen"),
        _acute("ibuprofen", "sumatriptan"),
        _acute("rimegepant", "ibuprofen"),
        _acute("acetaminophen", "aspirin", record_id="exposure/a"),
        _acute("acetaminophen", "aspirin"),
        _acute("ibuprofen", taken=Answer.NO),
        [drug("sumatriptan", "2020-01-01", "2020-02-01", purpose=Purpose.ACUTE)],
        [drug("ibuprofen", None, None, purpose=Purpose.UNKNOWN)],
        [drug("propranolol", "2024-01-01", None, purpose=Purpose.UNKNOWN)],
        [drug("oxycodone", "2024-01-01", None, purpose=Purpose.UNKNOWN, indication="migraine")],
    ]


def _counted() -> list[list[Row]]:
    counts = [(15, 10), (15, 9), (14, 20), (20, 15), (20, 14), (20, 12)]
    return [
        [MIGRAINE, *drugs, *counted(headache, intake, months)]
        for drugs in _drugs_in_use()
        for headache, intake in counts
        for months in (range(4), range(1, 5), range(3))
    ]


def _counted_in_part() -> list[list[Row]]:
    triptan = _acute("sumatriptan")
    other = [replace(row, condition="fibromyalgia") for row in counted(20, 20, range(1))]
    mine = [replace(row, condition="headache") for row in counted(20, 20)]
    years = [replace(row, start=day("2023")) for row in counted(20, 20)]
    days = [replace(row, start=PartialDate(row.start.last)) for row in counted(20, 20)]
    fewer = counted(10, 3, range(1))
    parts: list[list[Row]] = [
        *(counted(20, 20), counted(20, 20, range(2, 6)), counted(12, 8, high=18), counted(20, 8, high=11)),
        [*years, *counted(20, 20, range(2)), *counted(20, 20, range(3, 4))],
        *(other, mine, years, [row for row in days if row.start.first <= AS_OF]),
        *([*counted(20, 20), *fewer], [*counted(20, 20, range(1, 5)), *fewer], fewer),
        [*counted(20, 20), *counted(20, 20)],
        [replace(row, start=None) for row in counted(20, 20)],
    ]
    pains: list[list[Row]] = [
        [MIGRAINE],
        [MIGRAINE, diagnosis("cluster_headache"), diagnosis("fibromyalgia")],
        [MIGRAINE, diagnosis("medication_overuse_headache", "2023-05"), ZOSTER],
        [MIGRAINE, diagnosis("medication_overuse_headache", None, state=ConditionState.RESOLVED)],
        [diagnosis("medication_overuse_headache", "2022", state=ConditionState.UNCONFIRMED)],
        [diagnosis("fibromyalgia")],
    ]
    return [[*pain, *triptan, *part] for pain in pains for part in (*parts, [])]


def _supplied() -> list[list[Row]]:
    def fills(
        ingredient: str, length: int, spacing: int, size: int, record_id: str = "", *, first: int = 100
    ) -> list[Row]:
        rows: list[Row] = []
        for number in range(size):
            start = AS_OF - timedelta(days=first - number * spacing)
            last = start + timedelta(days=length - 1)
            row = supply(ingredient, start.isoformat(), last.isoformat(), purpose=Purpose.ACUTE)
            rows.append(named(row, f"{record_id}/{number}") if record_id else row)
        return rows

    blurred = [
        replace(supply("ibuprofen", "2023-12-01", "2024-02-01", purpose=Purpose.ACUTE), start=day("2023-12")),
        replace(supply("ibuprofen", "2023-12-01", "2024-02-01", purpose=Purpose.ACUTE), end=day("2024-01")),
    ]
    supplies: list[list[Row]] = [
        *(fills("sumatriptan", 10, 30, 4), fills("sumatriptan", 9, 30, 4), fills("sumatriptan", 30, 10, 9)),
        *(fills("ibuprofen", 15, 30, 4), fills("ibuprofen", 14, 30, 4), fills("ibuprofen", 60, 20, 2)),
        fills("acetaminophen", 12, 30, 4, "a") + fills("aspirin", 12, 30, 4, "a"),
        fills("acetaminophen", 10, 30, 4) + fills("aspirin", 10, 35, 4),
        fills("ibuprofen", 16, 30, 4) + fills("sumatriptan", 10, 30, 4),
        fills("rimegepant", 30, 30, 4),
        *(fills("sumatriptan", length, 7, 4, first=50) for length in (8, 9)),
        *(
            [
                *fills("sumatriptan", 124, 1, 1, first=200),  # 13 of its days lie within the window
                *fills("sumatriptan", 6, 1, 1, first=50),
                *fills("sumatriptan", length, 1, 1, first=20),
            ]
            for length in (10, 11)
        ),
        fills("ibuprofen", 25, 30, 3, first=95) + fills("sumatriptan", 10, 25, 3, first=80),
        fills("sumatriptan", 5, 30, 4, "a") + fills("propranolol", 30, 30, 4, "a"),
        fills("sumatriptan", 10, 30, 4, "a") + fills("propranolol", 30, 30, 4, "a"),
        fills("ibuprofen", 12, 30, 4, "a") + fills("propranolol", 30, 30, 4, "a"),
        fills("sumatriptan", 20, 30, 4) + _acute("sumatriptan"),
        blurred,
        [*blurred, *blurred],
    ]
    withdrawal = operation("medication_withdrawal", "2024-02-29")
    more: list[list[Row]] = [[], counted(5, 2), counted(20, 2, range(1)), [withdrawal]]
    return [[MIGRAINE, *rows, *others] for rows in supplies for others in more]


def _withdrawn() -> list[list[Row]]:
    programmes: list[list[Row]] = [
        [operation("medication_withdrawal", when, state=state)]
        for when, state in (
            *(("2024-02-15", ProcedureState.DONE), ("2024-02-29", ProcedureState.DONE)),
            *(("2024-02", ProcedureState.DONE), (None, ProcedureState.DONE), ("2024", ProcedureState.DONE)),
            ("2024-02-29", ProcedureState.RECOMMENDED),
        )
    ]
    exact = [replace(row, start=PartialDate(row.start.first)) for row in counted(20, 20)]
    speaking: list[list[Row]] = [
        *(counted(20, 20), exact, exact[:2], counted(20, 20, range(1, 5))),
        [diagnosis("medication_overuse_headache", "2023-05")],
        [diagnosis("medication_overuse_headache", None)],
    ]
    return [[MIGRAINE, *rows, *programme] for rows in speaking for programme in programmes] + [
        [MIGRAINE, *counted(20, 20, range(1, 5)), *(row for each in programmes for row in each)]
    ]
