"""What is left for one person, as lines for a terminal and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from assuage.answers import Answer
from assuage.options import ConditionOptions, Holding, PersonOptions, Reason, TreatmentOption
from assuage.options.evidence import Claim
from assuage.report.record_text import neutralised
from assuage.report.wording import Words, capitalized, words
from assuage.safety import Concern, Severity
from assuage.sources import sources

FORMAT = "assuage-options/1"
SAFETY = frozenset({"safety_hard_stop", "safety_warning", "check_first"})
"""Reasons that the concern behind them says better."""
SUPPORT = "assuage supports decisions; it does not make them."
NOT_REVIEWED = "Not reviewed by a clinician. * = not verified in the source."


def option_lines(found: PersonOptions) -> Iterator[str]:
    """Every option in the order of its ladder, with its reasons and what speaks for and against it."""
    catalogue = words()
    for each in found.conditions:
        yield from _condition_lines(each, catalogue)
    yield ""
    yield NOT_REVIEWED
    yield SUPPORT


def _condition_lines(each: ConditionOptions, catalogue: Words) -> Iterator[str]:
    yield catalogue.condition(each.condition)
    if each.ladder is None:
        yield "  No ladder of treatments for this condition has been read, so no option is listed."
        return
    for flag in each.comes_first:
        yield f"  Comes first: {catalogue.label('flag', flag)}."
    for treatment in each.works_now:
        yield f"  Works now: {catalogue.treatment(treatment)}."
    for warning in each.sequence:
        yield f"  Sequence: {catalogue.reason(warning.reason_code, warning.reason_values)}"
    for step, options in groupby(each.options, key=lambda option: option.step):
        yield f"  {catalogue.label('ladder_step', step)}"
        for option in options:
            yield from _option_lines(option, catalogue)


def _option_lines(option: TreatmentOption, catalogue: Words) -> Iterator[str]:
    standing = catalogue.label("option_standing", option.standing)
    yield f"    {option.name}: {standing}. {_reason(_main(option), catalogue)}"
    for reason in option.because:
        if reason.reason_code not in SAFETY:
            yield f"      {_reason(reason, catalogue)}"
    for concern in option.concerns:
        if concern.answer is Answer.YES or concern.severity is Severity.HARD_STOP:
            yield f"      {_concern(concern, catalogue)}"
    for claim in option.claims:
        yield f"      {catalogue.label('claim_says', claim.says)}: {_claim(claim, catalogue)}"
    held = [_held(one, catalogue) for one in option.needs if one.on_record]
    wanted = [catalogue.label("need", one.need) for one in option.needs if not one.on_record]
    if held:
        yield f"      On record: {'; '.join(held)}."
    if wanted:
        yield f"      Not on record: {'; '.join(wanted)}."


def _main(option: TreatmentOption) -> Reason:
    return Reason(option.reason_code, option.reason_values, option.evidence, option.missing)


def _reason(reason: Reason, catalogue: Words) -> str:
    said = capitalized(neutralised(catalogue.reason(reason.reason_code, reason.reason_values)))
    if reason.provenance is None:
        return said
    return f"{said} [{reason.provenance.source}{'' if reason.provenance.verified else '*'}]"


def _concern(concern: Concern, catalogue: Words) -> str:
    said = neutralised(catalogue.reason(concern.reason_code, concern.reason_values))
    wanted = "; ".join(catalogue.missing_facts(concern.missing))
    weight = catalogue.label("concern_severity", concern.severity)
    settle = ""
    if concern.answer is Answer.UNKNOWN:
        weight, settle = f"possible {weight}", f" To be known first: {wanted}."
    of = catalogue.treatment(concern.treatment)
    return f"{capitalized(weight)}, {of}: {said}{settle} [{concern.source}{_star(concern)}]"


def _star(of: Concern | Claim) -> str:
    return "" if of.provenance.verified else "*"


def _claim(claim: Claim, catalogue: Words) -> str:
    who = f"{claim.by}, " if claim.by else ""
    kind = catalogue.label("claim_kind", claim.kind)
    return f"{claim.sentence} ({who}{kind}; {claim.provenance.source}{_star(claim)})"


def _held(holding: Holding, catalogue: Words) -> str:
    """A need with the date of each record of it, and the relief where it is a block or a trial."""
    told = []
    for entry in holding.entries:
        when = str(entry.start) if entry.start else "no date"
        relief = "" if entry.relief_percent is None else f", {entry.relief_percent:g} % relief"
        value = "" if entry.value is None else f", {entry.value:g} {entry.unit or ''}".rstrip()
        told.append(f"{when}{value}{relief}, {catalogue.label('answer', entry.found).lower()}")
    return f"{catalogue.label('need', holding.need)} ({'; '.join(told)})"


def options_to_json(found: PersonOptions) -> dict[str, Any]:
    """The same as plain values: codes with their values, and every source with its address."""
    return {
        "format": FORMAT,
        "person_id": found.person_id,
        "as_of": found.as_of.isoformat(),
        "market": found.market,
        "conditions": [
            {
                "condition": each.condition,
                "ladder": each.ladder,
                "comes_first": list(each.comes_first),
                "works_now": list(each.works_now),
                "sequence": [
                    {"reason_code": one.reason_code, "reason_values": dict(one.reason_values)}
                    for one in each.sequence
                ],
                "options": [_option_to_json(option) for option in each.options],
            }
            for each in found.conditions
        ],
    }


def _option_to_json(option: TreatmentOption) -> dict[str, Any]:
    return {
        "option": option.option,
        "name": option.name,
        "kind": option.kind,
        "step": option.step,
        "standing": str(option.standing),
        "reason_code": option.reason_code,
        "reason_values": dict(option.reason_values),
        "missing": list(option.missing),
        "evidence": list(option.evidence),
        "evidence_grade": option.evidence_grade,
        "source": option.source,
        "because": [
            {
                "reason_code": one.reason_code,
                "reason_values": dict(one.reason_values),
                "missing": list(one.missing),
                "evidence": list(one.evidence),
                "source": one.provenance.source if one.provenance else None,
            }
            for one in option.because
        ],
        "claims": [_claim_to_json(claim) for claim in option.claims],
        "needs": [{"need": one.need, "on_record": one.on_record} for one in option.needs],
        "concerns": [
            {
                "rule": one.rule,
                "treatment": one.treatment,
                "severity": str(one.severity),
                "answer": str(one.answer),
                "missing": list(one.missing),
                "source": one.source,
            }
            for one in option.concerns
        ],
    }


def _claim_to_json(claim: Claim) -> dict[str, Any]:
    source = sources()[claim.provenance.source]
    return {
        "kind": claim.kind,
        "says": claim.says,
        "by": claim.by,
        "text": claim.sentence,
        "numbers": claim.numbers or {},
        "source": source.key,
        "address": source.doi or source.url,
        "verified": claim.provenance.verified,
        "reviewed_by": claim.provenance.reviewed_by,
    }
