"""What every engine finds of words that are near each other, often there, in front, or boosted."""

from __future__ import annotations

from math import log

import pytest
from invented_documents import ask, commit, document, either, every, paths, phrase, word

from newssearch.article.model import Kind
from newssearch.engine.base import Engine
from newssearch.schema import K1
from newssearch.syntax.nodes import (
    LEAD_WORDS,
    AtLeast,
    Filter,
    Form,
    Lead,
    Near,
    Node,
    Not,
    Phrase,
    Unit,
    Word,
)


def near(first: Node | str, second: Node | str, between: int, ordered: bool = False) -> Near:
    """`first W/n second`, or PRE/n: at most n - 1 words between."""
    return Near((_node(first), _node(second)), between, ordered=ordered)


def same(unit: Unit, first: Node | str, second: Node | str, ordered: bool = False) -> Near:
    return Near((_node(first), _node(second)), 0, unit, ordered)


def loose(text: str, slop: int, field: str = "") -> Phrase:
    return Phrase(tuple(Word(part) for part in text.split()), field, slop=slop)


def at_least(count: int, node: Node | str) -> AtLeast:
    return AtLeast(count, (_node(node),))


def _node(node: Node | str) -> Node:
    return word(node) if isinstance(node, str) else node


SENTENCE, PARAGRAPH = Unit.SENTENCE, Unit.PARAGRAPH

QUAY = [
    document("a.md", "Fog lay over the old harbour. Pilots slept."),
    document("b.md", "The harbour had fog. The pilots, U.S. sailors, left at 7 a.m. Tuesday."),
    document("c.md", "Pilots of the harbour\nFog again", title="Fog harbour", keywords=("pilots",)),
    document("d.md", "fog fog harbour pilots pilots", title="Vela"),
    document("e.md", "港口有雾。引航员罢工了。\n引航员", title="港口"),
    document("f.md", "The re-election of Vela. The re-elected Vela thanks a speaker.", title="Old"),
]

