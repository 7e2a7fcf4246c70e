from __future__ import annotations

from newssearch.render.passages import joined
from newssearch.results import Snippet


def test_passages_are_parted_by_one_ellipsis_and_stay_marked() -> None:
    passages = (
        Snippet("Ferries sail.", ((0, 7),), 3),
        Snippet("A strike…", ((2, 8),), 9),
        Snippet("The end", ((0, 3),), 12),
    )
    whole = joined(passages)
    assert whole.text == "Ferries sail. … A strike… The end"
    assert [whole.text[start:end] for start, end in whole.highlights] == [
        "Ferries",
        "strike",
        "The",
    ]
    assert whole.line == 3


def test_no_passages_are_an_empty_one() -> None:
    assert joined(()) == Snippet("")
