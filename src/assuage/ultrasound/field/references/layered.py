"""Flat absorbing fluid layers: exact, by transfer matrices, at any angle and for any axial beam.

L. M. Brekhovskikh and O. A. Godin, Acoustics of Layered Media I, Springer 1990, sections 2.5-2.6.
State in a layer: pressure and normal velocity (p, v). Across a layer of thickness d

    p_front = cos(kz d) p_back - i Z sin(kz d) v_back
    v_front = -(i/Z) sin(kz d) p_back + cos(kz d) v_back,     Z = w rho / kz,  Im kz >= 0.

Left out, as in every code with a transparent source: sound that returns from the layers, is
reflected by the source, and comes again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.field.axisymmetric import WaveCone, bessel_j0
from assuage.ultrasound.field.materials import Material

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
LARGEST_FADE_NEPERS = 200.0  # past this a layer lets nothing through, and exp would overflow


@dataclass(frozen=True)
class LayerStack:
    """Flat layers from `first_face_m` on, between `front` and `back`; thicknesses in metres."""

    front: Material
    layers: tuple[tuple[Material, float], ...]
    back: Material
    first_face_m: float

    @property
    def last_face_m(self) -> float:
        """Where the half-space behind the layers begins."""
        return self.first_face_m + sum(thickness for _, thickness in self.layers)


@dataclass(frozen=True)
class _Wave:
    """One layer's wavenumber along the normal and its impedance, for every lateral wavenumber."""

    axial: Complex
    impedance: Complex

    @classmethod
    def of(cls, material: Material, frequency_hz: float, lateral: Complex) -> _Wave:
        k = material.wavenumber_rad_m(frequency_hz)
        root = np.asarray(np.sqrt(k**2 - lateral**2 + 0j), dtype=np.complex128)
        root = np.where(root == 0, 1e-6 * abs(k), root)  # exactly grazing: keep the impedance finite
        axial: Complex = np.where(root.imag < 0, -root, root)
        return cls(axial, 2 * np.pi * frequency_hz * material.density_kg_m3 / axial)

    def state_before(self, distance_m: float, state: tuple[Complex, Complex]) -> tuple[Complex, Complex]:
        """(p, v) at `distance_m` nearer to the front than where `state` is given."""
        phase = self.axial * distance_m
        phase = phase.real + 1j * np.minimum(phase.imag, LARGEST_FADE_NEPERS)
        cosine, sine = np.cos(phase), np.sin(phase)
        pressure, velocity = state
        return (
            cosine * pressure - 1j * self.impedance * sine * velocity,
            -1j / self.impedance * sine * pressure + cosine * velocity,
        )


@dataclass(frozen=True)
class StackResponse:
    """What a stack does to a unit wave, for each lateral wavenumber, shape (n,).

    `transmission` is the pressure at the last face over the incident pressure at the first face;
    `reflection` the reflected over the incident pressure at the first face.
    """

    transmission: Complex
    reflection: Complex


def response(stack: LayerStack, frequency_hz: float, lateral_rad_m: Complex) -> StackResponse:
    """Transmission and reflection for lateral wavenumbers of shape (n,)."""
    state = _state_at_last_face(stack, frequency_hz, lateral_rad_m)
    for material, thickness_m in reversed(stack.layers):
        state = _Wave.of(material, frequency_hz, lateral_rad_m).state_before(thickness_m, state)
    front = _Wave.of(stack.front, frequency_hz, lateral_rad_m)
    incident = (state[0] + front.impedance * state[1]) / 2
    return StackResponse(1 / incident, (state[0] - front.impedance * state[1]) / 2 / incident)


def _state_at_last_face(stack: LayerStack, frequency_hz: float, lateral: Complex) -> tuple[Complex, Complex]:
    back = _Wave.of(stack.back, frequency_hz, lateral)
    return np.ones_like(lateral), 1 / back.impedance


def response_at_angle(stack: LayerStack, frequency_hz: float, angle_rad: float) -> StackResponse:
    """The same for one plane wave that meets the stack at an angle from its normal."""
    k = stack.front.wavenumber_rad_m(frequency_hz)
    return response(stack, frequency_hz, np.array([k * np.sin(angle_rad)]))


