"""Threads that sleep when they have nothing to do: imported before the libraries that start them.

numba and MKL each keep their own OpenMP threads. By default these spin for a while after every
parallel region, in each other's way: on two busy cores the same solve took 1.4 times as long.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("KMP_BLOCKTIME", "0")


def available_threads() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
