"""The rule files as they lie in the package, read without the loaders under test."""

from importlib.resources import files
from typing import Any

from assuage.sources import read_knowledge

SECTIONS = ("diagnoses", "pairs", "ages", "levels", "treatments", "pregnant", "potential")
DATA = files("assuage.safety") / "data"


def contents() -> dict[str, dict[str, Any]]:
    """Each rule file by its name without the ending."""
    found = sorted(
        (file for file in DATA.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name
    )
    return {file.name.removesuffix(".yaml"): read_knowledge(file) for file in found}


def rules() -> dict[str, dict[str, Any]]:
    """Every rule of every file by name."""
    return {
        name: fields
        for content in contents().values()
        for section in SECTIONS
        for name, fields in (content.get(section) or {}).items()
    }


def rule_names() -> set[str]:
    return set(rules())
