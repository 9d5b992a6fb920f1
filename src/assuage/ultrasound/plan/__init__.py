"""The plan: phases for every element, where the focus will be, how sure that is.

Research; not for driving a device.
"""

from assuage.ultrasound.plan.focus import FocusPrediction, NearFocus, focus_near_target, predict_focus
from assuage.ultrasound.plan.measure import FocalSpot, Loud, measure_spot
from assuage.ultrasound.plan.phases import (
    CORRECTIONS,
    Correction,
    PhasePlan,
    Plan,
    element_source,
    full_wave_phases_rad,
    geometric_phases_rad,
    judged,
    plan_phases,
    radiated_power_w,
    ray_phases_rad,
)
from assuage.ultrasound.plan.point_source import plan_point_source
from assuage.ultrasound.plan.problem import RESEARCH_ONLY, PlanProblem
from assuage.ultrasound.plan.rays import travel_times_s
from assuage.ultrasound.plan.region import HeadByMaps, planning_grid
from assuage.ultrasound.plan.registration import Registration, published_registration
from assuage.ultrasound.plan.transfer import (
    ElementTransfer,
    TargetWave,
    element_transfer,
    target_wave,
    transfer_of,
)
from assuage.ultrasound.plan.uncertainty import (
    Interval,
    PlanSpread,
    PlayedPlan,
    Sample,
    SampleResult,
    Tissues,
    draw_samples,
    play_samples,
    spread_of,
)

__all__ = [
    "CORRECTIONS",
    "RESEARCH_ONLY",
    "Correction",
    "ElementTransfer",
    "FocalSpot",
    "FocusPrediction",
    "HeadByMaps",
    "Interval",
    "Loud",
    "NearFocus",
    "PhasePlan",
    "Plan",
    "PlanProblem",
    "PlanSpread",
    "PlayedPlan",
    "Registration",
    "Sample",
    "SampleResult",
    "TargetWave",
    "Tissues",
    "draw_samples",
    "element_source",
    "element_transfer",
    "focus_near_target",
    "full_wave_phases_rad",
    "geometric_phases_rad",
    "judged",
    "measure_spot",
    "plan_phases",
    "plan_point_source",
    "planning_grid",
    "play_samples",
    "predict_focus",
    "published_registration",
    "radiated_power_w",
    "ray_phases_rad",
    "spread_of",
    "target_wave",
    "transfer_of",
    "travel_times_s",
]
