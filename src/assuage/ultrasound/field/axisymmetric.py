"""The free field of a bowl or disc as plane waves about its axis: exact, and cheap on a whole plane.

Weyl's integral turns the Rayleigh integral of an axisymmetric source into

    p(r, z) = (k_0 k p_0 / 2 pi) Int sin(a) da J_0(k r sin a) A(a) exp(ik z cos a),
    A(a)    = Int_S J_0(k r_s sin a) exp(-ik z_s cos a) dS,

with a from 0 to pi/2 (waves that travel) and on to pi/2 - i infinity (waves that fade), k_0 = w/c
and k = w/c + i absorption. It holds beyond the rim. On a table of radii and depths it is one
matrix product (J. W. Goodman, Introduction to Fourier Optics, 3rd ed., sections 3.10 and 2.1.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import j0, j1, jv

from assuage.ultrasound.field.sources import Bowl, Disc

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
FADED_NEPERS = 16.0  # evanescent waves weaker than exp(-16) are left out


@dataclass(frozen=True)
class WaveCone:
    """An axisymmetric wave as a sum of cones of plane waves.

    p(r, z) = sum_n weights_pa[n] J_0(lateral[n] r) exp(i axial[n] (z - reference_depth_m)), with
    lateral and axial wavenumbers in rad/m, all arrays of shape (n,), valid from the reference
    depth plus `clearance_m` onwards. r is the distance from the axis, z that from the apex.
    """

    lateral_rad_m: Complex
    axial_rad_m: Complex
    weights_pa: Complex
    reference_depth_m: float
    clearance_m: float

    def pressure_pa(self, radii_m: Real, depths_m: Real) -> Complex:
        """Complex pressure on the table depths x radii, shape (len(depths), len(radii))."""
        bessel = bessel_j0(self.lateral_rad_m[:, None] * radii_m[None, :])
        carried = np.exp(1j * self.axial_rad_m[None, :] * (depths_m[:, None] - self.reference_depth_m))
        product: Complex = (carried * self.weights_pa[None, :]) @ bessel
        return product


def bessel_j0(argument: Complex) -> Complex:
    """J_0; the real routine is fifty times faster, so it serves wherever the medium is lossless."""
    if np.abs(argument.imag).max(initial=0.0) == 0.0:
        return np.asarray(j0(argument.real), dtype=np.complex128)
    return np.asarray(jv(0, argument), dtype=np.complex128)


def wave_cone(
    source: Bowl | Disc,
    wavenumber_rad_m: complex,
    *,
    reach_radius_m: float,
    reach_depth_m: float,
    clearance_m: float,
) -> WaveCone:
    """Take an axisymmetric source apart into cones, fine enough for the given radius and depth.

    `clearance_m` is the smallest distance beyond the rim's plane that will be asked for: the
    smaller, the more fading waves are kept.
    """
    k = wavenumber_rad_m
    rim_m = source.rim_depth_m if isinstance(source, Bowl) else 0.0
    size_m = source.aperture_radius_m if isinstance(source, Bowl) else source.radius_m
    phase_range = abs(k) * (reach_depth_m + reach_radius_m + size_m + rim_m)
    travelling = gauss_legendre(0.0, np.pi / 2, int(0.6 * phase_range) + 60)
    furthest = np.arcsinh(FADED_NEPERS / (k.real * clearance_m))
    oscillation = k.real * (reach_radius_m + size_m) * np.cosh(furthest)
    fading = gauss_legendre(0.0, furthest, int(0.6 * oscillation) + 60)

    sines = np.concatenate([np.sin(travelling[0]), np.cosh(fading[0])]).astype(np.complex128)
    cosines = np.concatenate([np.cos(travelling[0]), 1j * np.sinh(fading[0])])
    measures = np.concatenate([travelling[1], -1j * fading[1]])
    lateral, axial = k * sines, k * cosines
    front = k.real * k * source.drive_pressure_pa / (2 * np.pi) * np.exp(1j * source.phase_rad)
    shape = _surface_integral(source, lateral, axial, rim_m)
    return WaveCone(lateral, axial, front * sines * measures * shape, rim_m, clearance_m)


def _surface_integral(source: Bowl | Disc, lateral: Complex, axial: Complex, rim_m: float) -> Complex:
    """A(a), with phases counted from the plane of the rim so that fading waves stay small."""
    if isinstance(source, Disc):
        argument = lateral * source.radius_m
        bessel = j1(argument.real) if np.abs(lateral.imag).max() == 0 else jv(1, argument)
        return np.asarray(2 * np.pi * source.radius_m * bessel / lateral, dtype=np.complex128)
    radius_m = source.curvature_radius_m
    widest = np.arcsin(source.aperture_radius_m / radius_m)
    finest = float(np.abs(lateral).max()) * source.aperture_radius_m
    polar, measure = gauss_legendre(0.0, widest, int(0.5 * finest) + 80)
    off_axis, depth = radius_m * np.sin(polar), radius_m * (1 - np.cos(polar))
    kernel = bessel_j0(lateral[:, None] * off_axis[None, :])
    kernel *= np.exp(1j * axial[:, None] * (rim_m - depth)[None, :])
    result: Complex = kernel @ (2 * np.pi * radius_m**2 * np.sin(polar) * measure)
    return result


def gauss_legendre(low: float, high: float, count: int) -> tuple[Real, Real]:
    """Gauss-Legendre nodes and weights on an interval, in panels of at most 64 nodes."""
    panels = max(1, -(-count // 64))
    nodes, weights = np.polynomial.legendre.leggauss(min(max(count, 8), 64))
    edges = np.linspace(low, high, panels + 1)
    half = (edges[1:] - edges[:-1]) / 2
    middle = (edges[1:] + edges[:-1]) / 2
    places = (middle[:, None] + half[:, None] * nodes[None, :]).ravel()
    return places, (half[:, None] * weights[None, :]).ravel()
