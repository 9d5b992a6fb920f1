"""What one MR frame is to a series of phase images: which part of the signal, when, at which echo, its unit.

Makers write phase in units of their own. Recognised: a unit that is written (RescaleType rad or mrad);
Siemens, -4096 to 4094 by slope 2 and intercept -4096, or 0 to 4095 without them, for one turn; Philips, one
turn in milliradians or radians from minus half a turn by slope and intercept. GE writes real and imaginary
images, which have no unit. Everything else is refused. Sources: github.com/CMRR-C2P/MB issue 238 (Siemens),
github.com/rordenlab/dcm2niix issues 463 and 975 (Philips), the source of dcm2niix (GE's (0043,102F)).
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, replace
from enum import StrEnum

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.frames import Frame, listed, slice_header
from assuage.ultrasound.images.parsed import refused
from assuage.ultrasound.images.stack import SliceHeader

HALF_TURN_RAD = math.pi
UNITS_RAD = {"MRAD": 1e-3, "RAD": 1.0, "RADIAN": 1.0, "RADIANS": 1.0}
SIEMENS_BITS = 12
OF_A_TURN = 0.01  # by which slope and intercept may miss a whole turn
GE_PART = (0x0043, 0x102F)


class Part(StrEnum):
    """Which part of the complex signal an image shows."""

    MAGNITUDE = "magnitude"
    PHASE = "phase"
    REAL = "real"
    IMAGINARY = "imaginary"


GE_PARTS = (Part.MAGNITUDE, Part.PHASE, Part.REAL, Part.IMAGINARY)
WORDS = {
    "M": Part.MAGNITUDE,
    "MAGNITUDE": Part.MAGNITUDE,
    "M_FFE": Part.MAGNITUDE,
    "P": Part.PHASE,
    "PHASE": Part.PHASE,
    "PHASE MAP": Part.PHASE,
    "R": Part.REAL,
    "REAL": Part.REAL,
    "R_FFE": Part.REAL,
    "I": Part.IMAGINARY,
    "IMAGINARY": Part.IMAGINARY,
    "I_FFE": Part.IMAGINARY,
}


@dataclass(frozen=True, eq=False)
class MrFrame:
    """A frame with its place (`slice`, whose slope and intercept give radians for a phase) and its times.

    `start_s` is on a clock of the files' own, `trigger_s` since some trigger, `position` a mere number;
    each None where unsaid.
    """

    slice: SliceHeader
    part: Part
    start_s: float | None
    trigger_s: float | None
    position: float | None
    echo_time_s: float | None
    field_strength_t: float | None
    thickness_mm: float | None


def mr_frame(frame: Frame) -> MrFrame:
    """Raises UnreadableInput for an image whose part or unit is not known."""
    place = slice_header(frame)
    if place.modality != "MR":
        raise refused(frame.path, "the image is no MR", "MR phase images", "give their folder")
    part = _part(frame)
    slope, intercept = _in_radians(frame, place) if part is Part.PHASE else (place.slope, place.intercept)
    echo_ms = frame.number_or_none("EffectiveEchoTime") or frame.number_or_none("EchoTime")
    trigger_ms = frame.number_or_none("TriggerTime")
    return MrFrame(
        slice=replace(place, slope=slope, intercept=intercept),
        part=part,
        start_s=_start_s(frame),
        trigger_s=None if trigger_ms is None else 1e-3 * trigger_ms,
        position=frame.number_or_none("TemporalPositionIndex")
        or frame.number_or_none("TemporalPositionIdentifier"),
        echo_time_s=1e-3 * echo_ms if echo_ms else None,
        field_strength_t=frame.number_or_none("MagneticFieldStrength"),
        thickness_mm=frame.number_or_none("SpacingBetweenSlices") or frame.number_or_none("SliceThickness"),
    )


def _part(frame: Frame) -> Part:
    """As ComplexImageComponent says, else GE's private mark, else the words of the image type."""
    said = frame.words("ComplexImageComponent") or frame.words("ImageType")[2:]
    parts = {WORDS[word] for word in said if word in WORDS}
    if _maker(frame).startswith("GE") and GE_PART in frame.dataset:
        number = int(listed(frame.dataset[GE_PART].value)[0])
        parts = {GE_PARTS[number]} if 0 <= number < len(GE_PARTS) else set()
    if len(parts) != 1:
        raise refused(
            frame.path,
            "the image does not say whether it shows magnitude, phase, real or imaginary part",
            "ComplexImageComponent, or M, P, R or I in ImageType",
            "export the series as acquired, or convert it to NIfTI and give --magnitude and --phase",
        )
    return parts.pop()


def _maker(frame: Frame) -> str:
    return str(frame.said("Manufacturer") or "").strip().upper()


def _in_radians(frame: Frame, place: SliceHeader) -> tuple[float, float]:
    """Slope and intercept from stored values to radians."""
    unit = UNITS_RAD.get(str(frame.said("RescaleType") or "").strip().upper())
    if unit is not None:
        return unit * place.slope, unit * place.intercept
    maker, line = _maker(frame), (place.slope, place.intercept)
    turn = place.slope * 2**place.pixels.used_bits
    if maker.startswith("SIEMENS"):
        if line == (2.0, -4096.0) and place.pixels.used_bits == SIEMENS_BITS:
            return 2.0 * HALF_TURN_RAD / 4096.0, -HALF_TURN_RAD
        if line == (1.0, 0.0) and place.pixels.used_bits == SIEMENS_BITS and not place.pixels.signed:
            return HALF_TURN_RAD / 2048.0, -HALF_TURN_RAD
    if maker.startswith("PHILIPS"):
        for unit in (1e-3, 1.0):
            whole = math.isclose(unit * turn, 2 * HALF_TURN_RAD, rel_tol=OF_A_TURN)
            if whole and math.isclose(unit * place.intercept, -HALF_TURN_RAD, rel_tol=OF_A_TURN):
                return unit * place.slope, unit * place.intercept
    raise _unknown_unit(frame)


def _unknown_unit(frame: Frame) -> UnreadableInput:
    return refused(
        frame.path,
        "the phase is in a unit that is not written, and not known of this maker",
        "RescaleType rad or mrad; Siemens -4096 to 4094 or 0 to 4095; Philips one turn in (milli)radians",
        "export real and imaginary images, or convert to NIfTI with phase in radians",
    )


def _start_s(frame: Frame) -> float | None:
    """When the acquisition began, s since some midnight; None where unsaid or not to be understood."""
    whole = frame.said("FrameAcquisitionDateTime") or frame.said("AcquisitionDateTime")
    if whole is not None:
        return _seconds(str(whole)[:8], str(whole)[8:])
    time = frame.said("AcquisitionTime")
    return None if time is None else _seconds(str(frame.said("AcquisitionDate") or ""), str(time))


def _seconds(date: str, time: str) -> float | None:
    """Of a DICOM date (may be empty) and time, HHMMSS.FFFFFF; what follows a sign is the time zone."""
    clock = time.split("+")[0].split("-")[0].replace(":", "").strip()
    try:
        day = datetime.date.fromisoformat(date).toordinal() if date else 0
        hours, minutes, seconds = int(clock[:2]), int(clock[2:4]), float(clock[4:])
    except ValueError:
        return None
    return 86400.0 * day + 3600.0 * hours + 60.0 * minutes + seconds
