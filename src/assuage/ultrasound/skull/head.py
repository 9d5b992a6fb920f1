"""A CT of a head, told apart: water around it, scalp, bone, brain, air.

What is bone is decided by Hounsfield units at the CT's own resolution. What lies inside the skull
and what outside is decided on a coarse copy, slice by slice: an axial slice through the calvaria is a
closed ring of bone, while the whole skull is open below.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.sources import Provenance, provenance, read_knowledge
from assuage.ultrasound.images.volume import Floats, ImageVolume

FILE = "segmentation.yaml"
AIR_HU = -1000.0  # by definition of the unit
HALF = 0.5

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Thresholds:
    """Where one tissue ends and the next begins; see `data/segmentation.yaml`."""

    bone_hu: float
    soft_hu: float
    coarse_mm: float
    closing_mm: float
    deep_mm: float
    solid_bone_percentile: float
    fewest_bone_cm3: float
    provenance: Provenance


@dataclass(frozen=True)
class SegmentedHead:
    """A CT in Hounsfield units and what is where in it.

    `head`, `enclosed` and `near_skull` are coarse images of 0 and 1, read at one half: the head and
    what touches it; what lies inside the middle of the skull's wall, or deep in the head; a shell some
    millimetres wide about the bone of the skull, which leaves out the table and the frame. `hu_max` is
    what this image shows for solid bone.
    """

    ct: ImageVolume
    head: ImageVolume
    enclosed: ImageVolume
    near_skull: ImageVolume
    hu_max: float

    @property
    def bone_hu(self) -> float:
        """Bone has this many Hounsfield units, or more."""
        return thresholds().bone_hu


@cache
def thresholds() -> Thresholds:
    """The thresholds of this package: our own convention, and said to be."""
    fields = read_knowledge(files("assuage.ultrasound.skull") / "data" / FILE)["head"]
    given: dict[str, Any] = {key: float(value) for key, value in fields.items() if key != "provenance"}
    return Thresholds(provenance=provenance(fields["provenance"], file=FILE, entry="head"), **given)


def segmented(ct: ImageVolume) -> SegmentedHead:
    """Tell the tissues of a head CT apart; raises UsageError where the image is no CT of a head in HU."""
    limits = thresholds()
    _refuse_not_hounsfield(ct)
    coarse = ct.resampled(limits.coarse_mm, outside=AIR_HU)
    bone = _largest(coarse.values >= limits.bone_hu)
    if bone.sum() * limits.coarse_mm**3 < 1e3 * limits.fewest_bone_cm3:
        message = (
            f"less than {limits.fewest_bone_cm3:g} cm3 of connected bone above {limits.bone_hu:g} HU: the"
            " image must be a CT of a head in Hounsfield units"
        )
        raise UsageError(message)
    head = _largest(coarse.values > limits.soft_hu) | bone
    inside = _enclosed(bone, limits) | _deep(head, limits)
    masks = (head, inside, scipy.ndimage.binary_dilation(bone, iterations=2))
    whole, enclosed, near = (ImageVolume(m.astype(np.float32), coarse.affine_ras_mm) for m in masks)
    return SegmentedHead(ct, whole, enclosed, near, _solid_bone_hu(ct, near, limits))


def _refuse_not_hounsfield(ct: ImageVolume) -> None:
    """A head CT in HU holds air, and soft tissue near 0."""
    lowest, highest = float(ct.values.min()), float(ct.values.max())
    if not (-4096 <= lowest <= -200 and highest >= thresholds().bone_hu):
        message = (
            "the image is not in Hounsfield units, or holds no air or no bone: a head CT has about -1000 in"
            " air, 0 in water and 300 or more in bone. Convert the image first; nothing is guessed"
        )
        raise UsageError(message)


def _largest(mask: Mask) -> Mask:
    """The largest connected part of a mask, by faces, edges and corners."""
    labels, count = scipy.ndimage.label(mask, structure=np.ones((3, 3, 3)))
    if count == 0:
        return mask
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    largest: Mask = labels == sizes.argmax()
    return largest


def _enclosed(bone: Mask, limits: Thresholds) -> Mask:
    """What lies inside the middle of the skull's wall: gaps bridged, rings filled slice by slice, thinned."""
    reach = limits.closing_mm / limits.coarse_mm
    margin = round(reach) + 2
    padded = np.pad(bone, margin)
    swollen = scipy.ndimage.distance_transform_edt(~padded) <= reach
    for k in range(swollen.shape[2]):  # axis 2 of the coarse copy points to the top of the head
        swollen[:, :, k] = scipy.ndimage.binary_fill_holes(swollen[:, :, k])
    filled = scipy.ndimage.binary_fill_holes(swollen)
    # One node more than was put on: to the middle of the wall.
    thinned = scipy.ndimage.distance_transform_edt(filled) > reach + 1
    keep = slice(margin, -margin)
    return _largest(thinned[keep, keep, keep])


def _deep(head: Mask, limits: Thresholds) -> Mask:
    """What lies deeper under the skin than any wall of a skull: below the skull's base no ring is closed."""
    solid = scipy.ndimage.binary_fill_holes(head)
    depth = scipy.ndimage.distance_transform_edt(solid) * limits.coarse_mm
    return np.asarray(depth > limits.deep_mm)


def _solid_bone_hu(ct: ImageVolume, near_skull: ImageVolume, limits: Thresholds) -> float:
    """A high percentile of the skull's own voxels: the highest alone may be metal or noise."""
    bone = np.argwhere(ct.values >= limits.bone_hu)
    # One voxel in a few is enough for a percentile, and a fine CT has tens of millions.
    bone = bone[:: max(1, len(bone) // 2_000_000)]
    places = ct.world_ras_mm(bone)
    own: Floats = ct.values[tuple(bone.T)][near_skull.at(places, outside=0.0) >= HALF]
    return float(np.percentile(own, limits.solid_bone_percentile))
