"""Text can be read in light, dark and print: WCAG 2.2, 1.4.3 asks for a contrast of 4.5 : 1."""

from __future__ import annotations

import re

import pytest

from assuage.report import assets

LEAST = 4.5
TEXT_ON_GROUND = [
    *(("ink", ground) for ground in ("ground", "sheet", "unknown-ground", "part-not-met", "count")),
    *(("quiet", ground) for ground in ("ground", "sheet")),
    *(("link", ground) for ground in ("ground", "sheet", "unknown-ground")),
    *((word, ground) for word in ("met", "not-met", "unknown") for ground in ("sheet", f"{word}-ground")),
    ("band-ink", "band"),
    ("on-met", "met"),
    *((word, "urgent-ground") for word in ("ink", "link", "urgent")),
    ("urgent", "sheet"),
    ("sheet", "urgent"),
]


def schemes() -> dict[str, dict[str, str]]:
    """The colours of each `:root` block, later ones on top of the first."""
    blocks = re.findall(r":root \{(.*?)\}", assets()["assuage.css"], flags=re.DOTALL)
    colours = [dict(re.findall(r"--([a-z-]+): *(#[0-9a-f]{3,6})", block)) for block in blocks]
    return dict(
        zip(
            ("light", "dark", "print"),
            [colours[0], *({**colours[0], **one} for one in colours[1:])],
            strict=True,
        )
    )


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[text], colours[ground]) >= LEAST
