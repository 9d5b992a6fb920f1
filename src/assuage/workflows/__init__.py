"""The verbs: the only place where stages meet, and where files, folders and the default date are decided."""

from assuage.workflows.reviewing import (
    Reviewed,
    chosen_definitions,
    made_up_clinic,
    review,
    review_person,
)

__all__ = ["Reviewed", "chosen_definitions", "made_up_clinic", "review", "review_person"]