FOUND: list[tuple[Node, str]] = [
    # W/n: at most so many words between, in any order; the harbour is 4 words after the fog in a
    (near("fog", "harbour", 4), "abcd"),
    (near("fog", "harbour", 3), "bcd"),
    (near("fog", "harbour", 2), "bcd"),
    (near("fog", "old", 3), "a"),
    (near("fog", "old", 2), ""),
    (near("harbour", "fog", 1), "bcd"),
    (near("harbour", "fog", 0), "cd"),
    # PRE/n: the first before the second
    (near("fog", "harbour", 4, ordered=True), "acd"),
    (near("harbour", "fog", 3, ordered=True), "bc"),
    # in one field: pilots is a keyword of c, fog in its title; paragraphs do not part words, the
    # gap between them counts as one
    (near("fog", "pilot", 9), "abcd"),
    (near(word("fog", "title"), word("pilot", "keywords"), 99), ""),
    (near(word("fog", "title"), "pilot", 99), ""),
    (near(word("fog", "title"), "harbour", 0), "c"),
    (near(word("harbour", "body"), word("fog", "body"), 1), "bcd"),
    (near(word("harbour", "body"), word("fog", "body"), 0, ordered=True), ""),
    (near("harbour", "again", 2), "c"),
    (near("harbour", "again", 1), ""),
    # no span is near itself
    (near("fog", "fog", 50), "d"),
    (near("vela", "vela", 50), "f"),
    (near(word("vela", form=Form.EXACT), "vela", 50), "f"),
    # phrases, parts that are alternatives, prefixes, compounds in both of their ways
    (near(phrase("old harbour"), "fog", 3), "a"),
    (near(phrase("old harbour"), "fog", 2), ""),
    (near(either(word("slept"), word("sailor")), "pilot", 1), "ab"),
    (near(word("sl", form=Form.PREFIX), "pilot", 0), "a"),
    (near(word("re-election"), "vela", 1), "f"),
    (near(word("reelection"), "vela", 1, ordered=True), "f"),
    (near(word("港口"), word("雾"), 2), "e"),  # pairs of characters: 口有, 有雾
    (near(word("港口"), word("雾"), 1), ""),
    (near(word("港口"), word("罢工"), 2), ""),
    (near(word("港口"), word("罢工"), 6), "e"),
    # chains: what covers the first two, near the third
    (near(near("fog", "harbour", 4), "pilot", 0), "ad"),
    (near(near("fog", "harbour", 4), "pilot", 1), "abd"),
    (near(near("harbour", "fog", 0, ordered=True), "pilot", 9), ""),
    (near("pilot", near("fog", "fog", 0), 1), "d"),
    (near(near("fog", "fog", 0, ordered=True), near("pilot", "pilot", 0), 1), "d"),
    # And is spread, Not and conditions near something are left out
    (near(every(word("fog"), word("pilot")), "harbour", 2), "cd"),
    (near(every(word("fog"), Not(word("vela")), Filter("lang", "xx")), "harbour", 2), "bcd"),
    # sentences; a stop after an abbreviation ends none
    (same(SENTENCE, "fog", "harbour"), "abcd"),
    (same(SENTENCE, "fog", "pilot"), "d"),
    (same(SENTENCE, "pilot", "tuesday"), "b"),
    (same(SENTENCE, "pilot", "tuesday", ordered=True), "b"),
    (same(SENTENCE, "tuesday", "pilot", ordered=True), ""),
    (same(SENTENCE, phrase("the harbour"), "fog"), "b"),
    (same(SENTENCE, "harbour", "again"), ""),
    (same(SENTENCE, word("港口"), word("雾")), "e"),
    (same(SENTENCE, word("港口"), word("罢工")), ""),
    (same(SENTENCE, "vela", "vela"), ""),
    (same(SENTENCE, near("fog", "harbour", 4), "pilot"), "d"),
    (same(SENTENCE, near("sleep", "harbour", 9), "fog"), ""),
    (near(same(SENTENCE, "fog", "harbour"), "pilot", 1), "abd"),
    # a phrase that runs over a stop is in no sentence, but in the paragraph
    (phrase("harbour pilots"), "ad"),
    (same(SENTENCE, phrase("harbour pilots"), "fog"), "d"),
    (same(PARAGRAPH, phrase("harbour pilots"), "fog"), "ad"),
    # paragraphs: parts of the body; the title, each keyword
    (same(PARAGRAPH, "fog", "pilot"), "abd"),
    (same(PARAGRAPH, "fog", "harbour"), "abcd"),
    (same(PARAGRAPH, "harbour", "again"), ""),
    (same(PARAGRAPH, word("港口"), word("罢工")), "e"),
    (same(PARAGRAPH, word("罢工"), word("罢工")), ""),
    (same(PARAGRAPH, near("harbour", "again", 2), "fog"), ""),
    (same(PARAGRAPH, same(SENTENCE, "fog", "harbour"), "pilot"), "abd"),
    (same(SENTENCE, same(PARAGRAPH, "fog", "harbour"), "pilot"), "d"),
    # "a b c"~n: in any order, at most n others among them; two words as W/(n + 1)
    (loose("harbour fog", 4), "abcd"),
    (loose("harbour fog", 1), "bcd"),
    (loose("pilots harbour fog", 1), "d"),
    (loose("pilots fog harbour", 3), "bcd"),
    (loose("pilots fog harbour", 4), "abcd"),
    (loose("pilots fog harbour", 4, "title"), ""),
    (loose("fog harbour the", 4), "abc"),
    (loose("fog fog harbour", 1), "d"),
    (loose("fog fog fog", 50), ""),
    (loose("pilot fog pilot", 1), "d"),
    (near(loose("fog the old", 2), "pilot", 1), "a"),
    (same(SENTENCE, loose("fog the old", 2), "harbour"), "a"),
    # counted in all fields together; alternatives together, each side of an And alone
    (at_least(1, "fog"), "abcd"),
    (at_least(2, "fog"), "cd"),
    (at_least(3, "fog"), ""),
    (at_least(3, either(word("fog"), word("pilot"))), "cd"),
    (at_least(4, either(word("fog"), word("pilot"))), "cd"),
    (at_least(5, either(word("fog"), word("pilot"))), ""),
    (at_least(2, every(word("fog"), word("harbour"))), "c"),
    (at_least(2, word("pilot", "body")), "d"),
    (at_least(2, phrase("fog fog")), ""),
    (at_least(2, near("fog", "harbour", 1)), "cd"),
    (AtLeast(2, (word("fog"), word("pilot"))), "abcd"),
    (at_least(2, word("ve", form=Form.PREFIX)), "f"),
    # in front: the title, and the body's first words; no keywords
    (Lead(word("fog")), "abcd"),
    (Lead(word("pilot", "keywords")), ""),
    (Lead(every(word("fog"), Not(word("vela")))), "abc"),
    (Lead(near("fog", "pilot", 9)), "abcd"),
    (Lead(at_least(2, "fog")), "cd"),
    (Lead(loose("pilots fog harbour", 3)), "bcd"),
    # as any other part of a tree
    (every(near("fog", "harbour", 4), Not(word("vela"))), "abc"),
    (Not(near("fog", "harbour", 1)), "aef"),
    (either(near("fog", "old", 3), word("罢工"), Filter("title", present=True)), "acdef"),
    (every(Not(at_least(2, "fog")), Not(Lead(word("vela")))), "abe"),
]


