"""Templates to pages: everything printed is escaped, and what a browser would act on is neutralised."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from assuage.report.record_text import neutralised


@cache
def _environment(package: str) -> Environment:
    return Environment(
        loader=ChoiceLoader(
            [PackageLoader(package, "templates"), PackageLoader("assuage.report", "templates")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, *, package: str = "assuage.report", **values: Any) -> str:
    """One page of HTML, from a template of `package`, which may build on the report's own.

    It is neutralised as a whole, so that no value gets past: the templates' own text has nothing to lose.
    """
    return neutralised(_environment(package).get_template(template).render(**values))


def assets() -> dict[str, str]:
    """Style sheet and script that pages link, by file name in the folder `assets` beside the index."""
    folder = files("assuage.report") / "assets"
    return {name: (folder / name).read_text(encoding="utf-8") for name in ("assuage.css", "assuage.js")}
