"""The verbs: the only place where stages meet, and where files, folders and the default date are decided."""

from assuage.workflows.comparing import PersonType, person_types
from assuage.workflows.making_up import CLINIC_PEOPLE, SEED, make_up, review_made_up
from assuage.workflows.options import options_of, person_options
from assuage.workflows.person import review_person
from assuage.workflows.person_pages import write_person_pages
from assuage.workflows.rendering import person_report
from assuage.workflows.reviewing import (
    Reviewed,
    chosen_definitions,
    made_up_clinic,
    review,
)

__all__ = [
    "CLINIC_PEOPLE",
    "SEED",
    "PersonType",
    "Reviewed",
    "chosen_definitions",
    "made_up_clinic",
    "make_up",
    "options_of",
    "person_options",
    "person_report",
    "person_types",
    "review",
    "review_made_up",
    "review_person",
    "write_person_pages",
]
