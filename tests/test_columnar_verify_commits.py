"""Whoever wrote these commits gave them the right checksums: what they say of segments, deleted
documents, joined stories and statistics is held against the segments, and every lie is found."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import examined_folder
import pytest
from examined_folder import faults, segments
from forged_folder import Change, News, forge, forge_manifest
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.columnar.engine import create_engine

pytestmark = pytest.mark.usefixtures("unsynced")

news = examined_folder.news


def attached(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    meta["attachments"]["inventory"] = 7


def joined(content: bytes) -> Change:
    return lambda sections, meta: sections.update({"joined": content})


def deleted(*numbers: int) -> Any:
    def forged(news: News, segment: str) -> Change:
        content = struct.pack(f"<{len(numbers)}I", *numbers)
        return lambda sections, meta: sections.update({f"deleted.{segment}": content})

    return forged


COMMITS: dict[str, tuple[Any, str]] = {
    "an attachment of another size": (attached, "an attachment of another size"),
    "joined stories that are none": (joined(b"[["), "joined stories"),
    "joined stories that are not sorted": (joined(b'[["s2", "s1"]]'), "are not sorted"),
    "a story joined twice": (joined(b'[["s1", "s2"], ["s1", "s3"]]'), "joined twice"),
    "a joined story that nobody has": (joined(b'[["nobody", "s1"]]'), "no document has it"),
    "deleted documents that descend": (deleted(5, 3), "do not ascend"),
    "deleted documents from nowhere": (deleted(3, 40), "has no such document"),
    "no deleted documents": (
        lambda sections, meta: sections.update(
            {name: b"" for name in sections if name.startswith("deleted.")}
        ),
        "statistics",
    ),
    "deleted documents of another segment": (
        lambda sections, meta: sections.update({"deleted.0123456789abcdef.seg": b"\0\0\0\0"}),
        "which is not there",
    ),
}


@pytest.mark.parametrize("planted", COMMITS)
def test_a_commit_that_lies_is_found_out(news: News, planted: str) -> None:
    change, expected = COMMITS[planted]
    if change.__name__ == "forged":
        change = change(news, segments(news)[0])
    forge(news, "commit-2.seg", change)
    found = faults(news.folder)
    assert any(re.search(f"^commit-2.seg: .*{expected}", line) for line in found), found


@pytest.mark.parametrize(("name", "value"), [("documents", 7), ("lengths", {"title": 1})])
def test_statistics_that_are_not_the_segments_are_found(news: News, name: str, value: Any) -> None:
    forge_manifest(news, lambda values: values.update({name: value}))
    assert faults(news.folder) == [
        "commit-2.seg: is damaged (its statistics are not the segments')"
    ]


def test_two_documents_of_one_id_are_found(tmp_path: Path) -> None:
    engine = create_engine(tmp_path / "engine", Analyzer())
    for number_of_times in (1, 2):
        commit(engine, [document("a.md", "fog " * number_of_times)])
    assert faults(engine.folder) == ["commit-2.seg: is damaged (two documents have one id)"]
