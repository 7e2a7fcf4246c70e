"""Articles that are like one, and what they share."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engines import create
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.forms import Forms
from newssearch.article.model import Kind
from newssearch.engine.base import Document
from newssearch.similar import Similar, find

FERRY = document(
    "ferry.md",
    "The ferry to Skarholm is late. Pilots of the Skarholm ferry struck in 2020. Mr X said so. "
    "It isn't the first time that pilots quarrel with Ombrellini, the vice-captain.",
    title="Pilots halt the Skarholm ferry",
    keywords=("skarholm",),
    story="ferry",
)
CROWD = " ".join(f"Singer{first}{second}" for first in "abcdef" for second in "vwxyz")
NEWS = [
    FERRY,
    document("copy.md", FERRY.article.text, title=FERRY.article.title, story="ferry"),
    document(
        "pilots.md",
        "Pilots in Skarholm went back to the ferry after 2020 hours. It isn't over. Vice-captain!",
        title="Ferry pilots return",
    ),
    document("pilots-2.md", "Pilots in Skarholm went back to the ferry.", story="again"),
    document("pilots-3.md", "Pilots in Skarholm went back. The ferry sails.", story="again"),
    document("list.md", "Skarholm ferry pilots, all pages", kind=Kind.PAGE),
    document(
        "island.md", "Skarholm has a new school. The pilots of a plane saw it.", title="School"
    ),
    *(
        document(
            f"other-{number}.md",
            "He went back to say of the town that it is late; so they say in time, a first new.",
        )
        for number in range(30)
    ),
    document("crowd.md", f"{CROWD} Verbena and Ottoline sing.", title="A choir", story="crowd"),
    document("crowd-2.md", CROWD, story="crowd"),
    document("guests.md", "Verbena and Ottoline sing."),
    document(
        "both.md",
        "Pilots in Skarholm wait. 奥登布鲁克的渡轮停航。奥登布鲁克罢工。",
        title="The Skarholm ferry",
        lang="en",
        languages=("en", "zh"),
    ),
    document("lonely.md", "Quasar 1234 1234", title="Zyx"),
    document("empty.md", "1 2 3", title="7"),
]
CHINESE = [
    document(
        "zh-1.md",
        "奥登布鲁克港务局宣布罢工。奥登布鲁克的渡轮停航。奥登布鲁克周二无人上班，水手船厂。",
        title="港务局罢工",
        lang="zh",
    ),
    document("zh-2.md", "昨天渡轮停航，奥登布鲁克周二恢复。", title="渡轮停航", lang="zh"),
    document("zh-3.md", "渡轮停航与罢工：登布先生说，水手船厂。", lang="zh"),
    *(
        document(
            f"zh-other-{number}.md",
            ("水手" if number % 5 == 0 else "船厂" if number % 5 == 1 else "市长")
            + "宣布学校恢复上课，天气很好。昨天周二。",
            lang="zh",
        )
        for number in range(30)
    ),
]

Ask = Callable[..., list[Similar]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    engine = create("columnar", tmp_path_factory.mktemp("similar") / "index", Analyzer())
    commit(engine, NEWS)
    commit(engine, CHINESE)
    snapshot, forms = engine.snapshot(), Forms(Analyzer())

    def like(path: str, limit: int = 10) -> list[Similar]:
        (wanted,) = (held for held in (*NEWS, *CHINESE) if held.article.path == path)
        return find(snapshot, forms, wanted, limit)

    yield like
    snapshot.close()


def paths(found: list[Similar]) -> list[str]:
    return [one.document.article.path for one in found]


def test_what_shares_most_comes_first_each_story_once_without_its_own_and_pages(ask: Ask) -> None:
    found = ask("ferry.md")
    assert len(found) == 4
    assert paths(found)[3] == "island.md"
    assert "pilots.md" in paths(found)
    assert [one.document.story for one in found].count("again") == 1
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)


def test_the_shared_words_are_spelt_as_the_article_spells_them_most_often(ask: Ask) -> None:
    shared = {one.document.article.path: one.shared for one in ask("ferry.md")}
    assert {"Skarholm", "ferry", "pilots"} <= set(shared["pilots.md"])
    assert {"skarholm", "Ferry", "Pilots"}.isdisjoint(shared["pilots.md"])
    assert {"Skarholm", "pilots"} <= set(shared["island.md"])
    assert "ferry" not in shared["island.md"]


def test_numbers_letters_contractions_and_what_only_the_story_has_tell_nothing(ask: Ask) -> None:
    named = {word for one in ask("ferry.md") for word in one.shared}
    assert named.isdisjoint({"2020", "X", "isn't", "Ombrellini"})


def test_of_a_compound_the_parts_are_shared(ask: Ask) -> None:
    shared = {one.document.article.path: one.shared for one in ask("ferry.md")}
    assert "captain" in shared["pilots.md"]
    assert "vice-captain" not in shared["pilots.md"]


def test_many_words_that_only_the_story_has_leave_room_for_others(ask: Ask) -> None:
    assert paths(ask("crowd.md")) == ["guests.md"]


@pytest.mark.parametrize("path", ["lonely.md", "empty.md"])
def test_nothing_is_like_an_article_without_words_that_others_have(path: str, ask: Ask) -> None:
    assert ask(path) == []


def test_the_limit_cuts_the_same_list(ask: Ask) -> None:
    whole = ask("ferry.md")
    assert ask("ferry.md", 1) == whole[:1]
    assert ask("ferry.md", 100) == whole


def test_chinese_words_are_named_in_runs_as_long_as_both_have_them(ask: Ask) -> None:
    found = {one.document.article.path: one.shared for one in ask("zh-1.md")}
    assert {"奥登布鲁克", "渡轮停航"} <= set(found["zh-2.md"])
    for shared in found.values():
        assert not [a for a in shared for b in shared if a != b and a in b]


def test_a_name_is_named_without_the_word_that_follows_it_once(ask: Ask) -> None:
    found = {one.document.article.path: one.shared for one in ask("zh-1.md")}
    assert not any("克周" in word for word in found["zh-2.md"])


def test_pairs_that_join_two_words_are_not_shared(ask: Ask) -> None:
    found = {one.document.article.path: one.shared for one in ask("zh-1.md")}
    assert not any("手船" in word for word in found["zh-3.md"])


def test_a_piece_of_a_longer_name_is_not_shared(ask: Ask) -> None:
    found = {one.document.article.path: one.shared for one in ask("zh-1.md")}
    assert "登布" not in found["zh-3.md"]  # there it is another name


def test_of_an_article_in_two_languages_its_own_counts(ask: Ask) -> None:
    found = ask("both.md")
    assert "pilots.md" in paths(found)
    assert all(word.isascii() for one in found for word in one.shared)


def test_an_answer_is_the_same_with_forms_that_have_seen_others(ask: Ask) -> None:
    first = ask("ferry.md")
    for held in NEWS:
        ask(held.article.path)
    assert ask("ferry.md") == first


def test_what_is_named_stands_in_both_articles(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    documents = invented(random.Random(seed))
    engine = create("columnar", tmp_path / "index", Analyzer())
    commit(engine, documents)
    snapshot = engine.snapshot()
    analyzer, listed = Analyzer(), 0
    for wanted in documents[:20]:
        found = find(snapshot, Forms(analyzer), wanted, 5)
        listed += len(found)
        assert len(found) <= 5
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
        stories = [one.document.story for one in found]
        assert wanted.story not in stories
        assert len(set(stories)) == len(stories)
        for one in found:
            assert 2 <= len(one.shared) <= 8
            assert not [
                a for a in one.shared for b in one.shared if not a.isascii() and a in b != a
            ]
            assert len(set(one.shared)) == len(one.shared)
            for word in one.shared:
                assert has(wanted, word, analyzer)
                assert has(one.document, word, analyzer)
    snapshot.close()
    assert listed


def has(held: Document, word: str, analyzer: Analyzer) -> bool:
    """Does a document have a word, in any form? Slow and plain."""
    text = "\n".join((held.article.title, held.article.text))
    if not word.isascii():
        return word in text
    terms = {term for token in analyzer.tokens(text) for term in token.terms}
    return analyzer.tokens(word)[0].terms[0] in terms


def invented(rng: random.Random) -> list[Document]:
    """Articles of words that few to many of them have, in two scripts."""
    latin = ["".join(rng.choices("abdeiklmnorstu", k=rng.randint(3, 9))) for _ in range(300)]
    cjk = [
        "".join(rng.choices("港口渡轮罢工奥登布鲁克停航恢复市长学校", k=rng.randint(2, 4)))
        for _ in range(60)
    ]
    made = []
    for number in range(80):
        words, gap = (cjk, "") if number % 3 == 0 else (latin, " ")
        weights = [1 / place for place in range(1, len(words) + 1)]
        text = gap.join(rng.choices(words, weights, k=rng.randint(5, 120)))
        made.append(
            document(
                f"{number}.md",
                text.replace("。", "\n"),
                title=gap.join(rng.sample(words, 4)).title(),
                story=f"story-{number // 2}",
            )
        )
    return made
