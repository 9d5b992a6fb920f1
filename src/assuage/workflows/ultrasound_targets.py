"""Which target a plan is for: a point, or a named nucleus by the landmarks of a head."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assuage.errors import UnreadableInput, UsageError
from assuage.ultrasound.phantom import HeadShape, phantom_landmarks
from assuage.ultrasound.target import AcPcFrame, Target, named_target
from assuage.workflows.ultrasound_plan import phantom_seed

NUCLEUS = "central lateral nucleus, posterior part"
PHANTOM_VENTRICLE_MM = 6.0  # a made-up head has no ventricle: a round figure
Ras = tuple[float, float, float]


class LandmarksText(BaseModel):
    """Landmarks as a person writes them; the width is of the third ventricle at the target's level."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    ac_ras_mm: Ras
    pc_ras_mm: Ras
    midline_ras_mm: Ras
    third_ventricle_width_mm: Annotated[float, Field(ge=0, lt=40)]


def chosen_target(
    source: str, point_ras_mm: Ras | None, side: Literal["left", "right"] | None, landmarks: Path | None
) -> Target:
    """The target of a plan of `source`; raises UsageError where it is not one of the two ways."""
    if (point_ras_mm is None) == (side is None):
        message = "say where: either --target X Y Z (scanner RAS, mm), or --side left or right"
        raise UsageError(message)
    if point_ras_mm is not None:
        return Target("point", point_ras_mm)
    assert side is not None  # noqa: S101 -- one of the two is given
    if landmarks is not None:
        return _by_file(side, landmarks)
    if phantom_seed(source) is None:
        message = "--side needs --landmarks: the commissures, a midline point, the third ventricle's width"
        raise UsageError(message)
    return phantom_target(side)


def phantom_target(side: Literal["left", "right"], shape: HeadShape | None = None) -> Target:
    """The nucleus in a made-up head."""
    marks = phantom_landmarks(shape)
    frame = AcPcFrame(marks.anterior_commissure_mm, marks.posterior_commissure_mm, marks.midline_mm)
    return named_target(NUCLEUS, side, frame, third_ventricle_width_mm=PHANTOM_VENTRICLE_MM)


def _by_file(side: Literal["left", "right"], path: Path) -> Target:
    try:
        marks = LandmarksText.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnreadableInput("it is no readable YAML file", path=path) from error  # noqa: EM101
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        found = f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg'].lower()}"
        expected = ", ".join(LandmarksText.model_fields)
        raise UnreadableInput(found, path=path, expected=expected, remedy="mark them on the MR") from None
    frame = AcPcFrame(marks.ac_ras_mm, marks.pc_ras_mm, marks.midline_ras_mm)
    return named_target(NUCLEUS, side, frame, third_ventricle_width_mm=marks.third_ventricle_width_mm)
