"""The absorbing edges of a box: they never amplify, and plane waves come back from them faintly."""

import numpy as np
import pytest

from assuage.ultrasound.field.scattering import absorption


def echo(points_per_wavelength, angle_degrees):
    """Reflected over outgoing amplitude of a plane wave on edges of 2 wavelengths, Laplacian by Fourier."""
    cells = round(2 * points_per_wavelength)
    size = 2 * cells + round(6 * points_per_wavelength)
    node = np.arange(size)
    distance = np.minimum(node + 0.5, size - node - 0.5)
    depth = np.clip((cells - distance) / cells, 0, 1).astype(np.float32)
    k = 2 * np.pi / points_per_wavelength
    square = np.cos(np.radians(angle_degrees)) ** 2
    q = 2 * np.pi * np.fft.fftfreq(size)
    laplacian = np.fft.ifft(-(q**2)[:, None] * np.fft.fft(np.eye(size), axis=0), axis=0)
    middle = size // 2
    source = np.exp(-((node - middle) ** 2) / 8)
    field = np.linalg.solve(laplacian + np.diag(k**2 * (square + absorption(depth))), source)
    free = node[middle + round(1.2 * points_per_wavelength) + 8 : size - cells - 1]
    waves = np.stack([np.exp(s * 1j * k * np.sqrt(square) * free) for s in (1, -1)], axis=1)
    outgoing, returned = np.linalg.lstsq(waves, field[free], rcond=None)[0]
    return abs(returned / outgoing)


def test_edges_never_amplify():
    assert (absorption(np.linspace(0, 1, 500, dtype=np.float32)).imag >= -1e-6).all()


@pytest.mark.parametrize("points_per_wavelength", [6, 8, 12])
@pytest.mark.parametrize(
    ("angle_degrees", "most"), [(0, 0.0025), (20, 0.0025), (40, 0.003), (50, 0.005), (60, 0.04)]
)
def test_waves_come_back_faintly(points_per_wavelength, angle_degrees, most):
    assert echo(points_per_wavelength, angle_degrees) < most
