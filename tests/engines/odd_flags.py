"""People whose records raise red flags, and flags of causes, of mood and of the skin, in every state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assuage.answers import Answer
from assuage.flags.rules import Sign, signs
from assuage.records.history import History
from assuage.records.rows import (
    Condition,
    ConditionState,
    EndRule,
    Observation,
    ObservationKind,
    Outcome,
    Purpose,
    Row,
    StatementKind,
)
from assuage.testing.people import (
    PERSON_ID,
    adverse_event,
    day,
    diagnosis,
    drug,
    operation,
    person,
    says,
    score,
    still_taken,
)

"""The day of review of the people drawn here."""

_SIGNS_OF = {
    "red_flags": "migraine",
    "secondary_trigeminal": "trigeminal_neuralgia",
    "intracranial": "trigeminal_neuralgia",
    "giant_cell_arteritis": "migraine",
    "cauda_equina": "radiculopathy",
}
"""The families whose flags are signs, each with a pain that they speak of."""

_LOOKED_INTO = says(StatementKind.WORKED_UP, start="2024-02-10")
_MRI = "mri_brain"


def odd_flags() -> list[History]:
    """All of them; every one has a pain condition on record."""
    drawn = [
        *_every_sign(),
        *_days_of_signs(),
        *_onsets(),
        *_causes(),
        *_arteritis(),
        *_spine(),
        *_moods(),
        *_skins(),
    ]
    return [person(*rows, birth=birth) for rows, birth in drawn]


def resistant_but_flagged() -> list[History]:
    """Nerve pain that no drug helped, with nothing, one thing or several that come first; and overuse."""
    tried = [
        drug(name, f"{year}-01-01", f"{year}-08-31", dose=dose, outcome=Outcome.NO_EFFECT)
        for name, year, dose in (("carbamazepine", 2020, 1200), ("oxcarbazepine", 2021, 1800))
    ]
    face = [diagnosis("trigeminal_neuralgia"), *tried, says(StatementKind.UNCONTROLLED, start="2024-02-27")]
    numb, low_mood = seen("sensory_loss_trigeminal", "2024-02-01"), score("phq9_item9", 1, "2024-02-01")
    other_pain = [diagnosis("radiculopathy"), seen("bladder_dysfunction", "2024-02-01")]
    first: list[list[Row]] = [
        [],
        [numb],
        [seen("bilateral_pain", "2024-02-01")],
        [low_mood, numb, diagnosis("intracranial_tumour", "2023"), diagnosis("sjs_ten", "2021-05-05")],
        other_pain,
        [*other_pain, low_mood],
    ]
    counted = [
        score(name, 16, f"2024-{month:02}" if month < 3 else f"2023-{month}")
        for name in ("monthly_headache_days", "acute_medication_days")
        for month in (1, 2, 10, 11, 12)
    ]
    overused = drug("sumatriptan", "2023-01-01", "2024-02-29", purpose=Purpose.ACUTE)
    head = [diagnosis("chronic_migraine"), *counted, overused, seen("papilloedema", "2024-02-01")]
    return [*(person(*face, *rows) for rows in first), person(*head), person(*head, *face, low_mood)]


Drawn = tuple[Sequence[Row], str | None]
"""Someone's records, and the birth."""

_SIXTY, _EIGHTY, _FORTY = "1960-03", "1940", "1984"


def seen(
    name: str,
    start: str | None = None,
    kind: ObservationKind = ObservationKind.EXAMINATION,
    present: Answer = Answer.YES,
) -> Observation:
    """A finding, an image, a test or a visit."""
    return Observation(PERSON_ID, "", kind, name, name, present=present, start=day(start))


def _fact(sign: Sign, start: str | None) -> list[Condition | Observation]:
    """What makes a sign: a finding, and a diagnosis, where it can be made by one."""
    found = [seen(name, start) for name in sorted(sign.findings)[-1:]]
    return [*found, *(diagnosis(key, start) for key in sign.diagnoses[:1])]


def _over(fact: Condition | Observation) -> Row:
    if isinstance(fact, Condition):
        return replace(fact, state=ConditionState.RESOLVED)
    return replace(fact, present=Answer.NO, start=day("2024-02-20"))


