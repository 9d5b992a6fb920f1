"""The review of that person by hand, with all that a page can show.

Nothing here is computed by the rules, so that the pages are tested by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.flags.model import Flag, FlagState, Urgency
from assuage.followup import follow_up
from assuage.records.history import History
from assuage.records.read_report import ReadReport
from assuage.records.rows import Person
from assuage.report import CellRule, ClinicSummary, PersonReport
from assuage.resistance.definition import Definition
from assuage.resistance.model import (
    CountsAs,
    Finding,
    Judgement,
    Review,
    TrialCode,
    Verdict,
    VerdictWord,
)
from assuage.resistance.trial_rules import TrialRules
from assuage.sources import Provenance, Source
from assuage.trials.model import TreatmentTrial
from report.worked_history import (
    AS_OF,
    BACLOFEN,
    CARBAMAZEPINE,
    DECOMPRESSION,
    HISTORY,
    ID,
    LAMOTRIGINE,
    OXCARBAZEPINE,
    PHENYTOIN,
    PREGABALIN,
    TN,
    day,
    told,
)
from report.worked_options import CONCERNS, NO_OPTIONS, OPTIONS

SOURCES = {
    "bendtsen2019": Source(
        "bendtsen2019",
        "EAN guideline on trigeminal neuralgia, 2019",
        "https://doi.org/10.1111/ene.13950",
        "10.1111/ene.13950",
    ),
    "sodium-guide": Source("sodium-guide", "A guideline on sodium", "https://example.org/sodium"),
    "finnerup2016": Source("finnerup2016", "NeuPSIG grading", "https://example.org/neupsig"),
    "cruccu2016": Source("cruccu2016", "Aetiology of trigeminal neuralgia", "https://example.org/tn"),
    "assuage": Source("assuage", "Conventions of this project", "docs/conventions.md"),
    "odd": Source("odd", "A source with an address that is no web address", "javascript:alert(1)"),
}


@dataclass(frozen=True)
class Asked:
    """A criterion as far as a page knows it."""

    id: str
    title: str
    provenance: Provenance
    decides: bool = True


RULES = TrialRules(response_percent=50, days=28, target_doses={})
EAN_PLACE = told("bendtsen2019", "abstract, recommendations on surgery", verified=False)
EAN = Definition(
    "tn-ean2019",
    "Surgery-ready trigeminal neuralgia, as the EAN guideline of 2019 reads",
    "resistance",
    EAN_PLACE,
    True,
    (TN,),
    (),
    RULES,
    (
        Asked("diagnosis", "Trigeminal neuralgia is diagnosed", EAN_PLACE),
        Asked(
            "first_choice",
            "Carbamazepine or oxcarbazepine failed, was not tolerated or is contraindicated",
            EAN_PLACE,
        ),
        Asked(
            "uncontrolled",
            "Pain is not sufficiently controlled now",
            told("assuage", "uncontrolled, 28 days", published=False),
        ),
    ),
    notes=("The guideline gives no number of drugs and no length of a trial.",),
)
EAN = replace(EAN, variants=(replace(EAN, id="tn-ean2019+longer", title="with trials of eight weeks"),))
STRICT_PLACE = told("assuage", "trigeminal neuralgia, strict", published=False)
STRICT = Definition(
    "tn-convention-strict",
    "Trigeminal neuralgia that two drugs have not helped",
    "resistance",
    STRICT_PLACE,
    False,
    (TN,),
    (),
    RULES,
    (
        Asked(
            "two_failed", "Both sodium-channel blockers failed, or one and a second-line drug", STRICT_PLACE
        ),
        Asked("second_line", "A second-line drug had an adequate trial", told("odd", "nowhere")),
    ),
)
ELIGIBLE = replace(
    STRICT,
    id="nct03111277",
    title="Eligibility for the study NCT03111277",
    kind="eligibility",
    published=True,
)
DEFINITIONS = {part.id: part for part in (EAN, STRICT, ELIGIBLE)}

TRIALS = (CARBAMAZEPINE, OXCARBAZEPINE, LAMOTRIGINE, BACLOFEN, PREGABALIN, PHENYTOIN, DECOMPRESSION)


def judged(
    trial: TreatmentTrial,
    definition: str,
    code: TrialCode,
    counts_as: CountsAs,
    reason: str,
    *values: tuple[str, str | float],
) -> Judgement:
    unknown = Answer.UNKNOWN
    return Judgement(
        ID, trial.trial_id, definition, unknown, unknown, unknown, code, counts_as, reason, values
    )


def judgements(definition: str) -> tuple[Judgement, ...]:
    failed, kept, unknown = CountsAs.FAILED, CountsAs.NOT_FAILED, CountsAs.UNKNOWN
    return (
        judged(CARBAMAZEPINE, definition, TrialCode.LOSS_OF_EFFECT, failed, "lost_effect"),
        judged(
            OXCARBAZEPINE,
            definition,
            TrialCode.INTOLERANCE,
            failed,
            "stopped_adverse_event",
            ("event", "hyponatraemia"),
        ),
        judged(LAMOTRIGINE, definition, TrialCode.UNDETERMINED, unknown, "outcome_unknown"),
        judged(
            BACLOFEN, definition, TrialCode.UNDETERMINED, unknown, "stated_partial", ("needed_percent", 50.0)
        ),
        judged(PREGABALIN, definition, TrialCode.UNDETERMINED, unknown, "indication_unknown"),
        judged(PHENYTOIN, definition, TrialCode.NONRESPONSE, unknown, "length_unknown", ("needed_days", 28)),
        judged(DECOMPRESSION, definition, TrialCode.RECURRENCE, kept, "procedure_recurrence"),
    )


def found(
    definition: str,
    criterion: str,
    answer: Answer,
    reason: str,
    *values: tuple[str, str | float],
    missing: tuple[str, ...] = (),
    evidence: tuple[str, ...] = (),
    decides: bool = True,
) -> Finding:
    return Finding(ID, TN, definition, criterion, answer, reason, values, missing, evidence, decides)


FINDINGS = (
    found(
        "tn-ean2019", "diagnosis", Answer.YES, "diagnosis_recorded", ("name", TN), evidence=("Condition/tn",)
    ),
    found(
        "tn-ean2019",
        "first_choice",
        Answer.YES,
        "failed_enough",
        ("count", 2),
        ("needed", 1),
        ("failed", "carbamazepine, oxcarbazepine"),
        ("possible", 2),
        evidence=(*CARBAMAZEPINE.evidence, *OXCARBAZEPINE.evidence),
    ),
    found(
        "tn-ean2019",
        "uncontrolled",
        Answer.YES,
        "pain_at_least",
        ("value", 6),
        ("needed", 4),
        ("date", "2024-06-12"),
        evidence=("Observation/nrs-2024-06-12",),
    ),
    found(
        "tn-ean2019",
        "longer",
        Answer.UNKNOWN,
        "variant_unknown",
        ("variant", "with trials of eight weeks"),
        decides=False,
    ),
    found(
        "tn-convention-strict",
        "two_failed",
        Answer.YES,
        "failed_enough",
        ("count", 2),
        ("needed", 2),
        ("failed", "carbamazepine, oxcarbazepine"),
        ("possible", 2),
        evidence=OXCARBAZEPINE.evidence,
    ),
    found(
        "tn-convention-strict",
        "second_line",
        Answer.UNKNOWN,
        "failed_open",
        ("count", 0),
        ("possible", 2),
        ("needed", 1),
        ("failed", ""),
        missing=("dose_unknown:lamotrigine", "length_unknown:lamotrigine", "length_unknown:phenytoin"),
    ),
    found(
        "tn-aetiology-2016",
        "classical",
        Answer.UNKNOWN,
        "trigeminal_classical",
        missing=("mri_brain",),
        decides=False,
    ),
    found(
        "nct03111277",
        "two_failed",
        Answer.NO,
        "failed_too_few",
        ("possible", 2),
        ("needed", 3),
        ("failed", "carbamazepine, oxcarbazepine"),
    ),
)


def verdict(definition: str, word: VerdictWord, *missing: str) -> Verdict:
    kind = DEFINITIONS[definition].kind
    return Verdict(ID, TN, definition, kind, None, AS_OF, word, missing, (), 0.72, "2026.11")


REVIEW = Review(
    person_id=ID,
    as_of=AS_OF,
    market=None,
    conditions=(TN,),
    first_pain_record=date(2019, 2, 25),
    first_specialist_contact=date(2020, 11, 24),
    completeness=0.72,
    trials=TRIALS,
    judgements=tuple(line for definition in DEFINITIONS for line in judgements(definition)),
    findings=FINDINGS,
    verdicts=(
        verdict("tn-ean2019", VerdictWord.MET),
        verdict(
            "tn-convention-strict",
            VerdictWord.UNKNOWN,
            "dose_unknown:lamotrigine",
            "length_unknown:lamotrigine",
            "length_unknown:phenytoin",
        ),
        verdict("nct03111277", VerdictWord.NOT_MET),
    ),
)


def flagged(
    flag: str,
    urgency: Urgency,
    state: FlagState,
    reason: str,
    *values: tuple[str, str | float],
    since: PartialDate | None = None,
    condition: str | None = TN,
    source: Provenance = EAN_PLACE,
) -> Flag:
    return Flag(ID, flag, condition, urgency, state, since, reason, values, ("Observation/na",), source)


FLAGS = (
    flagged(
        "low_sodium",
        Urgency.URGENT,
        FlagState.OPEN,
        "sodium_severe",
        ("value", 121),
        ("needed", 125),
        since=day("2024-06-11"),
        condition=None,
        source=told("sodium-guide", "table 1"),
    ),
    flagged("hearing_loss", Urgency.LOOK, FlagState.OPEN, "hearing_loss", since=day("2023")),
    flagged(
        "late_specialist_contact",
        Urgency.NOTE,
        FlagState.OPEN,
        "late_specialist_contact",
        ("days", 638),
        ("needed_days", 365),
    ),
    flagged("intracranial_tumour", Urgency.URGENT, FlagState.WORKED_UP, "cause_worked_up"),
)
FLAGGED = replace(
    REVIEW,
    flags=FLAGS,
    verdicts=tuple(
        replace(
            line,
            held_back_by=("low_sodium",),
            verdict=VerdictWord.UNKNOWN if line.verdict is VerdictWord.MET else line.verdict,
        )
        for line in REVIEW.verdicts
    ),
)
"""The same person with a sodium so low that the verdict waits for it."""


def nobody_known() -> tuple[Review, History]:
    """A person of whom nothing but the id is on record."""
    history = History(person=Person("nobody", "Patient/2"))
    return Review("nobody", AS_OF, None, (), None, None, 0.0, (), (), (), ()), history


def report(review: Review, history: History = HISTORY) -> PersonReport:
    """A review with the options worked by hand; none for somebody without a pain condition."""
    left = OPTIONS if review.conditions else NO_OPTIONS
    concerns = CONCERNS if review.conditions else ()
    return PersonReport(review, history, left, concerns, follow_up(history, as_of=review.as_of))


def clinic() -> ClinicSummary:
    """A clinic of a few people who differ in their verdicts."""
    report = ReadReport()
    report.count_read("Condition", 61)
    report.count_read("MedicationRequest", 148)
    report.count_skipped("MedicationRequest", "no date", "MedicationRequest.ndjson line 12", 3)
    summary = ClinicSummary("fhir", AS_OF, DEFINITIONS, people_read=14, read_report=report.lines())
    words = (VerdictWord.MET, VerdictWord.UNKNOWN, VerdictWord.NOT_MET)
    for place in range(9):
        person_id = f"person-{place}"
        verdicts = tuple(
            replace(line, person_id=person_id, verdict=words[place % 3] if number else words[place // 3])
            for number, line in enumerate(REVIEW.verdicts)
        )
        review = replace(
            REVIEW,
            person_id=person_id,
            verdicts=verdicts,
            completeness=place / 8,
            flags=FLAGS[:1] if place == 7 else FLAGS[1:3] if place > 5 else (),
        )
        summary.tally.add(review, Person(person_id, "Patient/x", birth=day(str(1940 + 6 * place))))
    return summary


def empty_clinic() -> ClinicSummary:
    """A source in which nobody has a pain condition."""
    return ClinicSummary("history", None, DEFINITIONS)


def hiding_clinic() -> ClinicSummary:
    """The same few people, where counts of fewer than five are hidden."""
    summary = clinic()
    summary.cells = CellRule(5)
    return summary
