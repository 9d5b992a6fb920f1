"""What the measured heat of one sonication says for the next: how much power, and where to aim."""

from __future__ import annotations

from dataclasses import dataclass

from assuage.errors import UsageError
from assuage.ultrasound.thermometry.focus import MeasuredFocus, Point

MOST_POWER_STEP = 2.0  # a convention of ours: no single step more than doubles the power


@dataclass(frozen=True)
class NextSonication:
    """Power and aim of the next sonication. Research; not for driving a device.

    `aim_ras_mm` is where to steer so that the focus falls on the target; `limited` says that the power
    asked for was more than a step may add.
    """

    acoustic_power_w: float
    aim_ras_mm: Point
    limited: bool


def next_sonication(
    focus: MeasuredFocus,
    *,
    delivered_power_w: float,
    aimed_at_ras_mm: Point,
    target_ras_mm: Point,
    wanted_rise_c: float,
) -> NextSonication:
    """Correct power and aim by what was measured: the rise goes with power, and the focus with the aim.

    Raises UsageError for a power or a rise that is not above 0.
    """
    if not (delivered_power_w > 0 and wanted_rise_c > 0 and focus.rise_c > 0):
        message = "power, the rise measured and the rise wanted must all be above 0"
        raise UsageError(message)
    asked = delivered_power_w * wanted_rise_c / focus.rise_c
    most = MOST_POWER_STEP * delivered_power_w
    missed = (t - f for t, f in zip(target_ras_mm, focus.position_ras_mm, strict=True))
    x, y, z = (aim + miss for aim, miss in zip(aimed_at_ras_mm, missed, strict=True))
    return NextSonication(min(asked, most), (x, y, z), asked > most)