def beam_pressure_pa(
    cone: WaveCone, stack: LayerStack, frequency_hz: float, radii_m: Real, depths_m: Real
) -> Complex:
    """An axial beam through a stack at right angles to its axis, shape (len(depths), len(radii)).

    Depths count from the source's apex, as in the cone and in `stack.first_face_m`.
    """
    profile = _depth_profiles(cone, stack, frequency_hz, depths_m)
    bessel = bessel_j0(cone.lateral_rad_m[:, None] * radii_m[None, :])
    pressure: Complex = (profile * cone.weights_pa[None, :]) @ bessel
    return pressure


def _depth_profiles(cone: WaveCone, stack: LayerStack, frequency_hz: float, depths_m: Real) -> Complex:
    """Each plane wave's pressure per unit weight at each depth, shape (len(depths), n)."""
    lateral, axial, start_m = cone.lateral_rad_m, cone.axial_rad_m, cone.reference_depth_m
    first_m, last_m = stack.first_face_m, stack.last_face_m
    answer = response(stack, frequency_hz, lateral)
    arriving = np.exp(1j * axial * (first_m - start_m))
    passed = arriving * np.nan_to_num(answer.transmission)
    back = _Wave.of(stack.back, frequency_hz, lateral)
    profile = np.empty((len(depths_m), len(lateral)), dtype=np.complex128)
    for row, depth_m in enumerate(depths_m):
        if depth_m <= first_m:
            onward = np.exp(1j * axial * (depth_m - start_m))
            returned = np.exp(1j * axial * (2 * first_m - start_m - depth_m))
            profile[row] = onward + np.nan_to_num(answer.reflection) * returned
        elif depth_m >= last_m:
            profile[row] = passed * np.exp(1j * back.axial * (depth_m - last_m))
        else:
            profile[row] = passed * _pressure_inside(stack, frequency_hz, lateral, depth_m)
    return profile


def _pressure_inside(stack: LayerStack, frequency_hz: float, lateral: Complex, depth_m: float) -> Complex:
    """Pressure at a depth inside the stack over that at its last face."""
    state = _state_at_last_face(stack, frequency_hz, lateral)
    face_m = stack.last_face_m
    for material, thickness_m in reversed(stack.layers):
        wave = _Wave.of(material, frequency_hz, lateral)
        if depth_m >= face_m - thickness_m:
            return wave.state_before(face_m - depth_m, state)[0]
        state = wave.state_before(thickness_m, state)
        face_m -= thickness_m
    return state[0]


def spectrum_pressure_pa(
    plane_pa: Complex,
    spacing_m: float,
    plane_m: float,
    stack: LayerStack,
    frequency_hz: float,
    points_m: Real,
) -> Complex:
    """Behind a stack, from the incident field on a plane in front of it: for beams at any angle.

    `plane_pa` (n, n) is on the plane x = `plane_m`, centred on x's axis, zero or faint at its edges;
    `points_m` (m, 3) lie behind `stack.last_face_m`; both in a frame whose x is the stack's normal.
    A plain sum over plane waves at each point, so the points need no lattice.
    """
    count = plane_pa.shape[0]
    lateral_1d = 2 * np.pi * np.fft.fftfreq(count, spacing_m)
    first_m = -(count // 2) * spacing_m
    spectrum = np.fft.fft2(plane_pa) / count**2
    ky, kz = (a.ravel() for a in np.meshgrid(lateral_1d, lateral_1d, indexing="ij"))
    keep = np.abs(spectrum).ravel() > 1e-4 * np.abs(spectrum).max()
    ky, kz, weights = ky[keep], kz[keep], spectrum.ravel()[keep]
    lateral = np.sqrt(ky**2 + kz**2).astype(np.complex128)
    front = _Wave.of(stack.front, frequency_hz, lateral).axial
    back = _Wave.of(stack.back, frequency_hz, lateral).axial
    passed = response(stack, frequency_hz, lateral).transmission * np.exp(
        1j * front * (stack.first_face_m - plane_m)
    )
    result = np.empty(len(points_m), dtype=np.complex128)
    for number, (x, y, z) in enumerate(points_m):
        phase = ky * (y - first_m) + kz * (z - first_m)
        result[number] = np.sum(weights * passed * np.exp(1j * (phase + back * (x - stack.last_face_m))))
    return result
