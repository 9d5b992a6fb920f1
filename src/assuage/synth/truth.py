"""The truth about made-up people, from their plans: a second reading of each definition.

Written from the papers, apart from the rules of this package and without them: the planner knows of
every drug how much was taken for how long and what it did, so a plain count answers. A new definition
is one function beside those named here, and one entry in `TRUTHS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assuage.synth.counting import Truth
from assuage.synth.eligibility_truths import nct03111277, nice_ta159, senza_pdn
from assuage.synth.plan import Plan
from assuage.synth.resistance_truths import (
    chronic_refractory_convention,
    dantona2019,
    ehf2014,
    ehf2020_refractory,
    ehf2020_resistant,
    sin2019,
    smith2012,
    tn_convention_strict,
    tn_ean2019,
)

TRUTHS: Mapping[str, Callable[[Plan], Truth]] = {
    "tn-ean2019": tn_ean2019,
    "tn-convention-strict": tn_convention_strict,
    "smith2012": smith2012,
    "sin2019": sin2019,
    "ehf2020-resistant": ehf2020_resistant,
    "ehf2020-refractory": ehf2020_refractory,
    "ehf2014-refractory-chronic": ehf2014,
    "dantona2019": dantona2019,
    "chronic-refractory-convention": chronic_refractory_convention,
    "nice-ta159": nice_ta159,
    "senza-pdn": senza_pdn,
    "nct03111277": nct03111277,
}
"""Our second reading of definitions, by their id: the one list of them."""
