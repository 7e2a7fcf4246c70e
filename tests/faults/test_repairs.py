"""Damage that is found and repaired: see `repairs`. `NEWSSEARCH_TRIALS=2000` is a long run."""

from __future__ import annotations

import os
from typing import Any

import pytest
import repairs

TRIALS = int(os.environ.get("NEWSSEARCH_TRIALS", "40"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))


def test_damage_is_found_and_a_repair_may_be_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    repair, killed = repairs._killed_repair, []

    def counted(*arguments: Any) -> bool:
        killed.append(repair(*arguments))
        return killed[-1]

    monkeypatch.setattr(repairs, "_killed_repair", counted)
    outcome = repairs.soak(TRIALS, SEED)
    assert outcome.is_clean, outcome
    assert outcome.trials == TRIALS
    assert len(killed) > TRIALS // 3
    assert any(killed)
