"""What several definitions share: who the NeuPSIG ladder leaves out, and one threshold on several scales."""

from __future__ import annotations

from collections.abc import Mapping

NOT_NEUPSIG = ("trigeminal_neuralgia", "fibromyalgia", "crps")
"""Left out of the NeuPSIG meta-analysis (Soliman 2025, doi 10.1016/S1474-4422(25)00068-7) or with a ladder
of their own (trigeminal neuralgia, Bendtsen 2019, doi 10.1111/ene.13950)."""


def intensity(nrs: float) -> Mapping[str, float]:
    """A threshold of pain intensity (0 to 10) on each scale we read, in its own unit."""
    return {"nrs": nrs, "vas": nrs, "vas_mm": 10 * nrs}
