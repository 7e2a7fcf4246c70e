from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest

from newssearch.article.model import Article, ArticleDate, DateSource, Paragraph, Precision
from newssearch.differences import Change, ParagraphDifference, Piece, differences

SAME, DELETED, INSERTED = Change


def article(*paragraphs: str, **fields: object) -> Article:
    body = tuple(Paragraph(7 + 2 * number, text) for number, text in enumerate(paragraphs))
    return replace(Article("a.md", "Ferry stops", body), **fields)  # type: ignore[arg-type]


def marked(paragraph: ParagraphDifference) -> str:
    form = {SAME: "{}", DELETED: "[-{}-]", INSERTED: "{{+{}+}}"}
    return "".join(form[change].format(text) for change, text in paragraph.pieces)


def text_changes(old: Article, new: Article) -> list[str]:
    return [marked(one) for one in differences(old, new).paragraphs]


def test_an_article_does_not_differ_from_itself() -> None:
    one = article("The ferry stopped.", "Nobody said why.", keywords=("ferry",))
    found = differences(one, one)
    assert found.fields == ()
    assert found.same_text
    assert [paragraph.pieces for paragraph in found.paragraphs] == [
        (Piece(SAME, "The ferry stopped."),),
        (Piece(SAME, "Nobody said why."),),
    ]


@pytest.mark.parametrize("name", ["keywords", "authors", "tags"])
def test_another_order_of_a_list_is_no_difference(name: str) -> None:
    old, new = article(**{name: ("a", "b", "b")}), article(**{name: ("b", "a")})
    assert differences(old, new).fields == ()


def test_of_a_list_what_went_and_came_is_said() -> None:
    old, new = article(keywords=("harbour", "ferry")), article(keywords=("ferry", "strike"))
    (field,) = differences(old, new).fields
    assert (field.name, field.old, field.new) == (
        "keywords", ("harbour", "ferry"), ("ferry", "strike"),
    )  # fmt: skip
    assert field.pieces == (Piece(DELETED, "harbour"), Piece(INSERTED, "strike"))


def test_of_a_title_the_words_are_said() -> None:
    (field,) = differences(article(), article(title="Night ferry stops early")).fields
    assert field.name == "title"
    assert "".join(piece.text for piece in field.pieces if piece.change is not DELETED) == (
        "Night ferry stops early"
    )
    assert Piece(INSERTED, "early") in field.pieces


def test_all_fields_that_a_reader_sees_are_compared_in_the_order_of_show() -> None:
    old = article()
    new = article(
        title="x",
        alternate_title="x",
        date=ArticleDate("2020-08-17", DateSource.HEADER, Precision.DAY),
        source="x.example",
        authors=("x",),
        keywords=("x",),
        tags=("x",),
        lang="en",
        url="https://x.example/1",
        image="https://x.example/1.png",
        extra=(("desk", "europe"), ("desk", "sea")),
        path="b.md",
        folder_date="2020-08-18",
    )
    names = [field.name for field in differences(old, new).fields]
    assert names == [
        "title", "alternate title", "date", "source", "authors", "keywords", "tags", "language",
        "address", "image", "desk",
    ]  # fmt: skip
    assert names == [field.name for field in differences(new, old).fields]


def test_where_a_date_was_found_is_no_difference() -> None:
    found = [ArticleDate("2020-08-17", source, Precision.DAY) for source in DateSource]
    assert differences(article(date=found[0]), article(date=found[2])).fields == ()


def test_words_that_changed_are_marked_in_their_paragraph() -> None:
    old = article("The night ferry stopped at nine.", "Nobody said why it had stopped.")
    new = article("The night ferry stopped at ten.", "Nobody said why it had stopped.")
    assert text_changes(old, new) == [
        "The night ferry stopped at [-nine-]{+ten+}.",
        "Nobody said why it had stopped.",
    ]


def test_a_number_or_an_abbreviation_is_one_word() -> None:
    old, new = article("It cost 1,200 crowns."), article("It cost 1,300 crowns.")
    assert text_changes(old, new) == ["It cost [-1,200 -]{+1,300 +}crowns."]


def test_chinese_is_compared_by_characters() -> None:
    old, new = (
        article("渡轮在九点停航，没有人说明原因。"),
        article("渡轮在十点停航，没有人说明原因。"),
    )
    assert text_changes(old, new) == ["渡轮在[-九-]{+十+}点停航，没有人说明原因。"]


def test_spaces_alone_are_no_difference() -> None:
    old, new = article("到2020年  的渡轮", "One two"), article("到 2020 年的渡轮", "One  two")
    assert differences(old, new).same_text


def test_what_is_deleted_has_the_spaces_that_it_had() -> None:
    old = article("Big ferry, small quay: nothing moves here today.")
    new = article("Big  tram, a quay, nothing moves here today.")
    found = differences(old, new).paragraphs[0].pieces
    assert "".join(text for change, text in found if change is not INSERTED).split() == (
        old.text.split()
    )


