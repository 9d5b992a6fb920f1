"""Write the reference page of each definition, out of the definition itself.

python -m assuage.testing.reference_pages docs/definitions
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from assuage.report.definitions_text import cited, comparison_table
from assuage.resistance.criteria.base import Criterion
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.definition import Definition
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.trial_rules import TargetDose, TrialRules
from assuage.workflows import person_types

_HEAD = "<!-- written by `make docs`; change the definition, not this page -->\n\n"


def reference_pages() -> Mapping[str, str]:
    """Every page by file name: an index, and one page for each definition."""
    pages = {f"{definition.id}.md": definition_page(definition) for definition in DEFINITIONS.values()}
    return {"README.md": _index(DEFINITIONS.values()), **pages}


def _index(definitions: Iterable[Definition]) -> str:
    rows = [
        (
            f"[{each.id}]({each.id}.md)",
            each.title,
            each.kind,
            "yes" if each.published else "no, our convention",
        )
        for each in definitions
    ]
    compared = comparison_table((each.name, each.verdicts) for each in person_types(DEFINITIONS))
    return "\n\n".join(
        (
            _HEAD.strip(),
            "# Definitions",
            _table(("id", "title", "kind", "published"), rows),
            "## Where they disagree",
            "The same made-up people through every definition that speaks of their pain.",
            _table(compared.columns, compared.rows),
        )
    )


def definition_page(definition: Definition) -> str:
    """What a definition asks, how it judges a trial, and where each part stands in its source."""
    standing = "Published" if definition.published else "A convention of this project, not published"
    parts = [
        f"# {definition.title}",
        f"`{definition.id}` · {definition.kind} · {standing}. Source: {cited(definition.provenance)}.",
        f"Speaks of: {', '.join(definition.applies_to)}."
        + (f" Not of: {', '.join(definition.not_for)}." if definition.not_for else ""),
        "## Criteria",
        "Met when all that decide are answered yes, not met when one is answered no, else unknown.",
        _table(
            ("criterion", "asks", "source"),
            [(_shown_id(each), each.title, cited(each.provenance)) for each in definition.criteria],
        ),
        *_classes(definition),
        "## What a failed trial is",
        _rules(definition.rules),
        *_doses(definition.rules),
    ]
    if definition.variants:
        rows = [(each.id, each.title, cited(each.provenance)) for each in definition.variants]
        parts += ["## Variants", "Shown beside the verdict; they never decide it."]
        parts.append(_table(("variant", "differs", "source"), rows))
    if definition.notes:
        parts += ["## Notes", "\n".join(f"- {note}" for note in definition.notes)]
    return _HEAD + "\n\n".join(parts) + "\n"


def _shown_id(criterion: Criterion) -> str:
    return criterion.id if criterion.decides else f"{criterion.id} (shown, does not decide)"


def _classes(definition: Definition) -> list[str]:
    rows = [
        (
            criterion.id,
            drawn.key,
            ", ".join(drawn.members),
            ", ".join((*drawn.not_available_in, *drawn.not_for)),
        )
        for criterion in definition.criteria
        if isinstance(criterion, FailedTreatments)
        for drawn in criterion.classes
    ]
    return [_table(("criterion", "class", "members", "not sold in, or not for"), rows)] if rows else []


def _rules(rules: TrialRules) -> str:
    lines = [
        f"relief below {rules.response_percent:g} %",
        f"for {rules.days} days at the target dose or the highest tolerated one, titration not counted",
        "at the highest tolerable dose, not only the lowest that can work" if rules.highest_tolerable else "",
        "stopping for adverse events counts as failure"
        if rules.counts_intolerance
        else "stopping for adverse events does not count as failure",
        *(f"{treatment}: {days} days" for treatment, days in rules.days_of.items()),
        *(f"{treatment}: {sessions} sessions" for treatment, sessions in rules.sessions_of.items()),
    ]
    return "\n".join(f"- {line}" for line in lines if line)


def _doses(rules: TrialRules) -> list[str]:
    rows = [
        (treatment, _range(dose), cited(dose.provenance)) for treatment, dose in rules.target_doses.items()
    ]
    return [_table(("treatment", "target dose", "source"), rows)] if rows else []


def _range(dose: TargetDose) -> str:
    return f"{dose.low:g} {dose.unit}" if dose.high is None else f"{dose.low:g} to {dose.high:g} {dose.unit}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines)


def main(arguments: Sequence[str]) -> None:
    """Write all pages into the folder named."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in reference_pages().items():
        (folder / name).write_text(text.rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
