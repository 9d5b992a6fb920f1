"""What becomes of a trial: drawn from rates, for people whose pain is difficult and for others."""

from __future__ import annotations

from typing import NamedTuple

from assuage.synth.chance import Chance
from assuage.synth.knowledge import Medicine, rates
from assuage.synth.plan import Result


class Fate(NamedTuple):
    """The result of a trial, and whether it was given at too low a dose or for too short a time."""

    result: Result
    too_low: bool = False
    too_short: bool = False


def draw_fate(chance: Chance, medicine: Medicine, *, difficult: bool) -> Fate:
    """What becomes of a trial of this medicine."""
    for mishap, fate in _MISHAPS.items():
        if chance.hits(mishap):
            return fate
    return Fate(_difficult(chance) if difficult else _usual(chance, medicine))


_MISHAPS = {
    "too_low": Fate(Result.NO_RESPONSE, too_low=True),
    "too_short": Fate(Result.NO_RESPONSE, too_short=True),
    "nonadherence": Fate(Result.NONADHERENCE),
    "stopped_other": Fate(Result.STOPPED_OTHER),
}


def _difficult(chance: Chance) -> Result:
    draw = chance.random.random()
    for rate, result in _DIFFICULT.items():
        draw -= rates()[rate]
        if draw < 0:
            return result
    return Result.NO_RESPONSE


_DIFFICULT = {
    "difficult_response": Result.RESPONSE,
    "difficult_partial": Result.PARTIAL,
    "difficult_lost": Result.LOST,
    "difficult_adverse_event": Result.INTOLERANCE,
}


def _usual(chance: Chance, medicine: Medicine) -> Result:
    """Adverse events stop some; of the others the rate of response respond, and few lose the effect."""
    if chance.below(_adverse_event(medicine)):
        return Result.INTOLERANCE
    if chance.below(_response(medicine)):
        return Result.LOST if chance.hits("late_resistance") else Result.RESPONSE
    return Result.PARTIAL if chance.below(1 / 3) else Result.NO_RESPONSE


def _response(medicine: Medicine) -> float:
    """As printed; else 1/NNT and what placebo does; else the usual rate."""
    printed = rates().get(f"{medicine.ingredient}_response")
    if printed is not None:
        return printed
    return 1 / medicine.nnt + rates()["placebo_response"] if medicine.nnt else rates()["usual_response"]


def _adverse_event(medicine: Medicine) -> float:
    printed = rates().get(f"{medicine.ingredient}_adverse_event")
    if printed is not None:
        return printed
    return 1 / medicine.nnh if medicine.nnh else rates()["usual_adverse_event"]
