"""The values of a judgement's reason as JSON text, its names in order: what `report` puts into words."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.trials.tabular.json_text import json_text

_DOSE = ["highest_tolerated", "dose_unknown", "dose_below_target", "could_go_higher", "dose_reached"]
_RELIEF = ["response", "partial_response", "no_response"]
_SESSIONS = ["sessions_unknown", "sessions_enough", "too_few_sessions"]


def judgement_values(rows: ir.Table) -> ir.StringValue:
    """The values that go with `reason_code`."""
    reason = rows.reason_code
    of_dose, of_relief, of_sessions = (reason.isin(codes) for codes in (_DOSE, _RELIEF, _SESSIONS))
    part_unknown = (reason == "dose_unknown") & (rows.dose_unit == rows.target_unit) & rows.dose_open
    days = ibis.cases(
        (reason.isin(["long_enough", "length_unknown"]), rows.plateau_days),
        (reason == "too_short", rows.plateau_at_most),
        (reason == "too_early", rows.days),
    )
    needed_days = ibis.cases(
        (reason.isin(["long_enough", "length_unknown", "too_short"]), rows.needed_days),
        (reason == "too_early", rows.judged_after_days),
    )
    half_up = (10 * rows.change_percent + 0.5).floor() / 10
    return json_text(
        days=days,
        dose=_where(of_dose & ~part_unknown.fill_null(False), rows.peak_dose),
        event=_where(reason == "stopped_adverse_event", rows.adverse_event),
        needed_days=needed_days,
        needed_percent=_where(of_relief | (reason == "stated_partial"), rows.needed_percent),
        needed_sessions=_where(of_sessions, rows.needed_sessions),
        percent=_where(of_relief, half_up),
        sessions=_where(of_sessions, rows.sessions),
        target=_where(of_dose, rows.target_low),
        treatment=_where(reason == "begun_together", rows.begun_with),
        unit=_where(of_dose, rows.dose_unit.fill_null(rows.target_unit)),
    )


def _where(holds: ir.BooleanValue, value: ir.Value) -> ir.Value:
    return holds.ifelse(value, ibis.null(value.type()))
