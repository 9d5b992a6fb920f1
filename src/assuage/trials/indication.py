"""What a treatment was given for: stated, presumed from its recognised use, or unknown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assuage.codes.conditions import belongs_to
from assuage.codes.procedures import procedures
from assuage.records.rows import Purpose
from assuage.sources import Provenance, provenance, read_knowledge
from assuage.trials.model import Indication


@dataclass(frozen=True)
class Uses:
    """The recognised uses of a treatment in pain, and the other indications that compete with them."""

    purposes: Mapping[str, Purpose]
    competing: tuple[str, ...]
    provenance: Provenance

    def purpose_in(self, condition: str) -> Purpose | None:
        """What the treatment is for in this condition; None where it is no recognised treatment of it."""
        for wider, purpose in self.purposes.items():
            if belongs_to(condition, wider):
                return purpose
        return None


@cache
def uses() -> Mapping[str, Uses]:
    """Recognised uses by treatment."""
    table: dict[str, Uses] = {}
    file = files("assuage.trials") / "data" / "uses.yaml"
    for entry, fields in read_knowledge(file).items():
        purposes = {condition: Purpose(purpose) for condition, purpose in fields["for"].items()}
        origin = provenance(fields["provenance"], file=file.name, entry=entry)
        for treatment in fields["treatments"]:
            table[treatment] = Uses(purposes, tuple(fields["competing"]), origin)
    return table


def indication(
    treatment: str, condition: str, stated: str | None, pain: Collection[str], other: Collection[str]
) -> Indication | None:
    """How it is known that `treatment` was given for `condition`; None where it was not.

    `stated` is the indication on the record, `pain` all pain conditions of the person, `other` every
    other condition on record. A stated indication settles it, unless it is a wider name for several of
    the pains. Otherwise another condition on record that the treatment is also used for, pain or not,
    makes it unknown. A treatment that is used in other pains only may still have been for this one where
    it is the only pain; a drug that is used in no pain was not, while a procedure that no list gives a
    use for may have been for any of them.
    """
    if stated is not None:
        return _stated_indication(stated, condition, pain)
    known = uses().get(treatment)
    if known is None:
        return Indication.UNKNOWN if treatment in procedures() else None
    if known.purpose_in(condition) is None:
        return Indication.UNKNOWN if len(pain) == 1 else None
    rivals = [key for key in pain if key != condition and known.purpose_in(key) is not None]
    rivals += [key for key in other if any(belongs_to(key, rival) for rival in known.competing)]
    return Indication.UNKNOWN if rivals else Indication.PRESUMED


def _stated_indication(stated: str, condition: str, pain: Collection[str]) -> Indication | None:
    if belongs_to(stated, condition):
        return Indication.STATED
    kinds = [key for key in pain if belongs_to(key, stated)]
    if condition not in kinds:
        return None
    return Indication.STATED if len(kinds) == 1 else Indication.UNKNOWN
