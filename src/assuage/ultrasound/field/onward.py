"""From a plane onwards through a uniform fluid, by the angular spectrum.

J. W. Goodman, Introduction to Fourier Optics, 3rd ed., section 3.10. The plane is set into a
wider lattice of zeros, so that what leaves on one side returns on the other only at angles too
steep to reach the picture.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.fft
from numpy.typing import NDArray

Complex64 = NDArray[np.complex64]
PADDING_PER_DISTANCE = 1.2  # lattice added beside the window, as a share of the distance travelled


def planes_beyond(
    plane_pa: Complex64,
    wavenumber_rad_m: complex,
    spacing_m: float,
    *,
    first_step: int,
    count: int,
    crop: tuple[slice, slice],
    threads: int = 1,
) -> Iterator[Complex64]:
    """Yield `count` planes, `first_step`, `first_step` + 1, ... spacings beyond the given one.

    `plane_pa` has shape (ny, nz) and is zero outside; each result is the part `crop` of it.
    """
    reach = int(PADDING_PER_DISTANCE * (first_step + count))
    shape = [scipy.fft.next_fast_len(n + reach) for n in plane_pa.shape]
    lateral = [2 * np.pi * np.fft.fftfreq(n, spacing_m) for n in shape]
    axial = np.sqrt(wavenumber_rad_m**2 - lateral[0][:, None] ** 2 - lateral[1][None, :] ** 2 + 0j)
    axial = np.where(axial.imag < 0, -axial, axial)
    spectrum = scipy.fft.fft2(plane_pa, s=shape, workers=threads)
    spectrum = (spectrum * np.exp(1j * axial * (first_step * spacing_m))).astype(np.complex64)
    step = np.exp(1j * axial * spacing_m).astype(np.complex64)
    for number in range(count):
        if number:
            spectrum *= step
        field: Complex64 = scipy.fft.ifft2(spectrum, workers=threads)
        yield field[crop]
