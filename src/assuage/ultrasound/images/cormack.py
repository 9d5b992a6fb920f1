"""Cormack units, in which the Clinical Toolbox for SPM keeps its CT templates, back to Hounsfield units."""

from __future__ import annotations

import numpy as np

from assuage.errors import UsageError
from assuage.ultrasound.images.volume import ImageVolume

SOFT_FROM, SOFT_TO, STRETCH = 900.0, 3100.0, 11.0


def hounsfield_from_cormack(volume: ImageVolume, *, air_hu: float = -1000.0) -> ImageVolume:
    """The same image in Hounsfield units; raises UsageError where it holds negative values.

    Cormack units stretch soft tissue elevenfold and begin at 0 in air. The toolbox's own routines take air as
    -1024 or as each scan's minimum: an average of scans is known to some 12 HU only (Rorden et al. 2012,
    doi 10.1016/j.neuroimage.2012.03.020, clinical_c2h.m of neurolabusc/Clinical @2189c744).
    """
    if float(volume.values.min()) < 0:
        message = "Cormack units are not below 0: the image has been converted already"
        raise UsageError(message)
    stretched = np.clip(volume.values - SOFT_FROM, 0, SOFT_TO - SOFT_FROM)
    hu = volume.values - stretched * (1 - 1 / STRETCH) + air_hu
    return ImageVolume(hu.astype(np.float32), volume.affine_ras_mm)
