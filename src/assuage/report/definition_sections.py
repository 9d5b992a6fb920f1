"""Each definition's answer for one person: its card, its criteria, and the trials as it judges them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assuage.answers import Answer
from assuage.report.citations import Citation, Sources
from assuage.report.flag_rows import FlagRows
from assuage.report.trial_rows import TrialRow
from assuage.report.wording import Words
from assuage.resistance.definition import Definition
from assuage.resistance.model import Finding, Judgement, Review, Verdict, VerdictWord
from assuage.sources import Provenance


@dataclass(frozen=True)
class CriterionRow:
    """One criterion's answer as a page shows it."""

    title: str
    answer: Answer
    answer_words: str
    reason: str
    missing: tuple[str, ...]
    evidence: tuple[str, ...]
    citation: Citation | None


@dataclass(frozen=True)
class JudgementRow:
    """What one trial counts as under the definition."""

    trial: TrialRow
    counts_as: str
    counts_as_words: str
    code: str
    reason: str
    asked: str  # whether dose and length were enough, and whether it helped


@dataclass(frozen=True)
class WaitingFor:
    """A flag that a verdict waits for, and where on the page it stands; `anchor` may be empty."""

    flag: str
    anchor: str


@dataclass(frozen=True)
class DefinitionSection:
    """One verdict with all that stands behind it."""

    anchor: str
    title: str
    short: str
    condition: str
    is_eligibility: bool
    published: bool
    reviewed_by: str | None
    citation: Citation
    verdict: VerdictWord
    verdict_words: str
    waits_for: tuple[WaitingFor, ...]
    reason: str
    missing: tuple[str, ...]
    criteria: tuple[CriterionRow, ...]
    beside: tuple[CriterionRow, ...]  # shown, do not decide
    judgements: tuple[JudgementRow, ...]
    notes: tuple[str, ...]
    market: str | None


@dataclass(frozen=True)
class _Page:
    """What every section of one page refers to."""

    of_trial: Mapping[str, TrialRow]
    flags: FlagRows
    sources: Sources
    words: Words


def definition_sections(
    review: Review,
    definitions: Mapping[str, Definition],
    rows: Sequence[TrialRow],
    flags: FlagRows,
    sources: Sources,
    words: Words,
) -> tuple[DefinitionSection, ...]:
    """One section per verdict whose definition is known: resistance first; in each kind the undecided."""
    page = _Page({row.trial.trial_id: row for row in rows}, flags, sources, words)
    verdicts = [verdict for verdict in review.verdicts if verdict.definition in definitions]
    return tuple(
        _section(f"definition-{place}", verdict, definitions[verdict.definition], review, page)
        for place, verdict in enumerate(sorted(verdicts, key=_order), start=1)
    )


_UNDECIDED_FIRST = (VerdictWord.UNKNOWN, VerdictWord.MET, VerdictWord.NOT_MET)


def _order(verdict: Verdict) -> tuple[bool, int]:
    return verdict.kind == "eligibility", _UNDECIDED_FIRST.index(verdict.verdict)


def _section(
    anchor: str, verdict: Verdict, definition: Definition, review: Review, page: _Page
) -> DefinitionSection:
    sources, words = page.sources, page.words
    findings = _in_order(verdict, definition, review.findings)
    deciding = [finding for finding in findings if finding.decides]
    is_eligibility = definition.kind == "eligibility"
    missing = words.missing_facts(verdict.missing)
    citation = sources.cite(definition.provenance)
    criteria = [criterion_row(finding, definition, sources, words) for finding in findings]
    return DefinitionSection(
        anchor=anchor,
        title=definition.title,
        short=words.label("definition", definition.id),
        condition=words.condition(verdict.condition),
        is_eligibility=is_eligibility,
        published=definition.published,
        reviewed_by=definition.provenance.reviewed_by,
        citation=citation,
        verdict=verdict.verdict,
        verdict_words=words.label("eligibility" if is_eligibility else "verdict", verdict.verdict),
        waits_for=tuple(
            WaitingFor(words.label("flag", flag), page.flags.anchor_of(flag, verdict.condition))
            for flag in verdict.held_back_by
        ),
        reason=_one_sentence(verdict, deciding, words),
        missing=missing,
        criteria=tuple(row for row, finding in zip(criteria, findings, strict=True) if finding.decides),
        beside=tuple(row for row, finding in zip(criteria, findings, strict=True) if not finding.decides),
        judgements=_judgement_rows(verdict, review.judgements, page.of_trial, words),
        notes=tuple(definition.notes),
        market=verdict.market,
    )


