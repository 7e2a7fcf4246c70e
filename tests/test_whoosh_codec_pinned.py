"""What Whoosh 3.54 gets wrong on its own codec, so what is never asked of it as an oracle: pinned,
so that it is known when Whoosh mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from engines import create
from invented_documents import commit, document
from whoosh import index, query

from newssearch.analysis.analyzer import Analyzer

pytestmark = pytest.mark.usefixtures("unsynced")


FOG, PILOT, PORT = (query.Term("body", word) for word in ("fog", "pilot", "port"))


@pytest.fixture
def whooshs_own(tmp_path: Path) -> Iterator[Callable[[Sequence[str]], Any]]:
    """A function that makes an index of Whoosh's own with these bodies, and a searcher of it."""
    opened: list[Any] = []

    def make(bodies: Sequence[str]) -> Any:
        engine = create("whoosh", tmp_path / "index", Analyzer())
        commit(engine, [document(f"{n}.md", body) for n, body in enumerate(bodies)])
        opened.append(index.open_dir(tmp_path / "index").searcher())
        return opened[-1]

    yield make
    for searcher in opened:
        searcher.close()


def test_pinned_and_not_returns_an_excluded_document(whooshs_own: Callable[..., Any]) -> None:
    searcher = whooshs_own(["pilot", "fog pilot", "fog"])
    found = {hit.docnum for hit in searcher.search(query.AndNot(FOG, PILOT), limit=None)}
    assert found == {1, 2}, "Whoosh has mended AndNot: ask it of both"


def test_pinned_and_with_not_adds_one_to_every_score(whooshs_own: Callable[..., Any]) -> None:
    searcher = whooshs_own(["pilot", "fog pilot", "fog"])
    plain = {hit.docnum: hit.score for hit in searcher.search(FOG, limit=None)}
    (hit,) = searcher.search(query.And([FOG, query.Not(PILOT)]), limit=None)
    assert hit.score == pytest.approx(plain[2] + 1.0), "Whoosh has mended And with Not"


def test_pinned_and_maybe_forgets_a_score_within_and(whooshs_own: Callable[..., Any]) -> None:
    searcher = whooshs_own(["fog", "port", "pilot", "fog pilot port"])
    wanted = query.And([query.AndMaybe(FOG, PILOT), PORT])
    (hit,) = searcher.search(wanted, limit=None)
    (without,) = searcher.search(query.And([FOG, PORT]), limit=None)
    assert hit.score == pytest.approx(without.score), "Whoosh has mended AndMaybe: ask it of both"
