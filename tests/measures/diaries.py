"""Made-up diary entries for the property tests."""

from __future__ import annotations

from datetime import date, time, timedelta

from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.measures.diary import SAID, DiaryEntry, Division, PainScale, RescueIntake, Side

FIRST = date(2026, 1, 1)
words = (
    st.text("abcdeé ", min_size=1, max_size=12).map(str.strip).filter(lambda text: text not in ("", "none"))
)
lists = st.none() | st.lists(words, max_size=3).map(tuple)
quarters = st.integers(0, 96).map(lambda number: number / 4)


@st.composite
def intakes(draw) -> RescueIntake:
    drug = draw(
        st.sampled_from(["tramadol", "ibuprofen", "sumatriptan", "paracetamol", "herb tea", "vitamin b12"])
    )
    dose = draw(st.none() | st.sampled_from([0.5, 50.0, 1000.0]))
    unit = None if dose is None else draw(st.sampled_from(["mg", "ml", "drops"]))
    return RescueIntake(drug, dose, unit, draw(st.integers(1, 4)))


@st.composite
def entries(draw, people=("a", "b 2"), days=90) -> DiaryEntry:
    scale = draw(st.none() | st.sampled_from(list(PainScale)))
    pain = None if scale is None else draw(st.integers(0, int(10 * scale.highest))) / 10
    clock = draw(st.none() | st.times().map(lambda at: at.replace(tzinfo=None, fold=0)))
    said = {
        "pain": pain,
        "pain_scale": scale,
        "headache": draw(st.sampled_from(Answer)),
        "migraine": draw(st.sampled_from(Answer)),
        "attacks": draw(st.none() | st.integers(0, 300)),
        "attack_seconds": draw(st.none() | quarters),
        "triggers": draw(lists),
        "side": draw(st.none() | st.sampled_from(Side)),
        "divisions": draw(st.none() | st.lists(st.sampled_from(Division), max_size=3).map(tuple)),
        "body_site": draw(st.none() | words),
        "rescue": draw(st.none() | st.lists(intakes(), max_size=3).map(tuple)),
        "sleep_hours": draw(st.none() | quarters),
        "side_effects": draw(lists),
        "work_days_lost": draw(st.none() | st.sampled_from([0.0, 0.25, 0.5, 1.0])),
    }
    if all(said[name] in (None, Answer.UNKNOWN) for name in SAID):
        said["attacks"] = 0
    return DiaryEntry(
        draw(st.sampled_from(people)),
        FIRST + timedelta(days=draw(st.integers(0, days))),
        clock,
        draw(st.none() | st.integers(-840, 840)) if clock is not None else None,
        **said,
    )


def rated(
    day: int, pain: float, *, clock: time | None = None, scale=PainScale.NRS_0_10, **said
) -> DiaryEntry:
    """Pain on the day so many days after the first."""
    return DiaryEntry("a", FIRST + timedelta(days=day), clock, pain=pain, pain_scale=scale, **said)
