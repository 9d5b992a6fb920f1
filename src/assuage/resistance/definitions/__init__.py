"""Every definition we know, by id: the one list of them."""

from __future__ import annotations

from collections.abc import Mapping

from assuage.resistance.definition import Definition
from assuage.resistance.definitions.ehf2020 import EHF2020_REFRACTORY, EHF2020_RESISTANT
from assuage.resistance.definitions.sin2019 import SIN2019
from assuage.resistance.definitions.smith2012 import SMITH2012
from assuage.resistance.definitions.tn_convention_strict import TN_CONVENTION_STRICT
from assuage.resistance.definitions.tn_ean2019 import TN_EAN2019

DEFINITIONS: Mapping[str, Definition] = {
    definition.id: definition
    for definition in (
        TN_EAN2019,
        TN_CONVENTION_STRICT,
        SMITH2012,
        SIN2019,
        EHF2020_RESISTANT,
        EHF2020_REFRACTORY,
    )
}
