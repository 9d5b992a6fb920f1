"""The next sonication goes by what the last one showed."""

import pytest

from assuage.errors import UsageError
from assuage.ultrasound.thermometry.correction import next_sonication
from assuage.ultrasound.thermometry.focus import MeasuredFocus

FOCUS = MeasuredFocus((1.0, 2.0, 3.5), (0.1, 0.1, 0.2), 8.0, 0.3, (3.0, 3.0, 5.0))
TARGET = (1.5, 2.0, 3.0)


def test_power_grows_with_the_rise_that_was_missing() -> None:
    planned = next_sonication(
        FOCUS, delivered_power_w=200, aimed_at_ras_mm=TARGET, target_ras_mm=TARGET, wanted_rise_c=12
    )
    assert (planned.acoustic_power_w, planned.limited) == (pytest.approx(300), False)


def test_aim_moves_by_what_the_focus_missed() -> None:
    planned = next_sonication(
        FOCUS, delivered_power_w=200, aimed_at_ras_mm=TARGET, target_ras_mm=TARGET, wanted_rise_c=8
    )
    assert planned.aim_ras_mm == pytest.approx((2.0, 2.0, 2.5))


def test_no_step_more_than_doubles_the_power() -> None:
    planned = next_sonication(
        FOCUS, delivered_power_w=200, aimed_at_ras_mm=TARGET, target_ras_mm=TARGET, wanted_rise_c=40
    )
    assert (planned.acoustic_power_w, planned.limited) == (400, True)


@pytest.mark.parametrize(("power_w", "rise_c"), [(0, 5), (-1, 5), (10, 0)])
def test_nothing_is_planned_from_no_heat(power_w: float, rise_c: float) -> None:
    with pytest.raises(UsageError, match="above 0"):
        next_sonication(
            FOCUS,
            delivered_power_w=power_w,
            aimed_at_ras_mm=TARGET,
            target_ras_mm=TARGET,
            wanted_rise_c=rise_c,
        )