def _every_sign() -> list[Drawn]:
    """Each sign open, looked into, seen to be gone and, of a diagnosis, over; with two pains it speaks of."""
    people: list[Sequence[Row]] = []
    for family, pain in _SIGNS_OF.items():
        for sign in signs(family):
            for fact in _fact(sign, "2024-02-01"):
                over = _over(fact)
                gone = [over] if isinstance(fact, Condition) else [fact, over]
                images = [
                    seen(name, "2024-02-05", ObservationKind.IMAGING) for name in sorted(sign.settled_by)
                ]
                raised: list[list[Row]] = [[fact], [fact, *images], [fact, _LOOKED_INTO], gone]
                people += [[diagnosis(pain), diagnosis("chronic_low_back_pain"), *rows] for rows in raised]
    return [(rows, _SIXTY) for rows in people]


def _days_of_signs() -> list[Drawn]:
    """Signs and what settles them on one day, by halves of a date, without a day, and long ago."""
    pains = (diagnosis("migraine"), diagnosis("cluster_headache"))
    days = ("2024-02-01", "2024-02", "2024", "2023-11-30", "2023-12-01", "2020", None)
    found = [[seen("fever", start)] for start in days] + [
        [seen("fever", "2024-02-01"), seen("weight_loss", start)] for start in days
    ]
    found += [[seen("autonomic_features", start, ObservationKind.DEVICE)] for start in days]
    found += [[seen("autonomic_features", start)] for start in days]
    settled: list[list[Row]] = [
        [],
        [seen("crp", start, ObservationKind.LAB) for start in days],
        [seen("crp", "2024-02-01", ObservationKind.LAB, Answer.NO)],
        [seen("esr", "2024-02-01", ObservationKind.LAB), seen("crp", "2024-02-02", ObservationKind.LAB)],
        [seen("fever", start, present=Answer.NO) for start in days],
        [seen("fever", "2024-02-02", present=Answer.UNKNOWN)],
        [says(StatementKind.CHRONIC_PRIMARY, start="2024-02-01", condition="headache")],
        [says(StatementKind.WORKED_UP, start="2024-02-01", condition="chronic_migraine")],
        [says(StatementKind.WORKED_UP, start="2024-02-01", answer=Answer.NO)],
    ]
    return [([*pains, *facts, *rows], None) for facts in found for rows in settled]


def _onsets() -> list[Drawn]:
    """Beginnings at every age, in doubt, twice, or not on record; looked into and not."""
    begun: list[list[Row]] = [
        [diagnosis(pain, start, state=state)]
        for pain in ("migraine", "trigeminal_neuralgia", "temporomandibular_disorder")
        for start in ("2024-01-10", "2024", "2023-12-01", "2010-03", "2010", "1990", None, "2024-02-29")
        for state in (ConditionState.ACTIVE, ConditionState.UNCONFIRMED)
    ]
    begun += [
        [
            diagnosis("migraine", "2024-01-10"),
            diagnosis("headache", "1985"),
            diagnosis("headache", "1985-01"),
        ],
        [diagnosis("migraine", "2024-01-10"), diagnosis("cluster_headache", "2024-01-10")],
    ]
    settled: list[list[Row]] = [
        [],
        [seen(_MRI, "2024-02-29", ObservationKind.IMAGING), seen("esr", "2024-02-29", ObservationKind.LAB)],
        [seen("esr", "2024-02-29", ObservationKind.LAB), drug("prednisolone", "2024-02")],
        [seen("esr", "2024-02-20", ObservationKind.LAB), drug("prednisolone", "2024-02-21")],
        [seen("esr", "2024-02-20", ObservationKind.LAB), drug("prednisolone", taken=Answer.NO)],
        [seen("crp", "2024-02-20", ObservationKind.LAB), drug("prednisolone")],
        [says(StatementKind.WORKED_UP, start="2024-02-29")],
    ]

    return [([*rows, *more], _SIXTY) for rows in begun for more in settled] + [
        ([*rows, *more], birth) for rows in begun for more in settled[:2] for birth in (_EIGHTY, _FORTY, None)
    ]


