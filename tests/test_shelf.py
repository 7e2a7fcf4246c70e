"""Sets that are set aside, in memory and in a file."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from newssearch.engine.columnar import shelf as module
from newssearch.engine.columnar.shelf import Shelf


@pytest.mark.parametrize("most", [100, 1 << 20])
@pytest.mark.parametrize("several", [50, 1 << 20])
def test_all_comes_back_with_what_is_equal_in_one_part(
    tmp_path: Path, most: int, several: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "MOST", most)
    monkeypatch.setattr(module, "_RANGE", several)
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    numbers = [chance.randrange(2**64) for _ in range(40)] + [0, 2**64 - 1]
    sets = [sorted(chance.sample(numbers, chance.randrange(12))) for _ in range(30)]
    shelf = Shelf(tmp_path)
    for document, one in enumerate(sets):
        shelf.put(3 * document, np.array(one, np.uint64))
    assert 6 in shelf
    assert 7 not in shelf
    chosen = list(range(3, 90, 6))
    assert shelf.sizes(chosen).tolist() == [len(sets[one // 3]) for one in chosen]
    parts = [
        list(zip(values.tolist(), owners.tolist(), strict=True))
        for values, owners in shelf.ranges(chosen)
    ]
    assert (len(parts) > 1) == (several == 50)
    every = [pair for part in parts for pair in part]
    assert sorted(every) == sorted((n, i) for i, one in enumerate(chosen) for n in sets[one // 3])
    seen = [{value for value, _ in part} for part in parts]
    assert sum(map(len, seen)) == len(set().union(*seen))
    assert not list(tmp_path.iterdir())
    shelf.close()
