"""The helmet: where its elements are, which way they look, how hard each may be driven."""

from assuage.ultrasound.transducer.helmet import Helmet, generic_helmet, read_helmet
from assuage.ultrasound.transducer.pose import PlacedHelmet, Pose

__all__ = ["Helmet", "PlacedHelmet", "Pose", "generic_helmet", "read_helmet"]
