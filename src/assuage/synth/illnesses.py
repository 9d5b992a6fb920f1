"""Illnesses that made-up people have beside the pain they come for."""

from __future__ import annotations

from assuage.synth.pains import Named

OTHER_ILLNESS: dict[str, Named] = {
    "epilepsy": ("epilepsy", "epilepsy", "G40.909"),
    "depression": ("depression", "depression", "F32.9"),
    "hypertension": ("hypertension", "hypertension", "I10"),
    "anxiety": ("anxiety", "anxiety", "F41.9"),
    "multiple sclerosis": ("multiple_sclerosis", "multiple sclerosis", "G35"),
}
DIABETES: Named = ("diabetes", "type 2 diabetes mellitus", "E11.9")
SECOND_PAIN: Named = ("chronic_low_back_pain", "chronic low back pain", "")
ALSO_DIAGNOSED = (DIABETES, SECOND_PAIN)
