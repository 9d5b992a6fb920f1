"""What sound meets: speed, density and absorption of a uniform fluid, each with its source."""

from __future__ import annotations

import math
from dataclasses import dataclass

from assuage.errors import UsageError

DECIBEL_PER_NEPER = 20 / math.log(10)  # by definition of both units
AUBRY_2022 = "Aubry et al. 2022, J. Acoust. Soc. Am. 152(2):1003, doi 10.1121/10.0013426, table I"


def absorption_np_m(absorption_db_cm: float) -> float:
    """Decibel per centimetre as neper per metre.

    >>> round(absorption_np_m(1.0), 4)
    11.5129
    """
    return absorption_db_cm * 100 / DECIBEL_PER_NEPER


@dataclass(frozen=True)
class Material:
    """A uniform fluid at one frequency.

    `absorption_np_m` is that of the pressure amplitude at the frequency of the computation (a
    plane wave falls as exp(-absorption * distance)); `source` says where the numbers come from.
    """

    name: str
    sound_speed_m_s: float
    density_kg_m3: float
    absorption_np_m: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        for quantity, value in (
            ("sound speed in m/s", self.sound_speed_m_s),
            ("density in kg/m3", self.density_kg_m3),
        ):
            if not (math.isfinite(value) and value > 0):
                message = f"{self.name}: {quantity} is {value}; it must be a finite number above 0"
                raise UsageError(message)
        if not (math.isfinite(self.absorption_np_m) and self.absorption_np_m >= 0):
            message = (
                f"{self.name}: absorption is {self.absorption_np_m} Np/m; it must be finite and not below 0"
            )
            raise UsageError(message)

    def wavenumber_rad_m(self, frequency_hz: float) -> complex:
        """w/c + i absorption: with the time factor exp(-iwt) a positive imaginary part absorbs."""
        return complex(2 * math.pi * frequency_hz / self.sound_speed_m_s, self.absorption_np_m)


def _at_500_khz(name: str, speed: float, density: float, db_cm: float) -> Material:
    return Material(name, speed, density, absorption_np_m(db_cm), AUBRY_2022 + ", at 500 kHz")


WATER = _at_500_khz("water", 1500.0, 1000.0, 0.0)
SOFT_TISSUE = _at_500_khz("artificial soft tissue", 1500.0, 1000.0, 1.0)
SKIN = _at_500_khz("skin", 1610.0, 1090.0, 0.2)
CORTICAL_BONE = _at_500_khz("cortical bone", 2800.0, 1850.0, 4.0)
TRABECULAR_BONE = _at_500_khz("trabecular bone", 2300.0, 1700.0, 8.0)
BRAIN = _at_500_khz("brain", 1560.0, 1040.0, 0.3)
BY_NAME = {m.name: m for m in (WATER, SOFT_TISSUE, SKIN, CORTICAL_BONE, TRABECULAR_BONE, BRAIN)}
