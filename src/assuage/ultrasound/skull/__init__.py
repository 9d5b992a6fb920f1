"""The skull from a CT: tissue maps for the solver, thickness, incidence, density ratio, active elements."""

from assuage.ultrasound.skull.density_ratio import density_ratio_rule
from assuage.ultrasound.skull.head import SegmentedHead, segmented
from assuage.ultrasound.skull.maps import SoftTissues, bone_mask, brain_mask, soft_tissues, tissue_maps
from assuage.ultrasound.skull.properties import (
    AbsorbedFraction,
    BoneProperties,
    PropertyMap,
    absorbed_fractions,
    caveat_words,
    property_map,
    property_maps,
)
from assuage.ultrasound.skull.rays import (
    SkullRays,
    Standing,
    critical_angles_deg,
    is_active,
    standings,
    trace_rays,
    wall_speeds_m_s,
)

__all__ = [
    "AbsorbedFraction",
    "BoneProperties",
    "PropertyMap",
    "SegmentedHead",
    "SkullRays",
    "SoftTissues",
    "Standing",
    "absorbed_fractions",
    "bone_mask",
    "brain_mask",
    "caveat_words",
    "critical_angles_deg",
    "density_ratio_rule",
    "is_active",
    "property_map",
    "property_maps",
    "segmented",
    "soft_tissues",
    "standings",
    "tissue_maps",
    "trace_rays",
    "wall_speeds_m_s",
]
