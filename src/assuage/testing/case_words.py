"""The general vocabulary of published case reports: what their words say about a treatment.

No rule here knows a case: each is a word that any report may use.
"""

from __future__ import annotations

import re

from assuage.records.rows import Outcome, ProcedureOutcome, ProcedureState, Purpose

_ACUTE = re.compile(r"\bas needed\b|\bprn\b|\bacute\b|\brescue\b|\bemergency\b", re.IGNORECASE)
_TEST = re.compile(r"\bdiagnostic test\b|\btest dose\b", re.IGNORECASE)
_PREVENTIVE = re.compile(r"\bpreventi(?:ve|on)|\bprophyla", re.IGNORECASE)
_AS_NEEDED = re.compile(r"\bas needed\b|\bprn\b", re.IGNORECASE)

_FAILED = re.compile(
    r"\bfail(?:ed|ure)|\bnot respond|\bno response\b|\bnot (?:sufficiently )?controlled\b"
    r"|\binsufficient|\binadequate|\bsuboptimal|\bresistant\b|\brefractory\b|\bpersisted\b",
    re.IGNORECASE,
)
_CONVENTIONAL = re.compile(
    r"\bconventional\b|\bstandard\b|\bfirst[- ]line\b|\ball\b[^.;]*\b(?:drug|medic|treatment|therap)",
    re.IGNORECASE,
)
_DOSE_HELD_BACK = re.compile(
    r"(?:increas|higher|titrat|rais|escalat)[^.;]*(?:refus|limit|prevent|not tolerated|stopped)"
    r"|(?:refus|limit|prevent)[^.;]*(?:increas|higher|titrat|rais|escalat)",
    re.IGNORECASE,
)
_FOR = re.compile(r"\bfor (?:presumed |suspected )?([^(),;]+)", re.IGNORECASE)
_CAUSE = re.compile(r"\b(?:secondary to|due to|caused by|on a background of)\s+([^(),;]+)", re.IGNORECASE)
_PAIN_ITSELF = re.compile(r"(?:the |this |relief of |chronic )?(?:pain|headache|relief)", re.IGNORECASE)
_RESOLVED = re.compile(r"\b(?:excised|resected|resolved|healed)\b", re.IGNORECASE)
_AFTER_THE_INDEX_TREATMENT = re.compile(r"^(?:after|on|during)\b|\bfollow-up\b", re.IGNORECASE)

_DEPOT_DOSE = re.compile(r"(\d+(?:\.\d+)?) ?mg ?/ ?(?:month|28 ?d)", re.IGNORECASE)
_UNITS = re.compile(r"(\d+(?:\.\d+)?) ?(?:U|IU|units)\b")
_SESSIONS = re.compile(r"(\d+) (?:daily |weekly )?sessions\b", re.IGNORECASE)

# the first that matches decides
_PROCEDURE_OUTCOMES: tuple[tuple[re.Pattern[str], ProcedureOutcome], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), outcome)
    for pattern, outcome in (
        (r"\bnot (?:recorded|stated|reported)\b|\brecommended\b|\bbattery\b", ProcedureOutcome.UNKNOWN),
        (r"\b(?:no|inadequate|insufficient)\b[^.;]*\bcoverage\b", ProcedureOutcome.NOT_ASSESSABLE),
        (
            r"\bfail(?:ed|ure)\b|\bineffective\b|\bdid not\b|\bwithout (?:effect|relief|benefit)\b"
            r"|\bno (?:\w+ )?(?:effect|relief|change|improvement|benefit|response)\b",
            ProcedureOutcome.NO_EFFECT,
        ),
        (r"\bpartial", ProcedureOutcome.PARTIAL),
        (
            r"\brelie[fv]|\bimprove|\bpain[- ]free\b|\bdecreased?\b|\breduc(?:ed|tion)\b|\btemporary\b",
            ProcedureOutcome.RELIEF,
        ),
    )
)
_DRUG_OUTCOMES = {
    ProcedureOutcome.RELIEF: Outcome.EFFECTIVE,
    ProcedureOutcome.PARTIAL: Outcome.PARTIAL,
    ProcedureOutcome.NO_EFFECT: Outcome.NO_EFFECT,
}


def purpose(name: str, reason: str) -> Purpose:
    """What a drug was for: the name of the entry first, then the words of its result."""
    for words in (name, reason):
        if _TEST.search(words):
            return Purpose.TEST
        if _ACUTE.search(words):
            return Purpose.ACUTE
        if _PREVENTIVE.search(words):
            return Purpose.PREVENTIVE
    return Purpose.UNKNOWN


def as_needed(name: str) -> bool:
    """Whether a drug was taken only when needed."""
    return _AS_NEEDED.search(name) is not None


def says_failed(words: str) -> bool:
    """Whether the words say that a treatment failed, for whatever reason."""
    return _FAILED.search(words) is not None


def says_conventional(words: str) -> bool:
    """Whether unnamed treatments are called the conventional ones, or all of them."""
    return _CONVENTIONAL.search(words) is not None


def dose_held_back(words: str) -> bool:
    """Whether a higher dose was refused or limited."""
    return _DOSE_HELD_BACK.search(words) is not None


def stated_indication(name: str) -> str | None:
    """What an entry says it was for; None where it says nothing but the pain itself."""
    match = _FOR.search(name)
    if match is None or _PAIN_ITSELF.fullmatch(match.group(1).strip()):
        return None
    return match.group(1).strip()


def stated_cause(name: str) -> str | None:
    """The cause that a diagnosis names."""
    match = _CAUSE.search(name)
    return match.group(1).strip() if match else None


def is_resolved(name: str) -> bool:
    """Whether a diagnosis is said to be over."""
    return _RESOLVED.search(name) is not None


def lies_after_treatment(index_point: str) -> bool:
    """Whether the index point looks back on what happened in month 0."""
    return _AFTER_THE_INDEX_TREATMENT.search(index_point) is not None


def depot_dose(name: str) -> str | None:
    """The monthly dose printed in a depot drug's name."""
    match = _DEPOT_DOSE.search(name)
    return f"{match.group(1)} mg/28d" if match else None


def toxin_dose(name: str) -> str | None:
    """The units printed in the name of a toxin treatment."""
    match = _UNITS.search(name)
    return f"{match.group(1)} U/session" if match else None


def sessions(name: str) -> int | None:
    """The number of sessions printed in a treatment's name."""
    match = _SESSIONS.search(name)
    return int(match.group(1)) if match else None


def procedure_outcome(words: str) -> ProcedureOutcome:
    """What a procedure did, unknown where no general word says so."""
    for pattern, outcome in _PROCEDURE_OUTCOMES:
        if pattern.search(words):
            return outcome
    return ProcedureOutcome.UNKNOWN


def drug_outcome(words: str) -> Outcome:
    """The same, for a drug that a report lists among the procedures."""
    return _DRUG_OUTCOMES.get(procedure_outcome(words), Outcome.UNKNOWN)


def procedure_state(words: str) -> ProcedureState:
    """Whether it was done, only recommended, or refused."""
    if re.search(r"\brecommended\b", words, re.IGNORECASE):
        return ProcedureState.RECOMMENDED
    if re.search(r"\b(?:refused|declined)\b", words, re.IGNORECASE):
        return ProcedureState.REFUSED
    return ProcedureState.DONE


def removed_for_another_reason(words: str) -> bool:
    """Whether a device came out for a reason other than lack of effect."""
    return re.search(r"\bbattery\b|\binfection\b|\bhardware\b", words, re.IGNORECASE) is not None
