"""Text from records, made harmless to read: what a page or a terminal would act on is shown, not obeyed."""

from __future__ import annotations

import re

# Control characters but tab and line ends, marks that turn the direction of writing, invisible joints
# that hide text, tag characters, and halves of surrogate pairs, which cannot be written as UTF-8.
# The joiners U+200C and U+200D stay: Persian and several Indian scripts are misspelt without them.
_ACTED_ON = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_SHOWN_INSTEAD = "\ufffd"


def neutralised(text: str) -> str:
    r"""`text` with every control, direction and invisible character replaced by U+FFFD.

    HTML is not escaped here: the templates do that to everything they print.

    >>> neutralised("pain\u202e.exe")
    'pain\ufffd.exe'
    """
    # Nothing that is acted on is printable, and asking so takes half the time of looking for it.
    if text.replace("\n", "").isprintable():
        return text
    return _ACTED_ON.sub(_SHOWN_INSTEAD, text)
