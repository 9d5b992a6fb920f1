"""Templates to pages: everything printed is escaped, and what a browser would act on is neutralised."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from assuage.report.record_text import neutralised


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("assuage.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, **values: Any) -> str:
    """One page of HTML.

    It is neutralised as a whole, so that no value gets past: the templates' own text has nothing to lose.
    """
    return neutralised(_environment().get_template(template).render(**values))


def stylesheet() -> str:
    """The style sheet that every page links, to be written to `assets/assuage.css` beside `index.html`."""
    return (files("assuage.report") / "assets" / "assuage.css").read_text(encoding="utf-8")
