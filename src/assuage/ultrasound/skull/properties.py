"""From the Hounsfield units of bone to its speed, density and attenuation, by the published maps.

The numbers stand in `data/property_maps.yaml`, each with its source. The maps differ, by some hundred
m/s and by factors in attenuation, and nobody knows which is right: run more than one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assuage.errors import FaultyKnowledge, UsageError
from assuage.sources import Provenance, provenance, read_knowledge
from assuage.ultrasound.field.grid import refuse_bad_frequency

FILE = "property_maps.yaml"
NEPER_PER_CM = 100.0

Values = NDArray[np.float32]
Argument = Literal["hu", "hu_over_hu_max", "apparent_density", "density"]


@dataclass(frozen=True)
class Interpolated:
    """Linear through points, flat beyond the first and the last."""

    arguments: tuple[float, ...]
    values: tuple[float, ...]

    def __call__(self, x: Values) -> Values:
        """The law at x."""
        return np.interp(x, self.arguments, self.values).astype(np.float32)


@dataclass(frozen=True)
class Polynomial:
    """A polynomial, coefficients from the constant upwards; `reciprocal` where it gives 1/value."""

    coefficients: tuple[float, ...]
    reciprocal: bool = False

    def __call__(self, x: Values) -> Values:
        """The law at x."""
        # In double: the fourth-degree terms cancel to three digits.
        found = np.polynomial.polynomial.polyval(x.astype(np.float64), np.array(self.coefficients))
        return np.asarray(1 / found if self.reciprocal else found, dtype=np.float32)


@dataclass(frozen=True)
class Porosity:
    """lowest + (highest - lowest) * porosity ^ exponent, x = HU/HU_max = 1 - porosity."""

    lowest: float
    highest: float
    exponent: float

    def __call__(self, x: Values) -> Values:
        """The law at x."""
        porosity = np.clip(1 - x, 0, 1)
        return np.asarray(self.lowest + (self.highest - self.lowest) * porosity**self.exponent, np.float32)


@dataclass(frozen=True)
class Exponential:
    """amplitude * exp(rate_per_hu * x)."""

    amplitude: float
    rate_per_hu: float

    def __call__(self, x: Values) -> Values:
        """The law at x."""
        return np.asarray(self.amplitude * np.exp(self.rate_per_hu * x), np.float32)


Law = Interpolated | Polynomial | Porosity | Exponential


@dataclass(frozen=True)
class Quantity:
    """One property as a law of one argument, and where it stands.

    For an attenuation the law holds at `reference_hz` and goes with frequency ^ `frequency_exponent`.
    """

    law: Law
    of: Argument
    provenance: Provenance
    reference_hz: float | None = None
    frequency_exponent: float = 0.0

    def at(self, arguments: Mapping[Argument, Values], frequency_hz: float) -> Values:
        """The property's values for prepared arguments."""
        values = self.law(arguments[self.of])
        if self.reference_hz is None:
            return values
        return values * np.float32((frequency_hz / self.reference_hz) ** self.frequency_exponent)


@dataclass(frozen=True)
class BoneProperties:
    """Speed in m/s, density in kg/m3, attenuation of the amplitude in Np/m: arrays of one shape."""

    sound_speed_m_s: Values
    density_kg_m3: Values
    attenuation_np_m: Values


@dataclass(frozen=True)
class PropertyMap:
    """A published map by name.

    `hu_range` is what the map is asked for; values beyond are taken at its ends. `frequency_hz` is the
    range it was measured or fitted at. `caveats` are codes for what has to be said beside any number
    that comes from it.
    """

    name: str
    title: str
    density_kg_m3: Quantity
    sound_speed_m_s: Quantity
    attenuation_np_m: Quantity
    hu_range: tuple[float, float]
    frequency_hz: tuple[float, float]
    caveats: tuple[str, ...]

    def properties(self, hu: NDArray[Any], frequency_hz: float, hu_max: float) -> BoneProperties:
        """Properties of bone of any shape of Hounsfield units; for bone only, never for soft tissue.

        `hu_max` is what this image shows for solid bone (see `SegmentedHead.hu_max`); the maps that
        speak of porosity depend on it.
        """
        refuse_bad_frequency(frequency_hz)
        if not hu_max > self.hu_range[0]:
            message = (
                f"the hardest bone of this image has {hu_max:g} HU, the map {self.name} starts at"
                f" {self.hu_range[0]:g} HU: check that the image is a CT in Hounsfield units"
            )
            raise UsageError(message)
        clamped = np.clip(hu, *self.hu_range).astype(np.float32)
        arguments: dict[Argument, Values] = {
            "hu": clamped,
            "hu_over_hu_max": np.clip(clamped / np.float32(hu_max), 0, 1),
            "apparent_density": clamped + np.float32(1000),
        }
        density = self.density_kg_m3.at(arguments, frequency_hz)
        arguments["density"] = density
        return BoneProperties(
            self.sound_speed_m_s.at(arguments, frequency_hz),
            density,
            self.attenuation_np_m.at(arguments, frequency_hz),
        )

    def caveats_at(self, frequency_hz: float) -> tuple[str, ...]:
        """The map's caveats, and `frequency_outside_range` where it was not measured."""
        low, high = self.frequency_hz
        outside = not low * (1 - 1e-9) <= frequency_hz <= high * (1 + 1e-9)
        return (*self.caveats, "frequency_outside_range") if outside else self.caveats

    def share_outside_range(self, hu: NDArray[Any]) -> float:
        """What share of these Hounsfield units lies beyond `hu_range`, 0 to 1."""
        low, high = self.hu_range
        return float(np.mean((hu < low) | (hu > high))) if hu.size else 0.0


