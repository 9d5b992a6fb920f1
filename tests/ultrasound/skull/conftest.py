"""The ball, told apart once."""

import pytest

from assuage.ultrasound.skull import segmented
from ultrasound.skull.ball import ball


@pytest.fixture(scope="session")
def head():
    return segmented(ball())
