"""One person's review as a FHIR R4 Bundle: diagnoses, answers, warnings, what is left, and its sources.

What the rules found carries codes of this project's own (`urn:assuage:...`) and no printed name in its code,
so that no reader can take an answer of ours for a finding of somebody. What it says stands in its narrative.
Form: https://hl7.org/fhir/R4/
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from markupsafe import escape

from assuage import __version__
from assuage.answers import Answer
from assuage.codes.conditions import concepts
from assuage.codes.systems import uri_of
from assuage.flags.model import Flag, FlagState
from assuage.options import OptionStanding, TreatmentOption
from assuage.records.rows import Condition, ConditionState, Person
from assuage.report.addresses import person_mark
from assuage.report.person_report import PersonReport
from assuage.report.record_text import neutralised
from assuage.report.wording import Words, capitalized, words
from assuage.resistance.model import Finding, Verdict, VerdictWord
from assuage.safety import Concern, Severity
from assuage.sources import sources

Json = dict[str, Any]

_SPACE = uuid.UUID("6f2c1c0e-5d57-5b0a-9d0e-6d1f0f5b7c11")
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_KINDS = {"drug": "MedicationRequest", "referral": "Appointment"}
_SUPPORT = "Made by software to support a decision; it does not make one. Not reviewed by a clinician."


def review_bundle(report: PersonReport, *, recorded: datetime) -> Json:
    """A collection Bundle of one person; `recorded` is when it was made, with its time zone.

    Raises ValueError for a time without a zone, which FHIR's instant can't carry.
    """
    if recorded.tzinfo is None:
        message = "the time of making has no time zone; FHIR's instant needs one"
        raise ValueError(message)
    made: Json = _harmless(_Bundle(report, words()).made(recorded))
    return made


def _harmless(value: Any) -> Any:
    """The same with every text neutralised: as a whole, so that no value gets past."""
    if isinstance(value, dict):
        return {name: _harmless(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_harmless(part) for part in value]
    return neutralised(value) if isinstance(value, str) else value


class _Bundle:
    """Puts one person's resources together; an id follows from the person's mark and what it names."""

    def __init__(self, report: PersonReport, catalogue: Words) -> None:
        self._report, self._words = report, catalogue
        self._mark = person_mark(report.review.person_id)
        self._as_of = report.review.as_of.isoformat()
        self._subject = self._reference("Patient", "")
        self._conditions = [
            (row, self._id("Condition", row.record_id, row.condition)) for row in report.history.condition
        ]

    def made(self, recorded: datetime) -> Json:
        made = [
            self._patient(self._report.history.person),
            self._device(),
            *(self._condition(row, key) for row, key in self._conditions),
            *(self._verdict(verdict) for verdict in self._report.review.verdicts),
            *(self._finding(finding) for finding in self._report.review.findings),
            *(self._flag(flag) for flag in self._report.review.flags),
            *(self._issue(concern) for concern in self._report.concerns),
            *self._care_plans(),
        ]
        every = {one["id"]: one for one in made}
        provenance = self._provenance(recorded, every)
        return {
            "resourceType": "Bundle",
            "id": self._id("Bundle", self._as_of),
            "type": "collection",
            "timestamp": _instant(recorded),
            "entry": [
                {"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in (*every.values(), provenance)
            ],
        }

    # --- the person, the software, the diagnoses

    def _patient(self, person: Person) -> Json:
        body: Json = {
            "resourceType": "Patient",
            "id": self._id("Patient", ""),
            "identifier": [{"value": person.person_id}],
            "gender": str(person.sex),
        }
        return body | ({"birthDate": str(person.birth)} if person.birth else {})

    def _device(self) -> Json:
        return {
            "resourceType": "Device",
            "id": self._id("Device", __version__),
            "deviceName": [{"name": "assuage", "type": "model-name"}],
            "version": [{"value": __version__}],
        }

    def _condition(self, row: Condition, key: str) -> Json:
        body: Json = {
            "resourceType": "Condition",
            "id": key,
            "code": _concept_of(row),
            "subject": self._subject,
        }
        state = {ConditionState.ACTIVE: "active", ConditionState.RESOLVED: "resolved"}.get(row.state)
        if state:
            body["clinicalStatus"] = {"coding": [{"system": _CLINICAL, "code": state}]}
        if row.state is ConditionState.UNCONFIRMED:
            body["verificationStatus"] = {"coding": [{"system": _VERIFICATION, "code": "unconfirmed"}]}
        for name, day in (
            ("onsetDateTime", row.start),
            ("abatementDateTime", row.end),
            ("recordedDate", row.recorded),
        ):
            if day is not None:
                body[name] = str(day)
        return body

    # --- what the rules found

    def _verdict(self, verdict: Verdict) -> Json:
        name = self._words.label("definition", verdict.definition)
        group = "eligibility" if verdict.kind == "eligibility" else "verdict"
        lines = [f"{name}: {self._words.label(group, verdict.verdict)}."]
        lines += [f"Missing: {fact}." for fact in self._words.missing_facts(verdict.missing)]
        lines += [f"Comes first: {self._words.label('flag', flag)}." for flag in verdict.held_back_by]
        answer = None if verdict.verdict is VerdictWord.UNKNOWN else str(verdict.verdict)
        body = self._observation("verdict", verdict.definition, answer, verdict.condition, lines)
        members = [
            self._reference("Observation", self._finding_key(finding))
            for finding in self._report.review.findings
            if (finding.definition, finding.condition) == (verdict.definition, verdict.condition)
        ]
        return body | ({"hasMember": members} if members else {})

    def _finding(self, finding: Finding) -> Json:
        lines = [self._words.reason(finding.reason_code, finding.reason_values)]
        lines += [f"Missing: {fact}." for fact in self._words.missing_facts(finding.missing)]
        answer = None if finding.answer is Answer.UNKNOWN else str(finding.answer)
        body = self._observation(
            "criterion", f"{finding.definition}/{finding.criterion}", answer, finding.condition, lines
        )
        return body | _rests_on(finding.evidence, "derivedFrom")

    def _finding_key(self, finding: Finding) -> str:
        return f"criterion/{finding.definition}/{finding.criterion}/{finding.condition}"

    def _observation(
        self, kind: str, code: str, answer: str | None, condition: str, lines: Iterable[str]
    ) -> Json:
        """An answer of ours; without one, the value is absent because it is unknown."""
        body: Json = {
            "resourceType": "Observation",
            "id": self._id("Observation", f"{kind}/{code}/{condition}"),
            "text": _narrative(lines),
            "status": "final",
            "code": {"coding": [{"system": f"urn:assuage:{kind}", "code": code}]},
            "subject": self._subject,
            "effectiveDateTime": self._as_of,
        }
        if about := self._about(condition):
            body["focus"] = about
        if answer is None:
            return body | {"dataAbsentReason": {"coding": [{"system": _ABSENT, "code": "unknown"}]}}
        value = {"coding": [{"system": f"urn:assuage:{kind}-answer", "code": answer}]}
        return body | {"valueCodeableConcept": value}

    def _flag(self, flag: Flag) -> Json:
        lines = [
            f"{self._words.label('flag', flag.flag)} ({self._words.label('flag_urgency', flag.urgency)}).",
            self._words.reason(flag.reason_code, flag.reason_values),
        ]
        body: Json = {
            "resourceType": "Flag",
            "id": self._id("Flag", f"{flag.flag}/{flag.condition}/{flag.reason_code}/{flag.evidence}"),
            "text": _narrative(lines),
            "status": "active" if flag.state is FlagState.OPEN else "inactive",
            "code": {"coding": [{"system": "urn:assuage:flag", "code": flag.flag}]},
            "subject": self._subject,
        }
        return body | ({"period": {"start": str(flag.since)}} if flag.since else {})

    def _issue(self, concern: Concern) -> Json:
        """A safety concern about a drug that is, or may be, taken."""
        lines = [
            f"{capitalized(self._words.treatment(concern.treatment))}: "
            f"{self._words.reason(concern.reason_code, concern.reason_values)}",
            *(f"To be known: {fact}." for fact in self._words.missing_facts(concern.missing)),
            self._words.label("safety_action", concern.action_code),
        ]
        about = f"{concern.rule}/{concern.treatment}/{concern.reason_values}/{concern.evidence}"
        body: Json = {
            "resourceType": "DetectedIssue",
            "id": self._id("DetectedIssue", about),
            "text": _narrative(lines),
            "status": "final" if concern.answer is Answer.YES else "preliminary",
            "code": {"coding": [{"system": "urn:assuage:safety-rule", "code": concern.rule}]},
            "severity": "high" if concern.severity is Severity.HARD_STOP else "moderate",
            "patient": self._subject,
            "identifiedDateTime": self._as_of,
        }
        return body | _rests_on(concern.evidence, "implicated")

    # --- what is left

    def _care_plans(self) -> Iterator[Json]:
        """One proposal for each condition with options: what is left, and what is not to be done."""
        for each in self._report.options.conditions:
            shown = [option for option in each.options if option.standing is not OptionStanding.TRIED]
            if not shown:
                continue
            body: Json = {
                "resourceType": "CarePlan",
                "id": self._id("CarePlan", each.condition),
                "text": _narrative([f"What is left: {self._words.condition(each.condition)}.", _SUPPORT]),
                "status": "draft",
                "intent": "proposal",
                "subject": self._subject,
                "created": self._as_of,
                "activity": [{"detail": self._activity(option)} for option in shown],
                "note": [{"text": _SUPPORT}],
            }
            if about := self._about(each.condition):
                body["addresses"] = about
            yield body

    def _activity(self, option: TreatmentOption) -> Json:
        ruled_out = option.standing in (OptionStanding.CONTRAINDICATED, OptionStanding.NOT_INDICATED)
        return {
            "kind": _KINDS.get(option.kind, "ServiceRequest"),
            "code": {
                "coding": [{"system": "urn:assuage:option", "code": option.option}],
                "text": option.name,
            },
            "status": "cancelled" if ruled_out else "not-started",
            "doNotPerform": ruled_out,
            "description": " ".join(self._said(option)),
        }

    def _said(self, option: TreatmentOption) -> Iterator[str]:
        standing = self._words.label("option_standing", option.standing)
        yield f"{standing}: {self._words.reason(option.reason_code, option.reason_values)}"
        yield f"Evidence: {option.evidence_grade}."
        for concern in option.concerns:
            weight = self._words.label("concern_weight", f"{concern.severity}_{concern.answer}")
            yield f"{weight}: {self._words.reason(concern.reason_code, concern.reason_values)}"
        for claim in option.claims:
            checked = "" if claim.provenance.verified else ", not verified in the source"
            yield (
                f"{self._words.label('claim_says', claim.says)}: {claim.sentence} "
                f"[{claim.provenance.source}{checked}]"
            )

    # --- where it comes from

    def _provenance(self, recorded: datetime, made: Mapping[str, Json]) -> Json:
        rulesets = sorted({verdict.ruleset_version for verdict in self._report.review.verdicts})
        agent = {
            "type": {"coding": [{"system": _PARTICIPANT, "code": "assembler"}]},
            "who": self._reference("Device", __version__),
        }
        cited = [_source_entity(key) for key in sorted(self._cited())]
        rules = [{"role": "source", "what": {"display": f"assuage rules {one}"}} for one in rulesets]
        return {
            "resourceType": "Provenance",
            "id": self._id("Provenance", self._as_of),
            "target": [{"reference": f"urn:uuid:{key}"} for key in made],
            "recorded": _instant(recorded),
            "agent": [agent],
            **({"entity": [*rules, *cited]} if rules or cited else {}),
        }

    def _cited(self) -> set[str]:
        options = self._report.options.options
        return {
            *(flag.provenance.source for flag in self._report.review.flags),
            *(concern.source for concern in self._report.concerns),
            *(option.source for option in options),
            *(claim.provenance.source for option in options for claim in option.claims),
            *(concern.source for option in options for concern in option.concerns),
        }

    # --- names

    def _about(self, condition: str) -> list[Json]:
        return [
            {"reference": f"urn:uuid:{key}"} for row, key in self._conditions if row.condition == condition
        ]

    def _reference(self, resource_type: str, key: str) -> Json:
        return {"reference": f"urn:uuid:{self._id(resource_type, key)}"}

    def _id(self, *parts: str) -> str:
        return str(uuid.uuid5(_SPACE, neutralised("/".join((self._mark, *parts)))))


def _concept_of(row: Condition) -> Json:
    """The diagnosis as recorded, and its key here; the record's own code comes first."""
    ours = {"system": "urn:assuage:condition", "code": row.condition}
    system = uri_of(row.code_system) if row.code and row.code_system else None
    coded = [{"system": system, "code": row.code}] if system else []
    name = concepts()[row.condition].name if row.condition in concepts() else row.condition
    return {"coding": [*coded, ours], "text": row.text.strip() or name}


def _rests_on(evidence: Iterable[str], field: str) -> Json:
    named = [{"display": record} for record in evidence]
    return {field: named} if named else {}


def _narrative(lines: Iterable[str]) -> Json:
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{said}</div>'}


def _source_entity(key: str) -> Json:
    known = sources().get(key)
    if known is None:
        return {"role": "source", "what": {"display": key}}
    address = f"https://doi.org/{known.doi}" if known.doi else known.url
    return {"role": "source", "what": {"display": known.title, "identifier": {"value": address}}}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
