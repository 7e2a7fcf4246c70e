"""Indexes that earlier versions made: each FORMAT is frozen here, made of `seeds/` once.

An index of the present format opens and answers as one that is made now. Where a FORMAT is no
longer read, its frozen index stays, and is refused in one clear line.

To freeze one: `update_index(FROZEN / f"format-{FORMAT}", [seeds])`, both paths absolute; then its
`lock` and `.gitignore` are removed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from newssearch.errors import IndexCorrupt
from newssearch.index_folder import FORMAT
from newssearch.indexer import update_index
from newssearch.query import open_index

FROZEN = Path(__file__).parent
QUERIES = ("lukashenko", "卢卡申科", '"in the"', "har*", "=protests", "kind:digest", "the OR of")


def answers(index: Path) -> list[object]:
    with open_index(index) as news:
        return [
            [(hit.id, hit.title, pytest.approx(hit.score), hit.snippets) for hit in results]
            for results in (news.query(query, limit=None) for query in QUERIES)
        ]


@pytest.mark.parametrize("version", range(2, FORMAT))
def test_the_frozen_index_of_an_older_format_is_to_be_rebuilt(tmp_path: Path, version: int) -> None:
    old = tmp_path / "old"
    shutil.copytree(FROZEN / f"format-{version}", old)
    with pytest.raises(IndexCorrupt, match=r"^.*old: .* `newssearch index --rebuild`$"):
        open_index(old)


def test_the_frozen_index_of_this_format_answers_as_a_new_one(tmp_path: Path, seeds: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(FROZEN / f"format-{FORMAT}", old)
    new = tmp_path / "new"
    update_index(new, [seeds])
    assert answers(old) == answers(new)
    assert sum(map(len, answers(old))) > 20
