"""From the words of a history file to the keys of our codelists."""

from __future__ import annotations

import re
from functools import cache

from assuage.codes.conditions import ConditionMatch, concepts, find_condition
from assuage.codes.drugs import find_drugs, formulary
from assuage.codes.procedures import find_procedure, procedures
from assuage.codes.systems import Coding, System

SCOPES = frozenset({"all", "conventional", "unspecified"})

_CODE = re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?")
_ICD_SYSTEMS = (System.ICD10CM, System.ICD10)

# what people call classes whose key is another word; a word for several classes names none of them
_CLASS_NAMES = {
    "tricyclic antidepressant": "tricyclic", "tricyclic antidepressants": "tricyclic",
    "tca": "tricyclic", "tcas": "tricyclic",
    "cgrp antibodies": "cgrp_antibody", "cgrp monoclonal antibody": "cgrp_antibody",
    "cgrp monoclonal antibodies": "cgrp_antibody", "cgrp mab": "cgrp_antibody", "cgrp mabs": "cgrp_antibody",
    "angiotensin receptor blocker": "arb", "angiotensin receptor blockers": "arb", "sartans": "arb",
    "calcium antagonist": "calcium_channel_blocker", "calcium antagonists": "calcium_channel_blocker",
    "steroids": "corticosteroid", "nerve blocks": "block",
}  # fmt: skip


def codings(code: str | None, system: System | None) -> tuple[Coding, ...]:
    """The coding an entry gives, as the lookups want it."""
    return (Coding(system or System.OTHER, code),) if code else ()


def indication(words: str | None) -> tuple[str | None, str | None]:
    """The condition that `for:` names, and the words where no codelist knows them.

    A bare ICD-10 code works as well as a name.
    """
    if words is None:
        return None, None
    coded = tuple(Coding(system, words) for system in _ICD_SYSTEMS) if _CODE.fullmatch(words.upper()) else ()
    match = condition_named(coded, words)
    return (match.condition, None) if match else (None, words)


def condition_named(coded: tuple[Coding, ...], words: str) -> ConditionMatch | None:
    """The condition that codes or words mean; one of our own keys means itself."""
    if not coded and words in concepts():
        return ConditionMatch(words, "assuage")
    return find_condition(coded, words)


def treatments_named(words: str) -> tuple[str, ...]:
    """What words mean: a scope, a class, the ingredients of a drug, or a procedure; () if none of them."""
    key = _class_key(words)
    if key in SCOPES or key in _classes():
        return (key,)
    drugs = tuple(match.ingredient for match in find_drugs((), words))
    if drugs:
        return drugs
    procedure = find_procedure((), words)
    return (procedure,) if procedure else ()


def _class_key(words: str) -> str:
    folded = " ".join(re.sub(r"[-_/]", " ", words.lower()).split())
    if folded in _CLASS_NAMES:
        return _CLASS_NAMES[folded]
    key = folded.replace(" ", "_")
    return key if key in _classes() or key in SCOPES else key.removesuffix("s")


@cache
def _classes() -> frozenset[str]:
    """Every treatment class, of drugs and of procedures."""
    drugs = {ingredient.treatment_class for ingredient in formulary().values()}
    return frozenset(drugs | {concept.treatment_class for concept in procedures().values()})
