"""What every engine counts, value by value: `engine.base.Snapshot.counts`."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from brute_force import BruteForceEngine
from invented_documents import commit, document, either, every, phrase, word

from newssearch.analysis.analyzer import Analyzer
from newssearch.article.model import Kind
from newssearch.engine.base import Count, Document, Engine
from newssearch.engine.facet_values import FACETS
from newssearch.syntax.nodes import Everything, Filter, Node, Not

SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))

HELD = [
    document(
        "a.md", "port strike", date="2020-08-27T09:00:00", source="Bay.org", lang="en", story="s1",
        authors=("José Quill", "Ada Verne"), keywords=("Harbour", "fog"), tags=("Sea Trade",),
    ),
    document(
        "b.md", "port strike again", date="2020-08", source="bay.org", lang="en", story="s1",
        authors=("JOSE QUILL",), keywords=("harbour", "HARBOUR"), tags=("sea trade", "sea trade"),
    ),
    document(
        "c.md", "the port opens", date="2021-01-02", source="bay.net", lang="en", story="s2",
        authors=("Jose\u0301 Quill",), keywords=("harbour", "\u200b"), languages=("en", "zh"),
        kind=Kind.DIGEST,
    ),
    document("d.md", "the port in 2019", date="2019", source="Bay", story="s3", keywords=("雾",)),
    document("e.md", "port", story="s4", source="Le Cap"),
    document("f.md", "nothing of it", date="2020-08-28", source="bay.org", keywords=("fog",)),
    document("p.md", "port port", kind=Kind.PAGE, story="s5", date="2020-12-31"),
]  # fmt: skip

#: Of the six articles that have the word `port`.
COUNTED: dict[str, Mapping[str, tuple[int, int]]] = {
    "source": {"bay.org": (2, 1), "bay.net": (1, 1), "bay": (1, 1), "le cap": (1, 1), "": (1, 1)},
    "lang": {"en": (3, 2), "zh": (1, 1), "": (3, 3)},
    "kind": {"article": (4, 3), "digest": (1, 1), "page": (1, 1)},
    "author": {"José Quill": (3, 2), "Ada Verne": (1, 1), "": (3, 3)},
    "keyword": {"harbour": (3, 2), "fog": (1, 1), "雾": (1, 1), "": (2, 2)},
    "tag": {"Sea Trade": (2, 1), "": (4, 4)},
    "year": {"2020": (3, 2), "2021": (1, 1), "2019": (1, 1), "": (1, 1)},
    "month": {"2020-08": (2, 1), "2021-01": (1, 1), "2020-12": (1, 1), "": (2, 2)},
    "week": {"2020-W35": (1, 1), "2020-W53": (2, 2), "": (3, 3)},
    "day": {"2020-08-27": (1, 1), "2021-01-02": (1, 1), "2020-12-31": (1, 1), "": (3, 3)},
}


def counted(engine: Engine, tree: Node, *fields: str) -> dict[str, dict[str, Count]]:
    snapshot = engine.snapshot()
    try:
        return {name: dict(counts) for name, counts in snapshot.counts(tree, fields).items()}
    finally:
        snapshot.close()


def test_a_field_is_chosen_for_each_case():
    assert set(COUNTED) == set(FACETS)


@pytest.mark.parametrize("field", FACETS)
@pytest.mark.parametrize("generations", [1, 3])
def test_values_are_counted_in_articles_and_stories(engine: Engine, field: str, generations: int):
    for first in range(generations):
        commit(engine, HELD[first::generations])
    assert counted(engine, word("port"), field) == {field: COUNTED[field]}


def test_several_fields_are_counted_at_once(engine: Engine):
    commit(engine, HELD)
    found = counted(engine, word("port"), *FACETS)
    assert found == COUNTED
    assert list(found) == list(FACETS)


def test_what_was_deleted_is_not_counted(engine: Engine):
    commit(engine, HELD)
    commit(engine, deleted=[HELD[0].id])
    found = counted(engine, Everything(), "author", "source", "day")
    assert "Ada Verne" not in found["author"]
    assert found["source"]["bay.org"] == (2, 2)
    assert found["day"] == {
        "2020-08-28": (1, 1), "2020-12-31": (1, 1), "2021-01-02": (1, 1), "": (3, 3),
    }  # fmt: skip


@pytest.mark.parametrize("tree", [word("nowhere"), word("—"), Filter("lang", "xx")])
def test_where_nothing_matches_nothing_is_counted(engine: Engine, tree: Node):
    commit(engine, HELD)
    assert counted(engine, tree, "lang", "year", "tag") == {"lang": {}, "year": {}, "tag": {}}


def test_an_empty_engine_counts_nothing(engine: Engine):
    assert counted(engine, Everything(), *FACETS) == {field: {} for field in FACETS}


def test_the_same_question_twice_has_the_same_answer(engine: Engine):
    commit(engine, HELD)
    snapshot = engine.snapshot()
    first = snapshot.counts(Everything(), FACETS)
    assert snapshot.counts(word("port"), FACETS) == COUNTED
    assert snapshot.counts(Everything(), FACETS) == first
    snapshot.close()


WORDS = ("port", "fog", "pilot", "strike", "quay")
NAMES = ("Harbour", "harbour", "HARBOUR", "São Vela", "Sao Vela", "雾", "Łódź", "lodz", "quay")


def invented(draw: random.Random, number: int) -> Document:
    def names(most: int) -> tuple[str, ...]:
        return tuple(draw.choices(NAMES, k=draw.randrange(most + 1)))

    year, month, day = draw.randrange(2018, 2022), draw.randrange(1, 13), draw.randrange(1, 29)
    lang = draw.choice(["", "en", "zh"])
    fields: dict[str, Any] = {
        "date": draw.choice(["", f"{year}", f"{year}-{month:02}", f"{year}-{month:02}-{day:02}"]),
        "authors": names(2),
        "keywords": names(4),
        "tags": names(2),
        "source": draw.choice(["", "bay.org", "Bay.org", "bay", "le cap", "x.y.z"]),
        "kind": draw.choice(list(Kind)),
        "lang": lang,
        "languages": draw.choice([(), ("en", "zh")]) if lang else (),
    }
    body = " ".join(draw.choices(WORDS, k=6))
    return document(f"{number}.md", body, story=f"s{draw.randrange(40)}", **fields)


def test_random_archives_are_counted_as_by_brute_force(new_engine: Callable[[], Engine]):
    print(f"NEWSSEARCH_SEED={SEED}")
    draw = random.Random(SEED)
    documents = [invented(draw, number) for number in range(120)]
    deleted = draw.sample([one.id for one in documents], 15)
    engine, oracle = new_engine(), BruteForceEngine(Analyzer())
    for one in (engine, oracle):
        for start in range(0, 120, 40):
            commit(one, documents[start : start + 40])
        commit(one, deleted=deleted)
    trees: list[Node] = [
        *map(word, WORDS),
        Everything(),
        phrase("port fog"),
        either(word("quay"), phrase("fog strike")),
        every(word("port"), Filter("lang", "en")),
        every(word("port"), Not(Filter("kind", "page"))),
        Not(word("pilot")),
    ]
    for tree in trees:
        assert counted(engine, tree, *FACETS) == counted(oracle, tree, *FACETS), tree


def test_stories_that_are_joined_by_their_bodies_count_once(engine: Engine):
    body = " ".join(f"pilot{number} of quay{number}" for number in range(30))
    commit(
        engine,
        [
            document("a.md", body, story="s1", keywords=("fog",)),
            document("b.md", f"{body} again", story="s2", keywords=("Fog", "quay")),
            document("c.md", "pilot7 of quay7", story="s3", keywords=("fog",)),
        ],
    )
    found = counted(engine, word("pilot7"), "keyword", "tag")
    assert found == {"keyword": {"fog": (3, 2), "quay": (1, 1)}, "tag": {"": (3, 2)}}