@pytest.mark.parametrize(("tree", "expected"), FOUND, ids=[str(i) for i in range(len(FOUND))])
def test_a_tree_finds_these(engine: Engine, tree: Node, expected: str):
    gone = document("gone.md", "fog harbour pilots. The old fog.", title="港口")
    commit(engine, QUAY[:2])
    commit(engine, [*QUAY[2:], gone])
    commit(engine, deleted=[gone.id])
    found = paths(engine, tree, limit=None)
    assert sorted(path.removesuffix(".md") for path in found) == list(expected)
    assert ask(engine, tree, limit=0).total == len(expected)


def test_the_lead_ends_after_so_many_words(engine: Engine):
    before = "word " * (LEAD_WORDS - 2)
    commit(
        engine,
        [
            document("last.md", before + "Vela fog"),
            document("after.md", before + "Vela, the fog"),
            document("gap.md", before + "Vela\nfog"),  # the gap between paragraphs is a position
            document("title.md", "", title="word " * LEAD_WORDS, alternate_title="fog"),
            document("keyword.md", "", keywords=("fog",)),
        ],
    )
    assert sorted(paths(engine, Lead(word("fog")))) == ["last.md", "title.md"]
    begun = Lead(phrase("Vela the fog"))
    assert paths(engine, begun) == ["after.md"]  # it begins in the lead
    assert paths(engine, Lead(near("vela", "fog", 9))) == ["last.md"]
    assert paths(engine, Lead(at_least(2, either(word("vela"), word("fog"))))) == ["last.md"]


def test_a_sentence_begins_with_its_first_word(engine: Engine):
    sentences = ["a fog", "the harbour", "pilots slept", "12 ships wait but one", "no 7 sank"]
    body = "A fog. “— The harbour.” (Pilots slept.) ... 12 ships wait! …but one. No. 7 sank"
    commit(engine, [document("a.md", body)])
    for sentence in sentences:
        first, *_, last = sentence.split()
        for other in sentences:
            together = ask(engine, same(SENTENCE, first, other.split()[-1])).total
            assert together == (other == sentence), (sentence, other)
        assert ask(engine, same(SENTENCE, last, first)).total == 1


def test_sentences_are_kept_over_generations(engine: Engine):
    held = [
        document(
            f"{n}.md",
            f"Old fog here. A {'word ' * 300}harbour. Pilots wait.\nThe {n} ships.",
            title=f"Fog. Ship {n}",
        )
        for n in range(20)
    ]
    for one in held:
        commit(engine, [one])
    commit(engine, deleted=[one.id for one in held[::3]])
    left = len(held) - len(held[::3])
    for unit, first, second, expected in [
        (SENTENCE, "harbour", "word", left),
        (SENTENCE, "fog", "harbour", 0),
        (SENTENCE, "harbour", "pilot", 0),
        (SENTENCE, "fog", "ship", 0),
        (SENTENCE, "17", "ship", 1),
        (PARAGRAPH, "fog", "harbour", left),
        (PARAGRAPH, "fog", "ship", left),
        (PARAGRAPH, "harbour", "ship", 0),
    ]:
        assert ask(engine, same(unit, first, second)).total == expected, (unit, first, second)


