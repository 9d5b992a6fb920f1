"""The page that says how it went for one person."""

from __future__ import annotations

from collections.abc import Sequence

from assuage.followup.model import FollowUp
from assuage.report.addresses import person_mark
from assuage.report.followup_chart import followup_chart
from assuage.report.followup_rows import (
    change_point_lines,
    discordance_lines,
    month_rows,
    outcome_rows,
    reading_rows,
    since_line,
    stated_lines,
)
from assuage.report.pages import page
from assuage.report.wording import words


def followup_page(found: FollowUp, problems: Sequence[str] = ()) -> str:
    """One person's follow-up as HTML: what speaks against what first, then every outcome, chart and table.

    `problems` are lines about entries of the diary that could not be used.
    """
    catalogue = words()
    return page(
        "followup.html",
        mark=person_mark(found.person_id),
        as_of=found.as_of,
        since=since_line(found.since, catalogue),
        outcomes=outcome_rows(found, catalogue),
        discordances=discordance_lines(found, catalogue),
        stated=stated_lines(found, catalogue),
        change_points=change_point_lines(found, catalogue),
        chart=followup_chart(found, catalogue),
        readings=reading_rows(found, catalogue),
        months=month_rows(found, catalogue),
        problems=problems,
    )