@dataclass(frozen=True)
class AbsorbedFraction:
    """What share of bone's attenuation becomes heat, 0 to 1."""

    name: str
    cortical: float
    trabecular: float
    provenance: Provenance


@cache
def property_maps() -> Mapping[str, PropertyMap]:
    """Every map, by name."""
    content = _content()
    maps = {name: _map(name, fields) for name, fields in content["maps"].items()}
    return maps | _webb_maps(content["webb"])


@cache
def absorbed_fractions() -> Mapping[str, AbsorbedFraction]:
    """The published shares of attenuation that become heat in bone, by name."""
    return {
        name: AbsorbedFraction(
            name,
            float(fields["cortical"]),
            float(fields["trabecular"]),
            provenance(fields["provenance"], file=FILE, entry=name),
        )
        for name, fields in _content()["absorbed_fractions"].items()
    }


@cache
def caveat_words() -> Mapping[str, str]:
    """Each caveat in words, by its code."""
    return {str(code): str(words) for code, words in _content()["caveats"].items()}


def property_map(name: str) -> PropertyMap:
    """The map of this name; raises UsageError with the names there are."""
    maps = property_maps()
    if name not in maps:
        message = f"there is no property map {name!r}: choose one of {', '.join(maps)}"
        raise UsageError(message)
    return maps[name]


def _content() -> dict[str, Any]:
    return read_knowledge(files("assuage.ultrasound.skull") / "data" / FILE)


def _map(name: str, fields: Mapping[str, Any]) -> PropertyMap:
    quantities = {
        key: _quantity(fields[key], f"{name}.{key}")
        for key in ("density_kg_m3", "sound_speed_m_s", "attenuation_np_m")
    }
    return _assembled(name, str(fields["title"]), quantities, fields)


def _assembled(
    name: str, title: str, quantities: Mapping[str, Quantity], fields: Mapping[str, Any]
) -> PropertyMap:
    low_hu, high_hu = (float(x) for x in fields["hu_range"])
    low_hz, high_hz = (float(x) for x in fields["frequency_hz"])
    caveats = tuple(str(c) for c in fields["caveats"])
    return PropertyMap(
        name, title, hu_range=(low_hu, high_hu), frequency_hz=(low_hz, high_hz), caveats=caveats, **quantities
    )


def _quantity(fields: Mapping[str, Any], entry: str) -> Quantity:
    of: Argument = "hu_over_hu_max" if fields["law"] == "porosity" else fields["of"]
    reference = fields.get("reference_hz")
    return Quantity(
        _law(fields, entry),
        of,
        provenance(fields["provenance"], file=FILE, entry=entry),
        None if reference is None else float(reference),
        float(fields.get("frequency_exponent", 0.0)),
    )


def _law(fields: Mapping[str, Any], entry: str) -> Law:
    match fields["law"]:
        case "interpolated":
            arguments, values = zip(*((float(x), float(y)) for x, y in fields["points"]), strict=True)
            return Interpolated(arguments, values)
        case "polynomial":
            coefficients = tuple(float(c) for c in fields["coefficients"])
            return Polynomial(coefficients, bool(fields.get("reciprocal", False)))
        case "porosity":
            return Porosity(float(fields["lowest"]), float(fields["highest"]), float(fields["exponent"]))
        case other:
            message = f"{FILE}, entry {entry}: there is no law {other!r}"
            raise FaultyKnowledge(message)


def _webb_maps(fields: Mapping[str, Any]) -> dict[str, PropertyMap]:
    density = _quantity(fields["density_kg_m3"], "webb.density_kg_m3")
    speed = provenance(fields["speed_provenance"], file=FILE, entry="webb.speed")
    attenuation = provenance(fields["attenuation_provenance"], file=FILE, entry="webb.attenuation")
    maps = {}
    for scanner, voltages in fields["rows"].items():
        for kilovolt, kernels in voltages.items():
            for kernel, (slope, intercept, amplitude, exponent, rate) in kernels.items():
                name = f"webb-{scanner}-{kilovolt}-{kernel}"
                quantities = {
                    "density_kg_m3": density,
                    "sound_speed_m_s": Quantity(Polynomial((1000 * intercept, slope)), "hu", speed),
                    "attenuation_np_m": Quantity(
                        Exponential(NEPER_PER_CM * amplitude, rate), "hu", attenuation, 1e6, exponent
                    ),
                }
                maps[name] = _assembled(name, str(fields["title"]), quantities, fields)
    return maps
