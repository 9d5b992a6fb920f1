"""Which class of treatment came first, second and third, by condition."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.rows import Purpose
from assuage.report.wording import Words
from assuage.resistance.model import Review
from assuage.trials.model import TreatmentTrial

STEPS = 3
JOINT = "+"
"""Stands between classes that are one step."""

OFF_THE_PATH = (Purpose.ACUTE, Purpose.TEST)
"""The purposes of trials that are no step: for attacks, or as a test."""

Path = tuple[str, ...]
"""Steps in the order in which they were begun, three at most: a class, or several begun together."""


@dataclass
class Pathways:
    """Counts people by the classes that they were given in turn, filled with `add`."""

    _counts: defaultdict[str, Counter[Path]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, review: Review) -> None:
        """Take one person's trials, condition by condition."""
        for condition in review.conditions:
            path = pathway(trial for trial in review.trials if trial.condition == condition)
            if path:
                self.count(condition, path, 1)

    def count(self, condition: str, path: Path, people: int) -> None:
        """Take people of one path."""
        self._counts[condition][path] += people

    def take(self, other: Pathways) -> None:
        """Take what another has counted."""
        for condition, paths in other._counts.items():
            self._counts[condition].update(paths)

    def by_condition(self) -> list[tuple[str, Counter[Path]]]:
        """People by path for each condition, the condition with most people first."""
        return sorted(self._counts.items(), key=lambda item: (-item[1].total(), item[0]))


def pathway(trials: Iterable[TreatmentTrial]) -> Path:
    """The steps of some trials in the order of their first known start.

    Classes that began on one day, or of which partial dates do not say which came first, are one step:
    an order that the records do not give is not made up.
    """
    begun: dict[str, PartialDate] = {}
    for trial in trials:
        if trial.start is not None and _is_a_step(trial):
            earlier = begun.get(trial.treatment_class, trial.start)
            begun[trial.treatment_class] = min(trial.start, earlier, key=lambda day: (day.first, day.last))
    steps: list[list[str]] = []
    until = date.min
    for name, day in sorted(begun.items(), key=lambda item: (item[1].first, item[0])):
        if steps and day.first <= until:
            steps[-1].append(name)
        else:
            steps.append([name])
        until = max(until, day.last)
    return tuple(JOINT.join(sorted(names)) for names in steps[:STEPS])


def step_in_words(step: str, words: Words) -> str:
    """The names of the classes of one step."""
    return " + ".join(words.label("treatment_class", name) for name in step.split(JOINT))


def _is_a_step(trial: TreatmentTrial) -> bool:
    """Whether a trial stands on the path: not known as never taken, for attacks, or as a test."""
    return trial.taken is not Answer.NO and trial.purpose not in OFF_THE_PATH
