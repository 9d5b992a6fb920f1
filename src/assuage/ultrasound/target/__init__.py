"""Where the focus is wanted: a point, AC-PC coordinates, or a named nucleus."""

from assuage.ultrasound.target.acpc import AcPcFrame
from assuage.ultrasound.target.named import NamedTarget, named_target, named_targets
from assuage.ultrasound.target.target import Target

__all__ = ["AcPcFrame", "NamedTarget", "Target", "named_target", "named_targets"]
