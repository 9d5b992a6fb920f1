"""How it went: outcomes over time, against published thresholds."""

from assuage.followup.model import FollowUp, Outcome
from assuage.followup.outcomes import follow_up

__all__ = ["FollowUp", "Outcome", "follow_up"]
