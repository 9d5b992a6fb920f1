"""The ground of a plan: the diagnosis, what is ruled out, and everything that was tried for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from assuage.synth.chance import Chance
from assuage.synth.illnesses import DIABETES, SECOND_PAIN
from assuage.synth.knowledge import rates
from assuage.synth.pains import Named, PainKind, Patient
from assuage.synth.plan import Course, Diagnosis, Finding, Lab, Operation
from assuage.synth.sequences import Tried, plan_sequence


@dataclass
class Draft:
    """What grows around the plan of one pain; `difficult` is pain that few treatments help."""

    kind: PainKind
    diagnosis: Diagnosis
    difficult: bool
    tried: Tried
    courses: list[Course]
    operations: list[Operation]
    others: list[Diagnosis] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    labs: list[Lab] = field(default_factory=list)
    red_flags: list[str] = field(default_factory=list)
    told_contraindicated: tuple[tuple[str, str], ...] = ()
    contraindicated: frozenset[str] = frozenset()
    overuse: bool = False


def begin_draft(chance: Chance, kind: PainKind) -> Draft:
    """Diagnosis, contraindication, and everything that was tried."""
    key, name, code = _condition(chance, kind)
    ruled_out = kind.contraindicating if chance.hits("contraindicated") else None
    without = ruled_out[2] if ruled_out else frozenset[str]()
    difficult = chance.hits("difficult")
    order = kind.order(chance, Patient(key, difficult, without))
    tried = plan_sequence(chance, order, key, kind.habits, difficult=difficult, operate=kind.operate)
    first = min(one.day for one in tried.courses)
    draft = Draft(
        kind,
        Diagnosis(key, name, code, first - chance.between(30, 900)),
        difficult,
        tried,
        [*tried.courses],
        [*tried.operations],
        contraindicated=without,
    )
    if ruled_out:
        _add_contraindication(draft, ruled_out[0], ruled_out[1])
    if key == "painful_diabetic_neuropathy":
        draft.others.append(Diagnosis(*DIABETES, draft.diagnosis.day - 2000))
    if chance.hits("second_pain") and kind.group in ("trigeminal", "migraine", "neuropathic"):
        draft.others.append(Diagnosis(*SECOND_PAIN, -chance.between(300, 3000)))
    return draft


def _condition(chance: Chance, kind: PainKind) -> Named:
    """Kinds of neuropathic pain at their rates, the others evenly."""
    if kind.group != "neuropathic":
        return chance.one_of(kind.conditions)
    draw = chance.random.random()
    for condition in kind.conditions:
        draw -= rates()[f"neuropathic_{condition[0]}"]
        if draw < 0:
            return condition
    return kind.conditions[-1]


def _add_contraindication(draft: Draft, cause: Named, named: tuple[str, ...]) -> None:
    key, name, code = cause
    if code:
        draft.others.append(Diagnosis(key, name, code, draft.diagnosis.day - 1000))
    else:
        draft.findings.append(Finding("genes", name, True, draft.diagnosis.day))
    draft.told_contraindicated = tuple((treatment, name) for treatment in named)
