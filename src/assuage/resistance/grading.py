"""How sure the diagnosis itself is: graded beside the verdicts, deciding none of them.

Neuropathic pain by the NeuPSIG system of 2016, trigeminal neuralgia by aetiology (Cruccu 2016), and
chronic pain as primary or secondary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from assuage.answers import Answer, all_of, any_of
from assuage.codes.conditions import belongs_to
from assuage.records.history import History
from assuage.records.rows import Observation, StatementKind
from assuage.resistance.definitions.shared import NOT_NEUPSIG
from assuage.resistance.model import Finding

NEUPSIG = "neupsig-grading-2016"
AETIOLOGY = "tn-aetiology-2016"
PRIMARY = "chronic-primary-pain"

SECONDARY_CAUSES = (
    "multiple_sclerosis",
    "intracranial_tumour",
    "meningioma",
    "schwannoma",
    "epidermoid_cyst",
    "pituitary_tumour",
)
"""What makes trigeminal neuralgia secondary once it is on record."""


def system_of(condition: str) -> str | None:
    """The system by which a condition is graded; None for one without."""
    if belongs_to(condition, "trigeminal_neuralgia"):
        return AETIOLOGY
    if belongs_to(condition, "neuropathic_pain") and condition not in NOT_NEUPSIG:
        return NEUPSIG
    if belongs_to(condition, "chronic_pain") or belongs_to(condition, "fibromyalgia"):
        return PRIMARY
    return None


def grade(history: History, condition: str) -> tuple[Finding, ...]:
    """The findings that grade one condition; none for a condition without a grading system."""
    system = system_of(condition)
    return _GRADED_BY[system](history, condition) if system else ()


def _neupsig(history: History, condition: str) -> tuple[Finding, ...]:
    """Possible, probable, definite (Finnerup 2016): each grade needs the one before it.

    A condition key narrower than "neuropathic pain" names its lesion or disease. Where a test confirms
    the lesion and signs are not shown, the grade stays probable.
    """
    lesion = Answer.of(True if condition != "neuropathic_pain" else None)
    distribution, signs, test = (
        _observed(history, name) for name in ("plausible_distribution", "sensory_signs", "confirmatory_test")
    )
    possible = lesion & distribution
    grades = {
        "possible": possible,
        "probable": possible & (signs | test),
        "definite": all_of((possible, signs, test)),
    }
    facts = {
        "lesion_or_disease": lesion,
        "plausible_distribution": distribution,
        "sensory_signs": signs,
        "confirmatory_test": test,
    }
    records = _records(history, facts)
    return tuple(
        _finding(history, condition, NEUPSIG, name, answer, f"neuropathic_pain_{name}", facts, records)
        for name, answer in grades.items()
    )


def _aetiology(history: History, condition: str) -> tuple[Finding, ...]:
    """Secondary to a disease; else classical by a root that is changed by a vessel; else idiopathic.

    Mere contact of a vessel does not make it classical. Without imaging none of the three is known.
    """
    known_cause = any(row.condition in SECONDARY_CAUSES for row in history.condition)
    seen = any_of(_observed(history, name) for name in ("demyelinating_lesion", "mass_lesion"))
    secondary = Answer.YES if known_cause else seen if _any_observed(history, "mri_brain") else Answer.UNKNOWN
    compression = _observed(history, "neurovascular_compression_morphological")
    words = {
        "secondary": secondary,
        "classical": ~secondary & compression,
        "idiopathic": ~secondary & ~compression,
    }
    facts = {
        "mri_brain": _observed(history, "mri_brain"),
        "neurovascular_compression_morphological": compression,
    }
    causes = tuple(row.record_id for row in history.condition if row.condition in SECONDARY_CAUSES)
    records = (*causes, *_records(history, [*facts, "demyelinating_lesion", "mass_lesion"]))
    return tuple(
        _finding(history, condition, AETIOLOGY, name, answer, f"trigeminal_{name}", facts, records)
        for name, answer in words.items()
    )


def is_primary_by_diagnosis(condition: str) -> bool:
    """Whether the diagnosis itself is one of chronic primary pain."""
    return any(belongs_to(condition, key) for key in ("chronic_primary_pain", "fibromyalgia"))


def _primary(history: History, condition: str) -> tuple[Finding, ...]:
    """Chronic primary pain: by diagnosis, or by clinicians' word that nothing else explains it better.

    Where some say so and others deny it, the answer is unknown.
    """
    said = [row for row in history.statement if row.kind is StatementKind.CHRONIC_PRIMARY]
    answer = Answer.YES if is_primary_by_diagnosis(condition) else _agreed(row.answer for row in said)
    facts = {"chronic_primary_statement": answer}
    records = tuple(row.record_id for row in said)
    return (_finding(history, condition, PRIMARY, "primary", answer, "chronic_pain_primary", facts, records),)


_GRADED_BY: Mapping[str, Callable[[History, str], tuple[Finding, ...]]] = {
    NEUPSIG: _neupsig,
    AETIOLOGY: _aetiology,
    PRIMARY: _primary,
}


def _finding(
    history: History,
    condition: str,
    system: str,
    name: str,
    answer: Answer,
    reason: str,
    facts: dict[str, Answer],
    records: tuple[str, ...],
) -> Finding:
    open_facts = tuple(fact for fact, known in facts.items() if known is Answer.UNKNOWN)
    return Finding(
        history.person.person_id,
        condition,
        system,
        name,
        answer,
        reason,
        missing=open_facts if answer is Answer.UNKNOWN else (),
        evidence=tuple(dict.fromkeys(records)),
        decides=False,
    )


def _named(history: History, name: str) -> list[Observation]:
    return [row for row in history.observation if row.name == name]


def _any_observed(history: History, name: str) -> bool:
    return bool(_named(history, name))


def _observed(history: History, name: str) -> Answer:
    """Whether an examination or imaging finding is present; disagreeing records leave it unknown."""
    return _agreed(row.present for row in _named(history, name))


def _agreed(answers: Iterable[Answer]) -> Answer:
    words = set(answers)
    return words.pop() if len(words) == 1 else Answer.UNKNOWN


def _records(history: History, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(row.record_id for name in names for row in _named(history, name))
