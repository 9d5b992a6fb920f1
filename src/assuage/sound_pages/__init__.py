"""Pages of the sound: a plan, a session, its temperatures. Research; not for driving a device."""

from assuage.sound_pages.session_page import session_page, written_session_page
from assuage.sound_pages.style_sheets import style_sheets
from assuage.sound_pages.temperature_course import MeasuredFrame, PlannedRise, TemperatureCourse
from assuage.sound_pages.thermometry_page import thermometry_page

__all__ = [
    "MeasuredFrame",
    "PlannedRise",
    "TemperatureCourse",
    "session_page",
    "style_sheets",
    "thermometry_page",
    "written_session_page",
]
