"""Any damage at all: no traceback, and the good people in the same folder are reviewed as if alone.

Whole made-up people in FHIR Bundles and history files are damaged in ways that a fixed seed picks: bytes
flipped, cut and repeated, or values, units, dates and keys changed. The short run is always made; the long
one, 2,000 Bundles and 500 history files, with `python -m pytest -m long`.
"""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from formats.made_up_people import refractory_face_pain, some_people
from formats.write_fhir import write_bundle
from formats.write_history import write_files
from workflows.command_line import assuage

GOOD_NUMBER = 777_000_111
"""Far from every id that damage could make of a damaged person's own."""
GOOD = [refractory_face_pain(GOOD_NUMBER), *some_people(2, GOOD_NUMBER + 1)]
TEMPLATES = 30
BATCH = 50
"""Damaged files beside the good ones in one review: a run of the command line costs more than a file."""

Damage = Callable[[random.Random, Any], None]

# ---------------------------------------------------------------- what goes wrong with a text


def flip_bytes(rng: random.Random, text: bytearray) -> None:
    for _ in range(rng.randint(1, 8)):
        text[rng.randrange(len(text))] ^= 1 << rng.randrange(8)


def cut_off(rng: random.Random, text: bytearray) -> None:
    del text[rng.randrange(len(text)) :]


def leave_out(rng: random.Random, text: bytearray) -> None:
    start = rng.randrange(len(text))
    del text[start : start + rng.randint(1, 60)]


def repeat(rng: random.Random, text: bytearray) -> None:
    start = rng.randrange(len(text))
    text[start:start] = text[start : start + rng.randint(1, 200)] * rng.randint(1, 5)


def put_in(rng: random.Random, text: bytearray) -> None:
    start = rng.randrange(len(text))
    text[start:start] = rng.choice(SNIPPETS)


def pack_and_flip(rng: random.Random, text: bytearray) -> None:
    """Packed, as a reader finds by the first bytes, and then damaged."""
    text[:] = gzip.compress(bytes(text), mtime=0)
    flip_bytes(rng, text)


SNIPPETS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1b[31m", b"\r", b"\t", b"\n", b"\n---\n",
    b'"', b"'", b"\\", b"\\ud800", b"{", b"}", b"[" * 2_000, b"{" * 40, b"]", b",", b": ", b"&a ", b"*a",
    b"!!python/name:os ", b"|\n", b">-\n", b"NaN", b"-Infinity", b"1e999", b"9" * 5_000,
    "\u202e\u200b\u2028".encode(), b"#", b"%",
]  # fmt: skip
TEXT_DAMAGES: list[Damage] = [flip_bytes, cut_off, leave_out, repeat, put_in]

# ---------------------------------------------------------------- what goes wrong with a value


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a document with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def _nested(depth: int) -> Any:
    inner: Any = "deep"
    for level in range(depth):
        inner = [inner] if level % 2 else {"coding": inner}
    return inner


STRANGE: list[Any] = [
    None, True, False, 0, -1, 1e308, -1e308, 5e-324, 2**63, 2**70, -(2**64), 0.1, "", " ", "x", "unknown",
    "?", [], {}, [[]], [{}], [None], {"": ""}, _nested(8), _nested(60), _nested(300), "9" * 4_300,
    "é" * 3_000, "\x00", "\x1b[2J", "\u202e", "\ud800", "[/red]", "{{ 7 * 7 }}", "Patient/nobody",
    "#nothing",
]  # fmt: skip
DATES: list[Any] = [
    "0000-00-00", "0001-01-01", "1799-12-31", "2200-01-01", "9999-12-31", "10000-01-01", "2023-02-30",
    "2023-13", "2023-1-1", "23-01-01", "2023-06-31T25:61:61Z", "2023-06-01T00:00:00+99:00", "-0001-01",
    "99999 months before", "-3 months before", "1e9 days before", "2023-06-0١", "12/31/2023", "today",
    "2099-01-01", 20230601, "1" * 400,
]  # fmt: skip
AMOUNTS: list[Any] = [
    "600 g/d", "600 furlongs/d", "-600 mg/d", "1e400 mg/d", "nan mg/d", "600 mg/0d", "600 mg/999999999999d",
    "0 x 0 mg/d", "600 mg/d mg/d", "mg", "600", "µg", "kg", "[lb_av]", "{tbl}", "mo", "a", "Cel", 10**400,
    -0.0,
]  # fmt: skip


