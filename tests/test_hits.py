"""A story's members as a hit shows them."""

from __future__ import annotations

from itertools import permutations

from newssearch.article.model import Article, ArticleDate, DateSource, Kind, Precision
from newssearch.engine.base import Document
from newssearch.engine.members import member
from newssearch.hits import story_of, translations_of


def document(path: str, lang: str, *links: str, kind: str = "article", date: str = "") -> Document:
    known = ArticleDate(date, DateSource.HEADER, Precision.DAY) if date else None
    article = Article(
        path, path.upper(), lang=lang, translation_links=links, kind=Kind(kind), date=known
    )
    return Document(path, "news", "story", "2020-08-27", article)


def shown(of: Document, *others: Document) -> list[str]:
    """The paths of an article's translations, which no order of the members changes."""
    found = {
        tuple(t.path for t in translations_of(of, [member(one) for one in order]))
        for order in permutations((of, *others))
    }
    assert len(found) == 1
    return list(found.pop())


def test_a_translation_is_the_linked_one_in_whichever_direction() -> None:
    english = document("1/rain.md", "en", "2/regen.md")
    linked, beside = document("2/regen.md", "de"), document("1/rain.de.md", "de")
    assert shown(english, linked, beside) == ["2/regen.md"]
    assert shown(document("1/rain.md", "en"), document("2/x.md", "de", "1/rain.md"), beside) == [
        "2/x.md"
    ]


def test_a_dead_link_is_repaired_by_name() -> None:
    english = document("1/Rain_ wind.md", "en", "1/Rain: wind_zh.md")
    again = document("1/Rain_ wind, again_zh.md", "zh")
    assert shown(english, document("1/Rain_ wind_zh.md", "zh"), again) == ["1/Rain_ wind_zh.md"]
    chinese = document("1/4f.md", "zh", "1/Rain: wind.md")
    assert shown(english, chinese, again) == ["1/4f.md"]


def test_without_a_link_the_suffix_tells_and_then_the_folder() -> None:
    english = document("1/rain.md", "en")
    suffixed, beside = document("1/rain_zh.md", "zh"), document("1/again_zh.md", "zh")
    elsewhere = document("2/rain_zh.md", "zh")
    assert shown(english, suffixed, beside, elsewhere) == ["1/rain_zh.md"]
    assert shown(english, beside, elsewhere) == ["1/again_zh.md"]


def test_each_other_language_has_one_translation_and_only_full_articles_are() -> None:
    english = document("rain.md", "en")
    others = [document("rain_zh.md", "zh"), document("rain_fr.md", "fr"), document("b.md", "en")]
    entry, unknown = document("NEWS.md#1", "ru", kind="digest"), document("c.md", "")
    assert shown(english, *others, entry) == ["rain_fr.md", "rain_zh.md"]
    assert shown(english, entry, unknown) == []


def test_a_story_has_its_members_languages_and_days() -> None:
    members = [
        member(document("a.md", "en", date="2020-08-27T13:05:00+08:00")),
        member(document("b.md", "zh", date="2020-08-25")),
        member(document("c.md", "")),
    ]
    story = story_of(members)
    assert (story.id, story.size, story.languages) == ("a.md", 3, ("en", "zh"))
    assert (story.first_date, story.last_date) == ("2020-08-25", "2020-08-27")
    assert story_of(members[2:]).first_date == ""
