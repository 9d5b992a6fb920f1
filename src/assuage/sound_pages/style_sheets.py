"""The style sheets that pages of the sound link: the report's own, and what they add to it."""

from __future__ import annotations

from importlib.resources import files

from assuage.report import assets

PACKAGE = "assuage.sound_pages"


def style_sheets() -> dict[str, str]:
    """By file name in the folder `assets` beside the page."""
    sound = files(PACKAGE) / "assets" / "sound.css"
    return {"assuage.css": assets()["assuage.css"], "sound.css": sound.read_text(encoding="utf-8")}