def picked(rng: random.Random, found: list[tuple[Any, Any]], count: int) -> list[tuple[Any, Any]]:
    """So many places, each key as likely as any other: a birth date stands once, a supply a hundred times."""
    named: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for holder, key in found:
        named[key if isinstance(key, str) else ""].append((holder, key))
    return [rng.choice(named[name]) for name in rng.choices(sorted(named), k=count)]


def replace_values(rng: random.Random, document: Any) -> None:
    for holder, key in picked(rng, list(places(document)), rng.randint(1, 4)):
        holder[key] = copy.deepcopy(rng.choice(rng.choice([STRANGE, DATES, AMOUNTS])))


def replace_leaves(rng: random.Random, document: Any) -> None:
    """Words, dates and numbers only, so that most of the record is still read."""
    leaves = [(holder, key) for holder, key in places(document) if not isinstance(holder[key], dict | list)]
    for holder, key in picked(rng, leaves, rng.randint(1, 20)):
        looks_dated = isinstance(holder[key], str) and holder[key][:4].isdigit()
        words = DATES if looks_dated and rng.random() < 0.7 else rng.choice([AMOUNTS, STRANGE])
        holder[key] = copy.deepcopy(rng.choice(words))


def swap_values(rng: random.Random, document: Any) -> None:
    for _ in range(rng.randint(1, 8)):
        (one, first), (other, second) = rng.choices(list(places(document)), k=2)
        copies = [json.dumps(value) for value in (one[first], other[second])]
        one[first], other[second] = (json.loads(copy) for copy in reversed(copies))


def scale_numbers(rng: random.Random, document: Any) -> None:
    factor = rng.choice([-1, 0, 1e-9, 1e9, 1e300])
    for holder, key in list(places(document)):
        if isinstance(holder[key], int | float) and not isinstance(holder[key], bool) and rng.random() < 0.5:
            holder[key] *= factor


def take_keys_away(rng: random.Random, document: Any) -> None:
    for holder, key in list(places(document)):
        if isinstance(holder, dict) and key in holder and rng.random() < 0.05:
            value = holder.pop(key)
            if rng.random() < 0.5:
                holder[f"{key}x"] = value


def put_in_lists(rng: random.Random, document: Any) -> None:
    """One value where several belong, and several where one does."""
    for holder, key in list(places(document)):
        if rng.random() < 0.03:
            value = holder[key]
            holder[key] = value[0] if isinstance(value, list) and value else [value, value]


VALUE_DAMAGES: list[Damage] = [
    replace_values,
    replace_leaves,
    replace_leaves,
    swap_values,
    scale_numbers,
    take_keys_away,
    put_in_lists,
]


def write_twice(rng: random.Random, text: str) -> str:
    """One key of an object stands there twice, the second time with another value."""
    found = [place for place in range(len(text) - 1) if text[place : place + 2] == '{"']
    start = rng.choice(found)
    key = text[start + 1 : text.index('"', start + 2) + 1]
    value = rng.choice(["null", "[]", "1e308", '"x"'])
    return f"{text[: start + 1]}{key}: {value}, {text[start + 1 :]}"


# ---------------------------------------------------------------- damaged files


def damaged(rng: random.Random, document: Any, write: Callable[[Any], str]) -> bytes:
    """The document with values changed, or its text damaged, or both; three in four keep their form."""
    kind = rng.random()
    if kind < 0.75:
        rng.choice(VALUE_DAMAGES)(rng, document)
    text = write(document)
    if 0.75 <= kind < 0.8 and '{"' in text:
        text = write_twice(rng, text)
    content = bytearray(text.encode("utf-8", "surrogatepass"))
    if kind >= 0.7 and content:
        rng.choice([*TEXT_DAMAGES, *([pack_and_flip] if kind > 0.97 else [])])(rng, content)
    return bytes(content)


