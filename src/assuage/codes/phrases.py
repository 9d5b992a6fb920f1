"""Finding names of things in printed words: whole words, the longest name first, denied ones left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[a-z0-9]+")
_CLAUSE_END = re.compile(r"[,;:.()\[\]](?!\d)|\s/\s")

# words that take back or throw doubt on what follows them in the same clause
_DENIALS = (
    "no", "not", "without", "denies", "denied", "never had", "family history of", "fh of", "suspected",
    "suspicion of", "possible", "probable", "rule out", "ruled out", "r o", "exclude", "excluded", "query",
    "screening for", "risk of", "at risk for", "fear of", "negative for", "absence of",
    "mother with", "father with",
)  # fmt: skip

# what stands after these is the cause, not the diagnosis
_CAUSES = (
    "secondary to", "due to", "caused by", "because of", "as a result of", "resulting from", "attributed to",
    "on a background of", "in the setting of", "in the context of", "following", "complicating",
)  # fmt: skip


@dataclass(frozen=True)
class Token:
    """One word, lower case and without accents, and where it stands in the text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True)
class Found:
    """A name found in a text; `first` and `last` count tokens, both inclusive."""

    key: str
    first: int
    last: int


def fold(text: str) -> str:
    """Lower case without accents, one character for one, so that places in the text stay the same."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFKD", character.lower())[:1] or character for character in text)


def tokens(text: str) -> list[Token]:
    """The words and numbers of a text."""
    return [Token(match.group(), match.start(), match.end()) for match in _WORD.finditer(fold(text))]


def plain(text: str) -> str:
    """A name as we compare names: its words, lower case, without accents and punctuation.

    >>> plain("Post-herpetic Neuralgia")
    'post herpetic neuralgia'
    """
    return " ".join(token.word for token in tokens(text))


class PhraseIndex:
    """Names as word sequences, each with the key it means.

    >>> index = PhraseIndex({"migraine": "migraine", "migraine with aura": "migraine_with_aura"})
    >>> [found.key for found in index.find("Migraine, with aura")]
    ['migraine_with_aura']
    """

    def __init__(self, keys_by_phrase: Mapping[str, str]) -> None:
        self._by_first_word: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, key in keys_by_phrase.items():
            words = tuple(token.word for token in tokens(phrase))
            self._by_first_word.setdefault(words[0], []).append((words, key))
        for candidates in self._by_first_word.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def find(self, text: str) -> list[Found]:
        """Every name in reading order; where two overlap, the one that begins first and is longest."""
        words = [token.word for token in tokens(text)]
        found: list[Found] = []
        place = 0
        while place < len(words):
            match = self._at(words, place)
            if match is None:
                place += 1
            else:
                found.append(match)
                place = match.last + 1
        return found

    def _at(self, words: list[str], place: int) -> Found | None:
        for phrase, key in self._by_first_word.get(words[place], ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                return Found(key, place, place + len(phrase) - 1)
        return None


_DENIAL_INDEX = PhraseIndex(dict.fromkeys(_DENIALS, "denial"))
_CAUSE_INDEX = PhraseIndex(dict.fromkeys(_CAUSES, "cause"))


def asserted(text: str, found: Iterable[Found]) -> list[Found]:
    """What the text says is there: not denied, not doubted, not the cause of what stands before it."""
    words = tokens(text)
    clause_of = _clauses(text, words)
    denials = [denial.first for denial in _DENIAL_INDEX.find(text)]
    causes = [cause.first for cause in _CAUSE_INDEX.find(text)]
    return [
        one
        for one in found
        if not any(denial < one.first and clause_of[denial] == clause_of[one.first] for denial in denials)
        and not any(cause < one.first for cause in causes)
        and not _is_likeness(words, one)
    ]


def _clauses(text: str, words: list[Token]) -> list[int]:
    """Number of the clause in which each word stands."""
    ends = [match.start() for match in _CLAUSE_END.finditer(text)]
    return [sum(end < word.start for end in ends) for word in words]


def _is_likeness(words: list[Token], found: Found) -> bool:
    """Whether "-like" follows: a SUNCT-like headache is not SUNCT."""
    return found.last + 1 < len(words) and words[found.last + 1].word == "like"
