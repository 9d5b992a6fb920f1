"""Review published patients and compare one status each with what is expected of it.

    python -m assuage.testing.published_cases DIR [--json]

One person's review folds into one status: red_flag if anything urgent is open; refractory if any
applicable definition of resistance is met (a definition that is not published counts only where no
published one applies); not_refractory if all are not met; else indeterminate, also where no definition
applies.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from assuage.errors import AssuageError, UnreadableInput
from assuage.flags import FlagState, Urgency
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.model import Review, VerdictWord
from assuage.testing.case_history import case_history
from assuage.workflows import review_person


@dataclass(frozen=True)
class CaseResult:
    """One case: our status, the expected one, and how they compare (right, tie or wrong)."""

    id: str
    answer: str
    expected: str
    also_acceptable: tuple[str, ...]
    certainty: str
    tier: str
    verdicts: tuple[str, ...]

    @property
    def result(self) -> str:
        """Right when equal, a tie when the case also accepts it."""
        if self.answer == self.expected:
            return "right"
        return "tie" if self.answer in self.also_acceptable else "wrong"


def fold(review: Review) -> str:
    """One status out of one person's flags and verdicts."""
    if any(flag.urgency is Urgency.URGENT and flag.state is FlagState.OPEN for flag in review.flags):
        return "red_flag"
    resistance = [verdict for verdict in review.verdicts if verdict.kind == "resistance"]
    published = [verdict for verdict in resistance if DEFINITIONS[verdict.definition].published]
    words = [verdict.verdict for verdict in published or resistance]
    if VerdictWord.MET in words:
        return "refractory"
    return "not_refractory" if words and set(words) == {VerdictWord.NOT_MET} else "indeterminate"


def review_case(case: dict[str, Any]) -> tuple[Review, CaseResult]:
    """Review one case at its index point."""
    history, as_of = case_history(case)
    review = review_person(history, as_of=as_of)
    expected = case["expected"]
    result = CaseResult(
        id=case["id"],
        answer=fold(review),
        expected=expected["status"],
        also_acceptable=tuple(expected.get("also_acceptable") or ()),
        certainty=expected["certainty"],
        tier=case.get("tier", "core"),
        verdicts=tuple(f"{verdict.definition}: {verdict.verdict}" for verdict in review.verdicts),
    )
    return review, result


def read_cases(folder: Path) -> list[dict[str, Any]]:
    """Every case of a folder of YAML files, in the order of their names."""
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not files:
        raise UnreadableInput(
            found="no published case is here", path=folder, expected="a folder of *.yaml cases"
        )
    cases = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    for file, case in zip(files, cases, strict=True):
        if not isinstance(case, dict) or not {"id", "expected"} <= set(case):
            raise UnreadableInput(
                found="not a published case", path=file, expected="a mapping with id and expected"
            )
    return cases


def totals(results: Sequence[CaseResult]) -> dict[str, Any]:
    """Right, tie and wrong: over all, by certainty, by tier; and the two errors that matter most, apart."""
    return {
        "all": Counter(result.result for result in results),
        "by_certainty": _by(results, "certainty"),
        "by_tier": _by(results, "tier"),
        "false_refractory": [
            result.id for result in results if result.answer == "refractory" and result.result == "wrong"
        ],
        "not_refractory_called_refractory": [
            result.id
            for result in results
            if result.answer == "refractory" and result.expected == "not_refractory"
        ],
    }


def _by(results: Sequence[CaseResult], field: str) -> dict[str, Counter[str]]:
    groups: dict[str, Counter[str]] = {}
    for result in results:
        groups.setdefault(getattr(result, field), Counter())[result.result] += 1
    return groups


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; gives the exit code."""
    parser = argparse.ArgumentParser(prog="assuage.testing.published_cases", description=fold.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    try:
        results = [review_case(case)[1] for case in read_cases(options.folder)]
    except AssuageError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    summed = totals(results)
    if options.json:
        cases = [{**asdict(result), "result": result.result} for result in results]
        sys.stdout.write(json.dumps({"cases": cases, "totals": summed}, indent=2) + "\n")
        return 0
    sys.stdout.writelines(
        f"{each.id:<55} {each.answer:<15} {each.expected:<15} {each.certainty:<7} {each.result:<6} "
        f"{'; '.join(each.verdicts)}\n"
        for each in results
    )
    sys.stdout.writelines(f"{name}: {value}\n" for name, value in summed.items())
    return 0


if __name__ == "__main__":
    sys.exit(main())