def _in_order(verdict: Verdict, definition: Definition, findings: Iterable[Finding]) -> list[Finding]:
    """The findings behind a verdict, in the order in which the definition lists its criteria."""
    place = {criterion.id: number for number, criterion in enumerate(definition.criteria)}
    own = [
        finding
        for finding in findings
        if finding.definition == verdict.definition and finding.condition == verdict.condition
    ]
    return sorted(own, key=lambda finding: (place.get(finding.criterion, len(place)), finding.criterion))


_OF_TREATMENTS = frozenset({"failed_enough", "by_statement"})


def _one_sentence(verdict: Verdict, deciding: Sequence[Finding], words: Words) -> str:
    """Why, in a sentence: the finding that decides it; of a verdict met, what speaks of the treatments."""
    answer = {
        VerdictWord.MET: Answer.YES,
        VerdictWord.NOT_MET: Answer.NO,
        VerdictWord.UNKNOWN: Answer.UNKNOWN,
    }[verdict.verdict]
    telling = [finding for finding in deciding if finding.answer is answer]
    if not telling:
        return words.label("page", "held_back" if verdict.held_back_by and deciding else "no_findings")
    if verdict.verdict is VerdictWord.MET:
        telling.sort(key=lambda finding: finding.reason_code not in _OF_TREATMENTS)
    return words.reason(telling[0].reason_code, telling[0].reason_values)


def criterion_row(
    finding: Finding, definition: Definition | None, sources: Sources, words: Words
) -> CriterionRow:
    """The row of a finding; one that belongs to no definition cites nothing of its own."""
    asked = _asked(finding.criterion, definition) if definition else None
    return CriterionRow(
        title=asked[0] if asked else words.label("criterion", finding.criterion).capitalize(),
        answer=finding.answer,
        answer_words=words.label("answer", finding.answer),
        reason=words.reason(finding.reason_code, finding.reason_values),
        missing=words.missing_facts(finding.missing),
        evidence=finding.evidence,
        citation=sources.cite(asked[1]) if asked else None,
    )


def _asked(criterion: str, definition: Definition) -> tuple[str, Provenance] | None:
    """Title and provenance of a criterion, or of a variant, whose findings leave out the definition's id."""
    for part in definition.criteria:
        if part.id == criterion:
            return part.title, part.provenance
    for variant in definition.variants:
        if variant.id == f"{definition.id}+{criterion}":
            return variant.title.capitalize(), variant.provenance
    return None


def _asked_of_trial(judgement: Judgement, words: Words) -> str:
    dose, length, response = (
        words.label("answer", answer).lower()
        for answer in (judgement.dose_ok, judgement.duration_ok, judgement.responded)
    )
    return f"dose adequate: {dose}; long enough: {length}; responded: {response}"


def _judgement_rows(
    verdict: Verdict, judgements: Iterable[Judgement], of_trial: Mapping[str, TrialRow], words: Words
) -> tuple[JudgementRow, ...]:
    """The trials for the verdict's condition."""
    rows = [
        JudgementRow(
            trial=of_trial[judgement.trial_id],
            counts_as=judgement.counts_as,
            counts_as_words=words.label("counts_as", judgement.counts_as),
            code=words.label("trial_code", judgement.code),
            reason=words.reason(judgement.reason_code, judgement.reason_values),
            asked=_asked_of_trial(judgement, words),
        )
        for judgement in judgements
        if judgement.definition == verdict.definition
        and judgement.trial_id in of_trial
        and of_trial[judgement.trial_id].trial.condition == verdict.condition
    ]
    return tuple(sorted(rows, key=lambda row: row.trial.number))
