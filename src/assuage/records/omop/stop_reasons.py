"""Why a drug was stopped, from the words in drug_exposure.stop_reason."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from assuage.errors import FaultyKnowledge
from assuage.records.rows import StopReason

_FILE = "stop_reasons.yaml"


def stop_reason_of(text: str) -> StopReason:
    """The reason a text states; unknown for every text that is not in the list as a whole.

    >>> stop_reason_of("Ineffective"), stop_reason_of("no adverse event")
    (<StopReason.NO_EFFECT: 'no_effect'>, <StopReason.UNKNOWN: 'unknown'>)
    """
    return _reasons().get(" ".join(text.lower().split()), StopReason.UNKNOWN)


@cache
def _reasons() -> Mapping[str, StopReason]:
    content = yaml.safe_load((files("assuage.records.omop") / _FILE).read_text(encoding="utf-8"))
    reasons: dict[str, StopReason] = {}
    for reason, by_source in content["reasons"].items():
        for source, texts in by_source.items():
            if source not in content["provenance"]:
                message = f"{_FILE}, {reason}: {source} is not in the provenance"
                raise FaultyKnowledge(message)
            for text in texts:
                if text in reasons:
                    message = f"{_FILE}: {text!r} stands under two reasons"
                    raise FaultyKnowledge(message)
                reasons[text] = StopReason(reason)
    return reasons
