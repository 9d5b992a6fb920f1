"""Flesch-Kincaid grade: the school year for which an English text is written.

Kincaid et al. 1975, "Derivation of new readability formulas", Naval Technical Training Command, report 8-75:
0.39 words a sentence + 11.8 syllables a word - 15.59.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """Groups of vowels, less the mute endings: an estimate that is right for most short words."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    count = len(_VOWELS.findall(plain))
    if re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouyszxcg]es$", plain) and count > 1:
        count -= 1
    return max(1, count)


def grade(sentences: list[str]) -> float:
    """The grade of a text, given as its sentences."""
    words = [_WORD.findall(sentence) for sentence in sentences]
    words = [found for found in words if found]
    total = sum(map(len, words))
    spoken = sum(syllables(word) for found in words for word in found)
    return 0.39 * total / len(words) + 11.8 * spoken / total - 15.59
