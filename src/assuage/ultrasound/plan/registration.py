"""How far the head may sit from where the plan has it, as published."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from assuage.sources import Provenance, provenance, read_knowledge

FILE = files("assuage.ultrasound") / "data" / "registration.yaml"


@dataclass(frozen=True)
class Registration:
    """Errors of registration: root mean square along R, A and S, mm, and where they stand.

    The source gives mean and standard deviation of the absolute error; their squares add up to the mean
    square, which serves as the variance of an error about zero.
    """

    sd_mm: tuple[float, float, float]
    provenance: Provenance


@cache
def published_registration() -> Registration:
    """The errors of 30 targets treated with a helmet.

    >>> [round(sd, 2) for sd in published_registration().sd_mm]
    [0.56, 0.5, 0.76]
    """
    fields = read_knowledge(FILE)
    right, front, top = np.hypot(fields["mean_absolute_error_mm"], fields["standard_deviation_of_it_mm"])
    origin = provenance(fields["provenance"], file=FILE.name, entry="registration")
    return Registration((float(right), float(front), float(top)), origin)
