from __future__ import annotations

import html
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from invented_exports import (
    BOTH,
    FERRY_EXPORT,
    HOSTILE,
    ORIGIN,
    STRIKE_EXPORT,
    exported,
    hostile_article,
    numbered,
    texts,
)
from markdown_it import MarkdownIt
from markdown_it.token import Token

from newssearch.export import ExportedArticle
from newssearch.render.citation import abstract, one_line
from newssearch.render.export_markdown import render_markdown

#: What a page may hold: headings, lines, quotations, links of titles, code.
_BLOCKS = {"heading_open", "paragraph_open", "blockquote_open", "inline"}
_INLINE = {"text", "text_special", "link_open", "link_close", "code_inline"}


def tokens(*articles: ExportedArticle) -> list[Token]:
    """The page as markdown-it reads it, with tables and strikethrough."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return reader.parse("".join(render_markdown(articles, ORIGIN)))


def headings(*articles: ExportedArticle) -> list[tuple[str, str, str]]:
    """Level, text and link of each heading."""
    found = []
    page = tokens(*articles)
    for opened, inline in pairwise(page):
        if opened.type == "heading_open":
            children = inline.children or []
            links = [str(child.attrGet("href")) for child in children if child.type == "link_open"]
            text = "".join(child.content for child in children)
            found.append((opened.tag, text, "".join(links)))
    return found


def test_a_page_is_for_reading() -> None:
    assert "".join(render_markdown(BOTH, ORIGIN)) == (
        "# tractor strike --since 2020-08\n"
        "\n"
        "2 exported; found 4 articles of 2 stories. Index generation 7, 2020-09-01.\n"
        "\n"
        "## [Lukashenko jeered by strikers at a tractor works]"
        "(<https://harbour-post.example/europe/1207>)\n"
        "\n"
        "2020-08-17 · harbour-post.example · Ada Verne, Tom Okoye · en · story of 3 in en, zh\n"
        "\n"
        "> Workers whistled when Lukashenko climbed the podium. … The strike began at dawn.\n"
        "\n"
        "`news/2020/08/17/tractor-strike.md` · `4f21b7a0c3d9`\n"
        "\n"
        "## Night ferry returns\n"
        "\n"
        "en\n"
        "\n"
        f"`{FERRY_EXPORT.hit.file}` · `4f21b7ffffff`\n"
    )


def test_without_passages_the_first_paragraph_is_quoted() -> None:
    one = replace(STRIKE_EXPORT, hit=replace(STRIKE_EXPORT.hit, snippets=()))
    assert f"> {abstract(one.article)}\n" in "".join(render_markdown([one], ORIGIN))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "ftp://x.example", "data:text/html,x"])
def test_only_web_addresses_are_links(url: str) -> None:
    assert headings(exported(title="Strike", url=url))[1] == ("h2", "Strike", "")


def test_an_address_stays_within_its_brackets() -> None:
    url = "https://harbour-post.example/a>b c)(<d"
    assert headings(exported(title="Strike", url=url))[1] == (
        "h2", "Strike", "https://harbour-post.example/a%3Eb%20c)(%3Cd"
    )  # fmt: skip


def test_a_file_named_with_backticks_is_still_code() -> None:
    one = replace(FERRY_EXPORT, hit=replace(FERRY_EXPORT.hit, file="a ``b` c.md"))
    code = [
        child.content
        for token in tokens(one)
        for child in token.children or []
        if child.type == "code_inline"
    ]
    assert code == ["a ``b` c.md", "4f21b7ffffff"]


def test_no_title_makes_anything_but_text() -> None:
    for text in HOSTILE:
        assert_nothing_but_text(text)


@given(texts)
@settings(max_examples=200, deadline=None)
def test_whatever_stands_in_an_article_is_read_as_text(text: str) -> None:
    assert_nothing_but_text(text)


def assert_nothing_but_text(text: str) -> None:
    page = tokens(hostile_article(text), FERRY_EXPORT)
    assert {token.type for token in page if not token.type.endswith("_close")} <= _BLOCKS
    inline = [child for token in page for child in token.children or []]
    assert {child.type for child in inline} <= _INLINE
    titles = [title for _, title, _ in headings(hostile_article(text), FERRY_EXPORT)]
    assert titles == [ORIGIN.query, one_line(text) or "(no title)", "Night ferry returns"]
    quoted = [
        "".join(child.content for child in page[at + 2].children or [])
        for at, token in enumerate(page)
        if token.type == "blockquote_open"
    ]
    assert quoted == [one_line(text)] * bool(one_line(text))


def test_addresses_in_titles_are_no_links_where_readers_make_links_of_text() -> None:
    text = "".join(
        render_markdown([exported(title="see https://x.example, www.x.example")], ORIGIN)
    )
    assert not re.search(r"https://x|www\.x", html.unescape(text))


def test_there_are_as_many_headings_as_articles() -> None:
    articles = numbered(250)
    assert [title for _, title, _ in headings(*articles)[1:]] == [
        one.article.title for one in articles
    ]
    assert headings() == [("h1", ORIGIN.query, "")]