def _causes() -> list[Drawn]:
    """Causes treated by word and by kind, followed up with and without pain assessed, in doubt, over."""
    doubt = ConditionState.UNCONFIRMED
    tumour = diagnosis("intracranial_tumour", "2023-05")
    facts: list[list[Row]] = [
        [tumour],
        [replace(tumour, state=doubt)],
        [replace(tumour, state=ConditionState.RESOLVED), seen("mass_lesion", "2023-06-01")],
        [tumour, seen("mass_lesion", None, ObservationKind.IMAGING)],
        [tumour, diagnosis("intracranial_tumour", None, recorded="2023"), seen("mass_lesion", "2023-06-01")],
        [diagnosis("multiple_sclerosis", "2020"), seen("demyelinating_lesion", "2021")],
        [diagnosis("multiple_sclerosis", None, state=doubt), diagnosis("optic_neuritis", "2021")],
        [diagnosis("multiple_sclerosis", "2022", state=doubt), diagnosis("multiple_sclerosis", "2023-04")],
        [seen("sensory_loss_trigeminal", "2023-06"), seen("abnormal_trigeminal_reflexes")],
    ]
    settled: list[list[Row]] = [
        [],
        [operation("tumour_resection", "2023-06-01")],
        [operation("tumour_resection", "2023-05-30"), operation("mvd", indication="intracranial_tumour")],
        [drug("dexamethasone", indication="intracranial_tumour")],
        [drug("dexamethasone", indication="intracranial_tumour", taken=Answer.NO)],
        [seen(_MRI, "2023-06-01", ObservationKind.IMAGING)],
        [seen(_MRI, "2023-06-01", ObservationKind.IMAGING), score("nrs", 3, "2023-06-02")],
        [seen("neurology", "2023-08", ObservationKind.ENCOUNTER), score("nrs", 3, "2024-02-29")],
        [
            seen(_MRI, "2023-06-01", ObservationKind.IMAGING),
            says(StatementKind.UNCONTROLLED, start="2023-07", condition="migraine"),
            score("hit6", 60, "2023-08", condition="trigeminal_neuralgia"),
        ],
        [_LOOKED_INTO],
        [operation("gamma_knife", "2023-01-01"), operation("percutaneous_balloon_compression", "2022")],
    ]
    pains: list[list[Row]] = [
        [diagnosis("trigeminal_neuralgia"), diagnosis("migraine")],
        [diagnosis("trigeminal_neuralgia", "2030-01-01")],
        [diagnosis("fibromyalgia")],
    ]
    return [([*pain, *rows, *more], None) for pain in pains for rows in facts for more in settled]


def _arteritis() -> list[Drawn]:
    """The diagnosis untreated, treated, with and without pain assessed since; and over."""
    arteritis = diagnosis("giant_cell_arteritis", "2023-05-10", recorded="2023-05-20")
    facts: list[list[Row]] = [
        [arteritis],
        [arteritis, replace(arteritis, start=None)],
        [replace(arteritis, start=None, recorded=None)],
        [replace(arteritis, state=ConditionState.RESOLVED)],
        [replace(arteritis, state=ConditionState.RESOLVED), diagnosis("giant_cell_arteritis", "2022")],
    ]
    given: list[list[Row]] = [
        [],
        [drug("prednisolone", "2023-05-09")],
        [drug("prednisolone", "2023-05"), drug("prednisone", "2023-07-01")],
        [
            drug("prednisolone", "2023-07-01", indication="giant_cell_arteritis"),
            drug("prednisone", "2023-05"),
        ],
        [drug("prednisolone", indication="giant_cell_arteritis")],
        [operation("mvd", "2023-06-01", indication="giant_cell_arteritis")],
        [says(StatementKind.WORKED_UP, start="2023-05-10")],
    ]
    assessed: list[list[Row]] = [
        [],
        [score("nrs", 2, "2023-06-15")],
        [
            score("nrs", 2, "2023-08-01", condition="migraine"),
            says(StatementKind.CONTROLLED, start="2023-09"),
        ],
    ]
    pains: list[list[Row]] = [
        [diagnosis("migraine"), diagnosis("temporomandibular_disorder")],
        [diagnosis("migraine", "2030")],
    ]
    return [
        ([*pain, *rows, *drugs, *scores], _SIXTY)
        for pain in pains
        for rows in facts
        for drugs in given
        for scores in assessed
    ]


