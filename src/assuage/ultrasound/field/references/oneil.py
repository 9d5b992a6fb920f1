"""O'Neil 1949: pressure on the axis of a bowl or disc in a lossless fluid, in closed form.

H. T. O'Neil, Theory of focusing radiators, J. Acoust. Soc. Am. 21(5):516, doi 10.1121/1.1906542.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.field.sources import Bowl, Disc

Real = NDArray[np.float64]


def on_axis_amplitude_pa(source: Bowl | Disc, wavenumber_rad_m: float, depths_m: Real) -> Real:
    """|p| at distances from the apex (or the disc's centre) along the axis, shape of `depths_m`."""
    if isinstance(source, Disc):
        edge = np.sqrt(depths_m**2 + source.radius_m**2)
        return 2 * source.drive_pressure_pa * np.abs(np.sin(wavenumber_rad_m * (edge - depths_m) / 2))
    radius, rim = source.curvature_radius_m, source.rim_depth_m
    edge = np.sqrt((depths_m - rim) ** 2 + source.aperture_radius_m**2)
    at_centre = np.isclose(depths_m, radius, rtol=1e-9)
    depth = np.where(at_centre, 0.0, depths_m)
    gain = 2 / (1 - depth / radius)
    away = np.abs(gain * np.sin(wavenumber_rad_m * (edge - depth) / 2))
    limit = wavenumber_rad_m * rim  # the quotient's limit at the centre of curvature
    return source.drive_pressure_pa * np.where(at_centre, limit, away)
