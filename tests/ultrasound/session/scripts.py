"""Entries of a session, made short."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assuage.ultrasound.session import (
    Aligned,
    Answered,
    DeliveredSonication,
    Entry,
    GoOn,
    PainChange,
    PlannedSonication,
    Retargeted,
    SessionOpened,
    Stage,
    Stopped,
    TargetSet,
)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POWER_W = {Stage.ALIGN: 100.0, Stage.VERIFY: 250.0, Stage.ABLATE: 600.0}
PEAK_C = {Stage.ALIGN: 41.0, Stage.VERIFY: 46.0, Stage.ABLATE: 57.0}


class Script:
    """Makes entries a minute apart."""

    def __init__(self) -> None:
        self.minute = 0

    def made(self) -> dict:
        self.minute += 1
        return {"at": START + timedelta(minutes=self.minute), "by": "neurosurgeon"}

    def opened(self) -> Entry:
        return SessionOpened(**self.made(), session="session 1")

    def target(self, name: str = "left") -> Entry:
        return TargetSet(**self.made(), target=name, side=name)

    def planned(self, number: int, stage: Stage, target: str = "left") -> Entry:
        power = POWER_W[stage]
        return PlannedSonication(
            **self.made(), number=number, target=target, stage=stage, acoustic_power_w=power, duration_s=10
        )

    def delivered(self, number: int, stage: Stage, **changes: object) -> Entry:
        values = {
            "acoustic_power_w": POWER_W[stage],
            "duration_s": 10,
            "peak_c": PEAK_C[stage],
            "focus_shift_mm": 0.4,
            **changes,
        }
        return DeliveredSonication(**self.made(), number=number, **values)

    def answered(self, number: int, **changes: object) -> Entry:
        values = {"pain_change": PainChange.LESS, "unwanted_effects": (), **changes}
        return Answered(**self.made(), number=number, **values)

    def aligned(self, number: int) -> Entry:
        return Aligned(**self.made(), number=number)

    def go_on(self, number: int) -> Entry:
        return GoOn(**self.made(), number=number)

    def retargeted(self, target: str = "left") -> Entry:
        return Retargeted(**self.made(), target=target, reason="pain did not change")

    def stopped(self) -> Entry:
        return Stopped(**self.made(), reason="both sides done")

    def one_side(self, target: str = "left", first: int = 1) -> list[Entry]:
        """A target that goes well: align, verify, ablate."""
        entries = [self.target(target)]
        for number, stage in enumerate(Stage, start=first):
            entries += [self.planned(number, stage, target), self.delivered(number, stage)]
            if stage is Stage.ALIGN:
                entries.append(self.aligned(number))
            if stage is Stage.VERIFY:
                entries += [self.answered(number), self.go_on(number)]
        return entries


def good_session() -> list[Entry]:
    """Both sides, without a hitch."""
    script = Script()
    left = [script.opened(), *script.one_side("left")]
    return [*left, *script.one_side("right", first=4), script.stopped()]
