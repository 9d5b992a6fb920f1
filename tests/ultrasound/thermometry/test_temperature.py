"""Temperature out of made-up phase images whose temperature is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.errors import UsageError
from assuage.ultrasound.thermometry.focus import MeasuredFocus, measured_focus
from assuage.ultrasound.thermometry.sequence import STANDARD, PrfSequence
from assuage.ultrasound.thermometry.series import ImageSeries, noise_sd
from assuage.ultrasound.thermometry.simulate import Imaging
from assuage.ultrasound.thermometry.temperature import (
    TemperatureFrame,
    averaged,
    nearest,
    temperatures,
)
from ultrasound.thermometry.made_up_heat import FOCUS_RAS_MM, hot_spot, imaging, scan, unheated

NO_NOISE = {"snr": 1e5, "drift_c_per_min": 0.0}
PEAK_C = 20.0


def measured(how: Imaging, seed: int, peak_c: float = PEAK_C) -> tuple[list[TemperatureFrame], ImageSeries]:
    before, during = scan(how, hot_spot(peak_c), seed)
    frames = temperatures(during.images, before.images, how.sequence, unheated=unheated(during))
    return list(frames), during


def focus_of(frame: TemperatureFrame, series: ImageSeries) -> MeasuredFocus:
    focus = measured_focus(frame, series.positions_ras_mm(), near_ras_mm=FOCUS_RAS_MM, within_mm=6)
    assert focus is not None
    return focus


def errors(how: Imaging, seeds: range) -> tuple[np.ndarray, np.ndarray]:
    """Errors of the peak [C], against no noise and drift, and of the place [mm], of the last frame."""
    frames, series = measured(imaging(**NO_NOISE), 0)
    true = focus_of(frames[-1], series)
    rises, places = [], []
    for seed in seeds:
        frames, series = measured(how, seed)
        focus = focus_of(frames[-1], series)
        rises.append(focus.rise_c - true.rise_c)
        places.append(np.linalg.norm(np.array(focus.position_ras_mm) - FOCUS_RAS_MM))
    return np.array(rises), np.array(places)


# --- what it must show


def test_in_the_standard_case_the_peak_is_right_to_1_c_and_the_place_to_half_a_millimetre() -> None:
    rises, places = errors(imaging(), range(12))
    assert np.sqrt((rises**2).mean()) < 1.0
    assert places.max() < 0.5


def test_at_half_the_snr_and_four_times_the_drift_it_still_finds_the_focus() -> None:
    rises, places = errors(imaging(snr=10, drift_c_per_min=2), range(8))
    assert np.sqrt((rises**2).mean()) < 2.0
    assert np.median(places) < 0.5


def test_without_noise_voxel_and_time_averages_of_the_temperature_come_back() -> None:
    frames, series = measured(imaging(**NO_NOISE), 0)
    focus = focus_of(frames[-1], series)
    assert focus.position_ras_mm == pytest.approx(FOCUS_RAS_MM, abs=0.05)
    assert PEAK_C * 0.85 < focus.rise_c < PEAK_C, "averaging over a voxel takes from the peak"


def test_the_uncertainty_is_the_scatter() -> None:
    """Over unheated voxels, errors divided by their stated uncertainty have unit variance."""
    how = imaging()
    scores = []
    for seed in range(4):
        frames, series = measured(how, seed)
        away = unheated(series)
        scores.append((frames[-1].rise_c / frames[-1].sd_c)[away])
    assert np.std(np.concatenate(scores)) == pytest.approx(1.0, abs=0.05)


# --- laws


@given(st.floats(0.0, 30.0), st.integers(0, 2**31))
@settings(max_examples=10, deadline=None)
def test_drift_that_is_a_plane_in_space_is_taken_out(drift_c_per_min: float, seed: int) -> None:
    how = imaging(snr=1e5, drift_c_per_min=drift_c_per_min, drift_gradient_c_per_min=drift_c_per_min / 2)
    frames, _ = measured(how, seed, peak_c=0.0)
    assert np.nanmax(np.abs(frames[-1].rise_c)) < 0.1 + 0.01 * drift_c_per_min


def test_a_rise_beyond_the_wrap_is_followed_frame_by_frame() -> None:
    hot = 1.5 * STANDARD.wraps_at_c
    frames, series = measured(imaging(snr=200, drift_c_per_min=0.0), 1, peak_c=hot)
    assert focus_of(frames[-1], series).rise_c > 0.8 * hot


def test_the_sign_of_the_scanner_only_turns_the_coefficient() -> None:
    how = imaging(**NO_NOISE)
    before, during = scan(how, hot_spot(PEAK_C), 0)
    turned = PrfSequence(3.0, 13e-3, -STANDARD.coefficient_per_c)
    here = {"unheated": unheated(during)}
    plain = list(temperatures(during.images, before.images, STANDARD, **here))
    other = list(temperatures(during.images.conj(), before.images.conj(), turned, **here))
    assert other[-1].rise_c == pytest.approx(plain[-1].rise_c, abs=1e-3)


def test_of_several_baselines_the_one_in_the_same_position_is_taken() -> None:
    how = imaging(**NO_NOISE)
    before, during = scan(how, hot_spot(0.0), 0)
    shift = np.exp(0.8j * np.sin(np.linspace(0, 9, 48)))[:, None, None].astype(np.complex64)
    moved = before.images.copy()
    moved[::2] *= shift
    here = {"unheated": unheated(during)}
    still = list(temperatures(during.images, moved, STANDARD, referencing=nearest, **here))
    mixed = list(temperatures(during.images, moved, STANDARD, referencing=averaged, **here))
    assert np.nanmax(np.abs(still[-1].rise_c)) < 0.05 < np.nanmax(np.abs(mixed[-1].rise_c))


def test_where_there_is_no_signal_there_is_no_temperature() -> None:
    how = imaging()
    before, during = scan(how, hot_spot(PEAK_C), 0)
    for series in (before, during):
        series.images[:, :5] *= 0.01
    frame = next(temperatures(during.images, before.images, STANDARD, unheated=unheated(during)))
    assert np.isnan(frame.rise_c[:5]).mean() > 0.99
    assert np.isfinite(frame.rise_c[10:]).all()


def test_noise_is_measured_between_baselines() -> None:
    before, _ = scan(imaging(snr=25), hot_spot(0.0), 5)
    assert noise_sd(before.images) == pytest.approx(1 / 25, rel=0.03)


def test_where_nothing_is_hot_no_focus_is_found() -> None:
    frames, series = measured(imaging(), 3, peak_c=0.0)
    assert (
        measured_focus(frames[-1], series.positions_ras_mm(), near_ras_mm=FOCUS_RAS_MM, within_mm=6) is None
    )


# --- refusals


def test_too_few_unheated_voxels_are_refused() -> None:
    before, during = scan(imaging(), hot_spot(0.0), 0)
    with pytest.raises(UsageError, match="wider mask"):
        next(temperatures(during.images, before.images, STANDARD, unheated=np.zeros((48, 48, 5), dtype=bool)))


def test_one_baseline_is_refused() -> None:
    before, _ = scan(imaging(), hot_spot(0.0), 0)
    with pytest.raises(UsageError, match="at least two"):
        noise_sd(before.images[:1])


@pytest.mark.parametrize(("field_t", "echo_s"), [(0, 0.013), (3, -1), (float("nan"), 0.013)])
def test_a_sequence_that_cannot_be_is_refused(field_t: float, echo_s: float) -> None:
    with pytest.raises(UsageError, match="finite number above 0"):
        PrfSequence(field_t, echo_s)
