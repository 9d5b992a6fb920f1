"""A ball of a head, whose every answer is known: brain, a wall of one kind of bone, scalp, air."""

import numpy as np

from assuage.ultrasound.images.volume import ImageVolume

INNER_MM, WALL_MM, SCALP_MM, BONE_HU = 34.0, 6.0, 5.0, 1200.0
MIDDLE_MM = np.array([4.0, -3.0, 7.0])


def place_m(right, front, up):
    """A place beside the ball's middle, given in mm, RAS metres."""
    return 1e-3 * (MIDDLE_MM + np.array([right, front, up]))


def unspoilt(hu, _places_mm):
    """The ball as it is."""
    return hu


def ball(spacing_mm=1.0, bone_hu=BONE_HU, change=unspoilt):
    """Hounsfield units of the ball, edges blurred over a voxel; `change` may spoil it."""
    reach = INNER_MM + WALL_MM + SCALP_MM + 6
    count = round(2 * reach / spacing_mm)
    affine = np.diag([spacing_mm] * 3 + [1.0])
    affine[:3, 3] = MIDDLE_MM - spacing_mm * (count - 1) / 2
    places = (
        np.stack(np.meshgrid(*[np.arange(count)] * 3, indexing="ij"), axis=-1) * spacing_mm + affine[:3, 3]
    )
    radius = np.linalg.norm(places - MIDDLE_MM, axis=-1)
    hu = np.full(radius.shape, 35.0)
    for edge, beyond in (
        (INNER_MM, bone_hu),
        (INNER_MM + WALL_MM, 50.0),
        (INNER_MM + WALL_MM + SCALP_MM, -1000.0),
    ):
        share = np.clip((radius - edge) / spacing_mm + 0.5, 0, 1)
        hu = hu + share * (beyond - hu)
    return ImageVolume(change(hu, places).astype(np.float32), affine)


def helmet(count, radius_m=0.15, lowest=0.1):
    """Places on the upper half of a sphere about the ball's middle, RAS metres, shape (n, 3)."""
    rise = np.linspace(lowest, 0.999, count)
    turn = 2.399963 * np.arange(count)
    flat = np.sqrt(1 - rise**2)
    return 1e-3 * MIDDLE_MM + radius_m * np.stack([flat * np.cos(turn), flat * np.sin(turn), rise], axis=1)
