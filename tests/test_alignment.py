from __future__ import annotations

import random

import pytest

from newssearch.alignment import equal_runs


def longest(old: str, new: str) -> int:
    """The naive twin: how much two rows can have in common at most."""
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, a in enumerate(old):
        for j, b in enumerate(new):
            best[i + 1][j + 1] = best[i][j] + 1 if a == b else max(best[i][j + 1], best[i + 1][j])
    return best[-1][-1]


@pytest.mark.parametrize("limit", [0, 6, 100, 250_000])
def test_runs_are_equal_ascend_and_leave_equal_ends_to_nobody(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newssearch.alignment.MOST_PAIRS", limit)
    for seed in range(400):
        print(f"seed {seed}")
        chosen = random.Random(seed)
        old, new = ("".join(chosen.choices("abcdefgh"[: 1 + seed % 8], k=k)) for k in (
            chosen.randint(0, 20), chosen.randint(0, 20)
        ))  # fmt: skip
        runs = equal_runs(old, new)
        done_old = done_new = 0
        for start_old, start_new, length in runs:
            assert length > 0
            assert start_old >= done_old
            assert start_new >= done_new
            done_old, done_new = start_old + length, start_new + length
            assert old[start_old:done_old] == new[start_new:done_new]
        common = sum(length for _, _, length in runs)
        assert common <= longest(old, new)
        if old == new:
            assert common == len(old)
        if old and new:
            assert old[0] != new[0] or runs[0][:2] == (0, 0)
            assert old[-1] != new[-1] or done_old == len(old) or done_new == len(new)


def test_what_was_inserted_into_a_row_leaves_all_of_it() -> None:
    assert equal_runs("abcdef", "abXcdYef") == [(0, 0, 2), (2, 3, 2), (4, 6, 2)]


def test_rows_that_are_too_long_are_cut_at_what_occurs_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("newssearch.alignment.MOST_PAIRS", 18)
    old, new = "xx14aab2yy3zz", "oo2qq14aac3pp"
    # 1, 4 and 3 stand in the same order in both, 2 does not; "aab" and "aac" are short enough.
    assert equal_runs(old, new) == [(2, 5, 1), (3, 6, 1), (4, 7, 2), (10, 10, 1)]