# --- scores ---------------------------------------------------------------------------------------


def scores(engine: Engine, tree: Node) -> dict[str, float]:
    found = ask(engine, tree, limit=None, collapse=False).found
    return {one.id: one.score for one in found}


def score(having: int, occurrences: int, frequency: float) -> float:
    """By hand: of a word in a body of average length, in so many of three documents, so often."""
    idf = log(1 + (3 - having + 0.5) / (having + 0.5))
    weight = idf * (1 + ((occurrences + 5) / (having + 5) - 1) * (1 - having / 3) ** 3)
    return weight * frequency * (K1 + 1) / (frequency + K1)


def test_words_near_each_other_are_scored_as_one_term(engine: Engine):
    """Three documents of eight words; the first two have fog before a harbour, twice and once."""
    bodies = ["fog the harbour fog the harbour of x", "fog harbour of fog in y or z", "a " * 8]
    held = [document(f"{n}.md", body) for n, body in enumerate(bodies)]
    page = document("page.md", "fog harbour " * 9, kind=Kind.PAGE)
    commit(engine, [*held, page])
    found = scores(engine, near("fog", "harbour", 1, ordered=True))
    assert found.pop(page.id) > 0
    expected = {
        held[0].id: score(2, 3, 2.0),
        held[1].id: score(2, 3, 1.0),
    }
    assert found == pytest.approx(expected, abs=1e-12)
    # in any order: where each begins is counted, once for however many others are near it
    found = scores(engine, near("fog", "harbour", 1))
    assert found[held[0].id] == pytest.approx(score(2, 5, 3.0), abs=1e-12)
    found = scores(engine, near("fog", "harbour", 7))
    assert found[held[0].id] == pytest.approx(score(2, 5, 3.0), abs=1e-12)
    found = scores(engine, loose("fog harbour the", 3))
    assert found[held[0].id] == pytest.approx(score(1, 4, 4.0), abs=1e-12)
    found = scores(engine, same(SENTENCE, "fog", "harbour"))
    assert found[held[1].id] == pytest.approx(score(2, 5, 2.0), abs=1e-12)


def test_enough_occurrences_score_as_the_words_do(engine: Engine):
    commit(engine, QUAY)
    both = either(word("fog"), word("pilot"))
    plain, enough = scores(engine, both), scores(engine, at_least(3, both))
    assert len(enough) == 2
    assert enough == pytest.approx({i: plain[i] for i in enough}, abs=1e-12)


def test_a_boost_multiplies_a_score(engine: Engine):
    commit(engine, QUAY)
    for plain, boosted in (
        (word("fog"), Word("fog", boost=2.5)),
        (phrase("the harbour"), Phrase(phrase("the harbour").words, boost=2.5)),
    ):
        once = scores(engine, plain)
        assert once
        assert scores(engine, boosted) == pytest.approx({i: 2.5 * s for i, s in once.items()})
    sum_ = scores(engine, either(Word("fog", boost=0.5), word("pilot")))
    fog, pilot = scores(engine, word("fog")), scores(engine, word("pilot"))
    assert sum_ == pytest.approx(
        {i: 0.5 * fog.get(i, 0.0) + pilot.get(i, 0.0) for i in fog.keys() | pilot.keys()}
    )
    # of words that are near each other, or counted, it is no matter or a part's own
    assert scores(engine, near(Word("fog", boost=9.0), "harbour", 1)) == pytest.approx(
        scores(engine, near("fog", "harbour", 1))
    )


def test_in_the_lead_only_what_stands_there_is_counted(engine: Engine):
    far = "word " * LEAD_WORDS
    commit(
        engine,
        [
            document("a.md", f"fog {far} fog fog fog"),
            document("b.md", f"fog {far} word word word"),
            document("c.md", f"{far} fog word word word"),
        ],
    )
    found = scores(engine, Lead(word("fog")))
    assert sorted(found.values()) == pytest.approx([score(2, 2, 1.0)] * 2, abs=1e-12)
