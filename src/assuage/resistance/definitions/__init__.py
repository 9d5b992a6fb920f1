"""Every definition we know, by id: the one list of them."""

from __future__ import annotations

from collections.abc import Mapping

from assuage.resistance.definition import Definition
from assuage.resistance.definitions.chronic_refractory_convention import CHRONIC_REFRACTORY_CONVENTION
from assuage.resistance.definitions.dantona2019 import DANTONA2019
from assuage.resistance.definitions.ehf2014 import EHF2014_REFRACTORY_CHRONIC
from assuage.resistance.definitions.ehf2020 import EHF2020_REFRACTORY, EHF2020_RESISTANT
from assuage.resistance.definitions.nct03111277 import NCT03111277
from assuage.resistance.definitions.nice_ta159 import NICE_TA159
from assuage.resistance.definitions.senza_pdn import SENZA_PDN
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
        EHF2014_REFRACTORY_CHRONIC,
        DANTONA2019,
        CHRONIC_REFRACTORY_CONVENTION,
        NICE_TA159,
        SENZA_PDN,
        NCT03111277,
    )
}