def _spine() -> list[Drawn]:
    """Signs of the cord, with a pain of the spine, another one, and none under review; operated and not."""
    facts: list[list[Row]] = [
        [seen("saddle_anaesthesia", "2024-01-01"), seen("bladder_dysfunction", "2024-01")],
        [seen("motor_deficit", "2024-01-01")],
        [diagnosis("cauda_equina_syndrome", "2024-01-01"), diagnosis("spinal_cord_compression", None)],
    ]
    done: list[list[Row]] = [
        [],
        [operation("spine_surgery", "2024-01-31"), operation("spine_surgery", "2024-01-01")],
        [operation("spine_surgery", "2023-01-01", indication="cauda_equina_syndrome")],
        [seen("neurology", "2024-01-02", ObservationKind.ENCOUNTER), operation("spine_surgery", "2024")],
    ]
    pains: list[list[Row]] = [
        [diagnosis("radiculopathy"), diagnosis("chronic_neck_pain")],
        [diagnosis("migraine")],
        [diagnosis("radiculopathy", "2030")],
    ]
    return [([*pain, *rows, *more], None) for pain in pains for rows in facts for more in done]


def _moods() -> list[Drawn]:
    """The ninth item above zero and back, by ranges, on one day, and without one; with a visit and not."""
    readings: list[list[Row]] = [
        [score("phq9_item9", low, start, high=high) for low, high, start in rows]
        for rows in (
            ((1, 1, "2024-01-01"),),
            ((0, 0, "2024-01-01"),),
            ((0, 1, "2023"), (2, 2, "2024-01-01")),
            ((1, 1, "2024-01-01"), (0, 0, "2024-01-02")),
            ((1, 1, "2024-01"), (0, 0, "2024-01-31")),
            ((3, 3, "2024-01-01"), (0, 0, "2024-01-01")),
            ((3, 3, None), (0, 0, "2024-02-01")),
            ((3, 3, "2023-01-01"), (1, 1, None), (0, 0, "2024-02-01")),
            ((3, 3, "2023-01-01"), (0, 0, None)),
        )
    ]
    visits = [("2023-12-31", "2024-01"), ("2024-01-01",), ("2024-02-01", None), ()]
    return [
        (
            [
                diagnosis("fibromyalgia"),
                *rows,
                *(seen("psychiatry", start, ObservationKind.ENCOUNTER) for start in starts),
            ],
            None,
        )
        for rows in readings
        for starts in visits
    ]


def _skins() -> list[Drawn]:
    """Rashes and severe reactions, by diagnosis, word and sight, under drugs of before, now and later."""
    drugs: list[list[Row]] = [
        [],
        [drug("carbamazepine", "2022-01-01", "2022-02-15")],
        [still_taken("carbamazepine", "2023-01-01", "2024-02-20"), drug("lamotrigine", "2023-06")],
        [drug("carbamazepine", "2022-01-01", "2022-02-15", adverse_event="itchy rash"), drug("phenytoin")],
        [drug("lamotrigine", "2022-01-01", "2022-02-15", adverse_event="Stevens-Johnson syndrome")],
        [drug("lamotrigine", "2022-01", "2022-02", end_rule=EndRule.SUPPLIED, adverse_event="dizziness")],
    ]
    reactions: list[list[Row]] = [
        [],
        [seen("rash", "2022-02-01"), seen("rash", "2022-02")],
        [seen("rash", None), seen("rash", "2022-02-01", present=Answer.NO)],
        [
            adverse_event("carbamazepine", "2022-02-14"),
            adverse_event("lamotrigine", "2023-06-05", "exanthema"),
        ],
        [adverse_event("carbamazepine", "2022-02-14", "toxic epidermal necrolysis")],
        [adverse_event("carbamazepine", "2022-02-14", "possible SJS")],
        [replace(adverse_event("lamotrigine", "2022-01-10", "SJS"), ingredient=None)],
        [diagnosis("sjs_ten", "2022-02-10", state=ConditionState.RESOLVED)],
        [diagnosis("sjs_ten", "2022-02"), diagnosis("sjs_ten", None, recorded="2021")],
    ]
    pains: list[list[Row]] = [
        [diagnosis("trigeminal_neuralgia")],
        [diagnosis("trigeminal_neuralgia"), diagnosis("migraine")],
    ]
    return [([*pain, *taken, *rows], None) for pain in pains for taken in drugs for rows in reactions]
