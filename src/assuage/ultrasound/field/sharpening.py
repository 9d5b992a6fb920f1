"""The kernel that media are sampled with: a quadratic B-spline sharpened by its own differences.

A plain volume fraction (box of one voxel) is wrong by 11 % of the sound behind a 6.5 mm slab of bone at
6 points per wavelength, by 4 % at 10, with the sign changing as the slab moves through the voxel: its
second moment smears the interface, and its sharp edges alias. The spline hardly aliases, and the
sharpening takes the smearing out again.

The six weights were fitted once, in one dimension, to the exact fields of BM3, BM4, a 3.1 mm slab and
three random slabs (1800 to 3100 m/s, 1300 to 2100 kg/m3, 10 to 80 Np/m, 2 to 8 mm), at 6, 8, 10 and
14 points per wavelength, straight and at up to 20 degrees, BM3 and BM4 at 6 points counting twice.
On six random slabs that took no part in the fit the complex error of the transmitted wave is
2.7, 1.0, 0.8 and 0.7 % (rms over ten places in the voxel, straight and at 17 degrees).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

# Second, fourth and sixth difference added to the spline: compressibility on nodes, density on faces.
Sharpening = tuple[float, float, float]
NODE_SHARPENING: Sharpening = (0.1188, 0.0122, 0.0127)
FACE_SHARPENING: Sharpening = (0.1139, 0.0068, 0.0168)
KERNEL_REACH = 4.5  # voxels beyond which an interface is not felt

_SECOND_DIFFERENCE = np.array([1.0, -2.0, 1.0])
# Integrals of the quadratic B-spline over blocks: the cubic B-spline at whole and at half steps.
_BLOCKS_ABOUT_A_NODE = np.array([1.0, 4.0, 1.0]) / 6
_BLOCKS_ABOUT_A_FACE = np.array([1.0, 23.0, 23.0, 1.0]) / 48


def block_weights(sharpening: Sharpening, *, between: bool) -> NDArray[np.float64]:
    """What each uniform block beside a point adds to the sharpened spline's mean there, along one axis.

    Nine weights about the middle of a block; ten about the face between two (`between`). Their sum is 1.
    """
    spline = _BLOCKS_ABOUT_A_FACE if between else _BLOCKS_ABOUT_A_NODE
    weights = np.pad(spline, 3)
    difference = spline
    for step, share in enumerate(sharpening, start=1):
        difference = np.convolve(difference, _SECOND_DIFFERENCE)
        weights += (-1) ** step * share * np.pad(difference, 3 - step)
    return weights


def mean_over_blocks(
    values: NDArray[np.float64], sharpening: Sharpening, face_axis: int | None = None
) -> NDArray[np.float64]:
    """The sharpened spline's mean of a medium made of uniform blocks; shape and last blocks are kept.

    Result i is at the middle of block i, or, along `face_axis`, at the face between blocks i and i + 1.
    """
    mean = values
    for axis in range(3):
        between = axis == face_axis
        # An even number of weights stands half a step on with this origin.
        mean = ndimage.correlate1d(
            mean,
            block_weights(sharpening, between=between),
            axis,
            mode="nearest",
            origin=-1 if between else 0,
        )
    return mean
