from __future__ import annotations

import io
import re
from dataclasses import replace

import bibtexparser
from bibtexparser.library import Library
from bibtexparser.model import Entry
from hypothesis import given, settings
from invented_exports import (
    BOTH,
    HOSTILE,
    ORIGIN,
    dated,
    exported,
    hostile_article,
    numbered,
    texts,
)
from pybtex.database.input import bibtex as pybtex_reader
from pylatexenc import latex2text

from newssearch.export import ExportedArticle
from newssearch.render.citation import citation
from newssearch.render.export_bibtex import render_bibtex


def written(*articles: ExportedArticle) -> str:
    return "".join(render_bibtex(articles, ORIGIN))


def read(*articles: ExportedArticle) -> Library:
    """The library as bibtexparser reads it; everything in it was understood."""
    library = bibtexparser.parse_string(written(*articles))
    assert library.failed_blocks == []
    return library


def field(entry: Entry, name: str) -> str:
    return str(entry.fields_dict[name].value) if name in entry.fields_dict else ""


def as_typeset(value: str) -> str:
    """What TeX makes of it, by pylatexenc, which does not know three of the commands."""
    known = latex2text.get_default_latex_context_db()
    commands = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    known.add_context_category(
        "braces",
        prepend=True,
        macros=[latex2text.MacroTextSpec(name, text) for name, text in commands.items()],
    )
    reader = latex2text.LatexNodes2Text(latex_context=known, keep_comments=True)
    return str(reader.latex_to_text(value))


def without_ligatures(text: str) -> str:
    """Fonts join these, whoever wrote them: no reader can tell."""
    return re.sub("[-–—'`’‘“”\"¡¿!?]+", "", text)


def test_an_article_is_a_newspapers_and_reads_back_whole() -> None:
    library = read(*BOTH)
    strike, ferry = library.entries
    assert (strike.entry_type, strike.key) == ("article", "news4f21b7a0c3d9")
    assert {name: found.value for name, found in strike.fields_dict.items()} == {
        "author": "Verne, Ada and Okoye, Tom",
        "title": "{Lukashenko jeered by strikers at a tractor works}",
        "journal": "harbour-post.example",
        "entrysubtype": "newspaper",
        "date": "2020-08-17",
        "year": "2020",
        "month": "aug",
        "url": "https://harbour-post.example/europe/1207",
        "keywords": "belarus, strike",
        "langid": "english",
        "abstract": " ".join(["Workers whistled."] * 12),
    }
    assert set(ferry.fields_dict) == {"title", "entrysubtype"}


def test_where_it_is_from_is_a_comment_in_front() -> None:
    (comment,) = read(*BOTH).comments
    assert as_typeset(comment.comment) == ORIGIN.line.replace("--", "–")
    odd = replace(ORIGIN, query="} @article{x, title={y}} {")
    library = bibtexparser.parse_string("".join(render_bibtex(BOTH, odd)))
    assert [entry.key for entry in library.entries] == ["news4f21b7a0c3d9", "news4f21b7ffffff"]


def test_bibtex_itself_reads_names_dates_and_titles() -> None:
    database = pybtex_reader.Parser().parse_stream(io.StringIO(written(*BOTH)))
    entry = database.entries["news4f21b7a0c3d9"]
    assert [str(person) for person in entry.persons["author"]] == ["Verne, Ada", "Okoye, Tom"]
    assert (entry.fields["year"], entry.fields["month"]) == ("2020", "August")


def test_names_that_stay_whole_are_one_name_to_bibtex() -> None:
    authors = ("BBC News", "Ada and Sons, Minsk", "Li Na")
    database = pybtex_reader.Parser().parse_stream(io.StringIO(written(exported(authors=authors))))
    (entry,) = database.entries.values()
    assert [person.last_names for person in entry.persons["author"]] == [
        [f"{{{author}}}"] for author in authors
    ]


def test_a_date_says_no_more_than_is_known() -> None:
    year, month = read(dated("2020")).entries[0], read(dated("2020-08")).entries[0]
    assert (field(year, "date"), field(year, "year"), field(year, "month")) == ("2020", "2020", "")
    assert (field(month, "date"), field(month, "month")) == ("2020-08", "aug")


def test_what_tex_takes_for_its_own_is_text() -> None:
    title = r"100% of R&D_x costs $5 #1 ~ ^ {a} \b"
    (entry,) = read(exported(title=title)).entries
    assert as_typeset(field(entry, "title")) == title


def test_an_address_is_not_escaped_but_balanced() -> None:
    url = "https://harbour-post.example/a_b?x=1&y=%20#p{q}\\"
    (entry,) = read(exported(url=url)).entries
    assert field(entry, "url") == "https://harbour-post.example/a_b?x=1&y=%20#p%7Bq%7D%5C"


def test_a_comma_does_not_part_a_keyword() -> None:
    (entry,) = read(exported(keywords=("Minsk, Belarus", "strike"), tags=())).entries
    assert field(entry, "keywords") == "{Minsk, Belarus}, strike"


def test_no_text_of_an_article_breaks_out_of_its_field() -> None:
    for text in HOSTILE:
        article = hostile_article(text)
        entry, after = read(article, BOTH[1]).entries
        assert (entry.key, after.key) == ("news4f21b7a0c3d9", "news4f21b7ffffff")
        assert field(entry, "entrysubtype") == "newspaper"


@given(texts)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_an_article_reads_back_as_it_was(text: str) -> None:
    article = hostile_article(text)
    entries = read(article, BOTH[1]).entries
    assert [entry.key for entry in entries] == ["news4f21b7a0c3d9", "news4f21b7ffffff"]
    cited = citation(article)
    for name, expected in (("title", cited.title), ("journal", cited.source)):
        typeset = as_typeset(field(entries[0], name))
        assert without_ligatures(typeset) == without_ligatures(expected), name
    database = pybtex_reader.Parser().parse_stream(io.StringIO(written(article, BOTH[1])))
    assert list(database.entries) == ["news4f21b7a0c3d9", "news4f21b7ffffff"]


def test_there_are_as_many_entries_as_articles() -> None:
    articles = numbered(250)
    entries = read(*articles).entries
    assert [field(entry, "title") for entry in entries] == [
        f"{{{one.article.title}}}" for one in articles
    ]
    assert len({entry.key for entry in entries}) == 250
    assert read().entries == []