def test_paragraphs_that_came_or_went_are_marked_whole_in_their_place() -> None:
    old = article("The ferry stopped.", "Gulls were seen over all of the quay.", "It is Monday.")
    new = article("The ferry stopped.", "It is Monday.", "Trams go on as before, they say.")
    assert text_changes(old, new) == [
        "The ferry stopped.",
        "[-Gulls were seen over all of the quay.-]",
        "It is Monday.",
        "{+Trams go on as before, they say.+}",
    ]
    lines = [(one.old_line, one.new_line) for one in differences(old, new).paragraphs]
    assert lines == [(7, 7), (9, 0), (11, 9), (0, 11)]


def test_a_changed_paragraph_is_held_against_the_one_that_is_most_like_it() -> None:
    old = article("The mayor of the town said on Monday that the ferry would stop for good.")
    new = article(
        "Passengers stood on the quay all night long.",
        "The mayor of the town said on Tuesday that the ferry would stop for good.",
    )
    assert text_changes(old, new) == [
        "{+Passengers stood on the quay all night long.+}",
        "The mayor of the town said on [-Monday -]{+Tuesday +}that the ferry would stop for good.",
    ]


def test_a_paragraph_with_other_words_is_not_taken_apart() -> None:
    old, new = (
        article("Gulls were seen over the quay."),
        article("Trams go on as before, they say."),
    )
    assert text_changes(old, new) == [
        "[-Gulls were seen over the quay.-]",
        "{+Trams go on as before, they say.+}",
    ]


def test_words_that_are_the_same_by_chance_are_no_islands() -> None:
    old = article("The quay was closed to all passengers for a week, he said on Monday evening.")
    new = article(
        "The quay was opened again for many visitors after a day, he said on Monday evening."
    )
    (shown,) = text_changes(old, new)
    assert shown == (
        "The quay was [-closed to all passengers for a week-]"
        "{+opened again for many visitors after a day+}, he said on Monday evening."
    )


def without(paragraphs: tuple[ParagraphDifference, ...], change: Change) -> list[str]:
    """One version, out of the difference: its paragraphs, without their spaces."""
    texts = ["".join(p.text for p in one.pieces if p.change is not change) for one in paragraphs]
    return [spaceless(text) for text in texts if text]


def spaceless(text: str) -> str:
    return "".join(text.split())


def test_both_versions_can_be_had_from_the_difference() -> None:
    for seed in range(300):
        print(f"seed {seed}")
        random_ = random.Random(seed)
        words = ["ferry", "quay", "渡", "轮", "a", ",", "it's", "1,2"][: random_.randint(1, 8)]

        def invented(random_: random.Random = random_, words: list[str] = words) -> list[str]:
            return [
                " ".join(random_.choices(words, k=random_.randint(1, 12)))
                for _ in range(random_.randint(0, 8))
            ]

        olds = invented()
        news = random_.sample(olds, random_.randint(0, len(olds))) + invented()
        found = differences(article(*olds), article(*news)).paragraphs
        assert without(found, INSERTED) == [spaceless(text) for text in olds]
        assert without(found, DELETED) == [spaceless(text) for text in news]
        lines = [one.old_line for one in found if one.old_line]
        assert lines == sorted(set(lines))


def test_the_rows_are_cut_where_they_are_too_long_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for limit in (0, 4, 50):
        monkeypatch.setattr("newssearch.alignment.MOST_PAIRS", limit)
        monkeypatch.setattr("newssearch.differences._MOST_PARAGRAPH_PAIRS", limit)
        test_both_versions_can_be_had_from_the_difference()


def test_what_occurs_once_holds_long_rows_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound, too, what surrounds a change in a long paragraph is the same."""
    monkeypatch.setattr("newssearch.alignment.MOST_PAIRS", 20)
    words = [f"word{number}" for number in range(40)]
    changed = [f"other{number}" if number in (3, 36) else word for number, word in enumerate(words)]
    (paragraph,) = differences(article(" ".join(words)), article(" ".join(changed))).paragraphs
    assert [text.strip() for change, text in paragraph.pieces if change is DELETED] == [
        "word3", "word36",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["paragraphs", "one paragraph", "the same word", "Chinese"])
def test_a_long_article_takes_no_long_time(form: str) -> None:
    random_ = random.Random(5)
    print("seed 5")
    olds = [" ".join(random_.choices(["ferry", "quay", "gull", "tram"], k=20)) for _ in range(1500)]
    news = [" ".join(random_.choices(["ferry", "quay", "gull", "bus"], k=20)) for _ in range(1500)]
    if form == "one paragraph":
        olds, news = [" ".join(olds)], [" ".join(news)]
    elif form == "the same word":
        olds, news = ["ferry " * 20_000], ["ferry " * 19_000 + "tram " + "ferry " * 900]
    elif form == "Chinese":
        olds, news = (
            ["".join(random_.choices("渡轮码头海鸥", k=20_000)) for _ in range(2)],
            ["渡" * 20_000],
        )
    begin = time.process_time()
    differences(article(*olds), article(*news))
    assert time.process_time() - begin < 10  # without bounds: minutes
