"""Every fact can be cited, and a knowledge file that can't say where a fact comes from is refused."""

from datetime import date

import pytest

from assuage.errors import FaultyKnowledge
from assuage.sources import Provenance, provenance, read_knowledge, sources

GOOD = {
    "source": "smith2012",
    "place": "table 1",
    "date": date(2026, 11, 22),
    "verified": True,
    "reviewed_by": None,
}


def test_every_source_has_a_title_and_an_address() -> None:
    for key, source in sources().items():
        assert source.key == key
        assert source.title
        assert source.url or source.doi


def test_a_doi_is_a_doi_and_a_url_a_url() -> None:
    for source in sources().values():
        assert source.doi is None or source.doi.startswith("10.")
        assert source.url is None or source.url.startswith("https://") or source.key == "assuage-conventions"


def test_provenance_is_read_as_written() -> None:
    assert provenance(GOOD, file="x.yaml", entry="e") == Provenance(
        source="smith2012",
        place="table 1",
        date=date(2026, 11, 22),
        verified=True,
        reviewed_by=None,
        published=True,
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"source": ""}, "source is blank"),
        ({"source": None}, "source is blank"),
        ({"source": "nowhere1999"}, "source 'nowhere1999' is not in sources.yaml"),
        ({"place": " "}, "place in the source is missing"),
        ({"date": "yesterday"}, "date is missing, expected YYYY-MM-DD"),
        ({"verified": None}, "verified is missing, expected true or false"),
        ({"verified": "yes"}, "verified is missing, expected true or false"),
        ({"reviewed_by": ""}, "reviewed_by is neither a name nor null"),
        ({"published": "no"}, "published is neither true nor false"),
        ({"checked": True}, "unknown provenance field checked"),
    ],
)
def test_incomplete_provenance_is_refused_and_the_message_names_file_and_entry(change, complaint) -> None:
    with pytest.raises(FaultyKnowledge) as refusal:
        provenance({**GOOD, **change}, file="doses.yaml", entry="carbamazepine")
    assert str(refusal.value) == f"doses.yaml, entry carbamazepine: {complaint}"


@pytest.mark.parametrize("missing", ["source", "place", "date", "verified"])
def test_source_place_date_and_verified_have_no_default(missing) -> None:
    with pytest.raises(FaultyKnowledge, match=missing):
        provenance({key: value for key, value in GOOD.items() if key != missing}, file="x.yaml", entry="e")


def test_no_provenance_at_all_is_refused() -> None:
    with pytest.raises(FaultyKnowledge, match="provenance is missing"):
        provenance(None, file="x.yaml", entry="e")


def test_a_key_that_stands_twice_is_refused_because_the_first_would_be_lost(tmp_path) -> None:
    file = tmp_path / "doses.yaml"
    file.write_text("carbamazepine: 1\ngabapentin: 2\ncarbamazepine: 3\n")
    with pytest.raises(FaultyKnowledge, match=r"doses\.yaml.*'carbamazepine' stands twice"):
        read_knowledge(file)


@pytest.mark.parametrize("content", ["- a\n- b\n", "a: [1\n", "just words\n"])
def test_a_knowledge_file_that_is_no_mapping_is_refused_by_name(tmp_path, content) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(content)
    with pytest.raises(FaultyKnowledge, match=r"broken\.yaml"):
        read_knowledge(file)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path) -> None:
    with pytest.raises(FaultyKnowledge, match=r"gone\.yaml"):
        read_knowledge(tmp_path / "gone.yaml")


def test_yaml_that_would_build_objects_is_refused(tmp_path) -> None:
    file = tmp_path / "evil.yaml"
    file.write_text("a: !!python/object/apply:os.getcwd []\n")
    with pytest.raises(FaultyKnowledge):
        read_knowledge(file)
