"""A columnar engine's folder, as a fixture, and what an examination finds in one. Used by
test_columnar_verify.py and its parts, which take the fixture over by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from forged_folder import News

from newssearch.engine.columnar import verify_words, words_writer
from newssearch.engine.columnar.verify import Examination


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> News:
    """Two segments, tombstones, a dictionary; words that are there four times are common."""
    monkeypatch.setattr(words_writer, "COMMON", 4)
    monkeypatch.setattr(verify_words, "COMMON", 4)
    return News(tmp_path / "good", monkeypatch)


def faults(folder: Path) -> list[str]:
    """What is found, each with the name of its file."""
    seen: list[tuple[int, int]] = []
    examination = Examination(folder)
    try:
        found = examination.faults(lambda done, of: seen.append((done, of)))
        assert examination.is_whole <= (not found or examination.answers < examination.newest)
        if seen:
            assert [done for done, _ in seen] == sorted(done for done, _ in seen)
            assert seen[-1] == (examination.bytes, examination.bytes)
        return [f"{path.name}: {what}" for path, what in found]
    finally:
        examination.close()


def segments(news: News) -> list[str]:
    return sorted(name for name in news.files() if len(name) == 20 and name.endswith(".seg"))
