"""How tissues store, lead and carry away heat, from cited data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from assuage.errors import FaultyKnowledge
from assuage.sources import Provenance, provenance, read_knowledge

FILE = "tissues.yaml"
ML_MIN_KG_TO_PER_S = 1e-6 / 60
"""Takes mL of blood per minute and kg of tissue, times density, to blood volume per volume and second."""


@dataclass(frozen=True)
class AbsorbedFraction:
    """The share of the attenuation that becomes heat where it happens; what is scattered heats elsewhere."""

    low: float
    central: float
    high: float


@dataclass(frozen=True)
class ThermalTissue:
    """Thermal properties of one tissue. `perfusion_ml_min_kg` is blood flow per mass of tissue."""

    name: str
    density_kg_m3: float
    heat_capacity_j_kg_k: float
    conductivity_w_m_k: float
    perfusion_ml_min_kg: float
    absorbed_fraction: AbsorbedFraction
    provenance: Provenance

    @property
    def volumetric_heat_capacity_j_m3_k(self) -> float:
        """Heat that warms a cubic metre by one degree."""
        return self.density_kg_m3 * self.heat_capacity_j_kg_k

    @property
    def diffusivity_m2_s(self) -> float:
        """How fast heat spreads."""
        return self.conductivity_w_m_k / self.volumetric_heat_capacity_j_m3_k

    @property
    def cooling_rate_per_s(self) -> float:
        """The share of the excess over the blood's temperature that perfusion carries away each second."""
        blood_flow_per_s = self.perfusion_ml_min_kg * self.density_kg_m3 * ML_MIN_KG_TO_PER_S
        return blood_flow_per_s * blood_heat_capacity_j_m3_k() / self.volumetric_heat_capacity_j_m3_k


@cache
def thermal_tissues() -> Mapping[str, ThermalTissue]:
    """Every tissue by name: water, brain, skin, bone."""
    content = _content()
    proof = _provenance(content, "tissues")
    return {
        name: _tissue(name, fields, proof)
        for name, fields in content.items()
        if name not in ("blood", "provenance")
    }


@cache
def blood_heat_capacity_j_m3_k() -> float:
    """Volumetric heat capacity of blood."""
    content = _content()
    _provenance(content, "blood")
    blood = content["blood"]
    return float(blood["density_kg_m3"]) * float(blood["heat_capacity_j_kg_k"])


def _tissue(name: str, fields: Any, proof: Provenance) -> ThermalTissue:
    try:
        numbers = {
            key: float(fields[key])
            for key in ("density_kg_m3", "heat_capacity_j_kg_k", "conductivity_w_m_k", "perfusion_ml_min_kg")
        }
        fraction = AbsorbedFraction(*map(float, fields["absorbed_fraction"]))
    except (KeyError, TypeError, ValueError) as error:
        message = f"{FILE}, entry {name}: a quantity is missing or no number"
        raise FaultyKnowledge(message) from error
    if not 0 <= fraction.low <= fraction.central <= fraction.high <= 1:
        message = f"{FILE}, entry {name}: absorbed_fraction is not low, central, high between 0 and 1"
        raise FaultyKnowledge(message)
    return ThermalTissue(name, absorbed_fraction=fraction, provenance=proof, **numbers)


@cache
def _content() -> dict[str, Any]:
    return read_knowledge(files("assuage.ultrasound.heat") / FILE)


def _provenance(content: Mapping[str, Any], entry: str) -> Provenance:
    proofs = content.get("provenance")
    fields = proofs.get(entry) if isinstance(proofs, Mapping) else None
    return provenance(fields, file=FILE, entry=entry)
