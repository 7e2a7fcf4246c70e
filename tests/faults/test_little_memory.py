"""A run that has too little memory says so in a line, and leaves the index as it was."""

from __future__ import annotations

import random
from pathlib import Path

import little_memory
import pytest

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="what a process holds open is seen in /proc"
)


def test_too_little_memory_harms_nothing() -> None:
    seed = random.randrange(2**32)
    outcome = little_memory.soak(54, seed)
    assert outcome.is_clean, (seed, outcome.notes)
    assert outcome.trials == 54
