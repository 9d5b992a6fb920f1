"""Several processes give what one gives, in the same order."""

from pathlib import Path

from assuage.records.source import read_source
from assuage.records.store import histories
from assuage.resistance.definitions import DEFINITIONS
from assuage.workflows import made_up_clinic
from assuage.workflows.rendering import CHUNK, Order, render_all

ORDER = Order(as_of=None, market="US", definitions=tuple(DEFINITIONS), in_full=True)


def test_people_shared_over_two_processes_come_back_the_same_and_in_order(tmp_path: Path) -> None:
    read_source(made_up_clinic(), tmp_path)
    crowd = [history for _ in range(10) for history in histories(tmp_path)]
    assert len(crowd) > 4 * CHUNK
    assert list(render_all(crowd, ORDER, processes=2)) == list(render_all(crowd, ORDER))