def fhir_templates(folder: Path) -> list[str]:
    """A Bundle for each of some made-up people, with the id `bad` wherever it stands."""
    assuage("synth", "--people", str(TEMPLATES), "--seed", "11", "--format", "fhir", "--out", folder)
    entries: dict[str, list[str]] = defaultdict(list)
    for path in sorted((folder / "records").glob("*.ndjson")):
        for line in path.read_text().splitlines():
            one = json.loads(line)
            owner = one.get("subject", one.get("patient", {})).get("reference", f"Patient/{one['id']}")
            number = owner.removeprefix("Patient/")
            one["id"] = f"bad-{one['id'].removeprefix(number)}"
            line = json.dumps(one).replace(f'"{owner}"', '"Patient/bad-"')
            entries[number].append(f'{{"resource": {line}}}')
    bundles = [", ".join(entries[number]) for number in sorted(entries)]
    return [f'{{"resourceType": "Bundle", "type": "collection", "entry": [{one}]}}' for one in bundles]


def history_templates(folder: Path) -> list[str]:
    """History files of made-up people and of the clinic that ships with the project, as JSON text."""
    assuage("synth", "--people", str(TEMPLATES), "--seed", "11", "--format", "history", "--out", folder)
    clinic = Path(__file__).parents[2] / "src" / "assuage" / "clinic"
    found = []
    for path in (*sorted((folder / "records").rglob("*.yaml")), *sorted(clinic.glob("*.yaml"))):
        document = yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but text
        document["person"]["id"] = "bad-"
        found.append(json.dumps(document))
    return found


def fhir_text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def history_text(document: Any) -> str:
    return yaml.safe_dump(document, sort_keys=False)


FORMATS = {
    "fhir": (fhir_templates, fhir_text, ".json"),
    "history": (history_templates, history_text, ".history.yaml"),
}


@pytest.fixture(scope="module", params=FORMATS)
def fuzz(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Fuzz:
    return Fuzz(request.param, tmp_path_factory.mktemp(request.param))


class Fuzz:
    """Good people of one format, their reviews, and damaged people to put beside them."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        templates, self._write, self._ending = FORMATS[kind]
        self._templates = templates(folder / "templates")
        self._good = self._good_people(folder / "good")
        self._alone = self._reviews(self._good)
        assert len(self._alone) == len(GOOD)

    def _good_people(self, folder: Path) -> Path:
        if self.kind == "history":
            return write_files(folder, GOOD)
        folder.mkdir()
        write_bundle(folder / "good.json", GOOD)
        return folder

    def _reviews(self, source: Path) -> dict[str, str]:
        """Everybody's line of JSON; the run ends well and warns of nothing.

        No day is named, so that damaged dates become days of review too.
        """
        out = self.folder / "out"
        ended = assuage("review", source, "--out", out)
        assert (ended.exit_code, ended.err) == (0, "")
        lines = (out / "reviews.ndjson").read_text(encoding="utf-8").split("\n")
        return {json.loads(line)["person_id"]: line for line in lines if line}

    def review_beside(self, seed: int, count: int) -> int:
        """Review the good people beside `count` damaged files; gives how many damaged people came through."""
        source = self.folder / f"mixed-{seed}"
        source.mkdir()
        for path in self._good.iterdir():
            (source / path.name).write_bytes(path.read_bytes())
        for number in range(count):
            rng = random.Random(f"{self.kind} {seed} {number}")
            document = json.loads(rng.choice(self._templates).replace("bad-", f"bad-{number}-"))
            content = damaged(rng, document, self._write)
            (source / f"bad-{number}{self._ending}").write_bytes(content)
        found = self._reviews(source)
        assert {key: found.get(key) for key in self._alone} == self._alone
        return len(found) - len(self._alone)


SHORT = {"fhir": 200, "history": 60}
LONG = {"fhir": 2_000, "history": 500}


def test_damaged_files_beside_good_ones_change_nothing_for_the_good(fuzz: Fuzz) -> None:
    """And damage is not refusal: much of what was damaged is still somebody with a pain condition."""
    assert fuzz.review_beside(0, SHORT[fuzz.kind]) > SHORT[fuzz.kind] // 5


@pytest.mark.long
def test_thousands_of_damaged_files_beside_good_ones_change_nothing_for_the_good(fuzz: Fuzz) -> None:
    for seed in range(1, 1 + LONG[fuzz.kind] // BATCH):
        fuzz.review_beside(seed, BATCH)
