"""What front matter of every form gives an article; what stands when it is broken or is none."""

from __future__ import annotations

import pytest
from invented_articles import read_one

from newssearch.article.model import DateSource


def test_front_matter_of_every_form_is_read() -> None:
    forms = {
        "yaml": "---\ntitle: Snow\ndate: 2020-08-27\ntags: [a, b]\n---\nBody here.",
        "toml": '+++\ntitle = "Snow"\ndate = 2020-08-27\ntags = ["a", "b"]\n+++\nBody here.',
        "json": '{\n"title": "Snow",\n"date": "2020-08-27",\n"tags": ["a", "b"]\n}\nBody here.',
        "pelican": "Title: Snow\nDate: 2020-08-27\nTags: a, b\n\nBody here.",
        "comments": "[#]: title: (Snow)\n[#]: date: (2020-08-27)\n[#]: tags: (a, b)\n\nBody here.",
    }
    for name, text in forms.items():
        article = read_one(text, "x.md")
        assert article.title == "Snow", name
        assert article.tags == ("a", "b"), name
        assert article.date is not None, name
        assert article.date.text == "2020-08-27", name
        assert article.text == "Body here.", name
        assert article.body[0].line == text.count("\n") + 1, name
        assert article.warnings == (), name


def test_scalars_stay_the_text_that_stands_there() -> None:
    text = "---\nid: 0123\nauthor: no\nlength: 12:30:45\nv: 1.10\ntitle: 2020-01-02\n---\nText."
    article = read_one(text, "x.md")
    assert dict(article.extra) == {"id": "0123", "length": "12:30:45", "v": "1.10"}
    assert article.authors == ("no",)
    assert article.title == "2020-01-02"


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        ("title: Orm: the lake\ndate: 2020-08-27", 2),
        ("date: 2020-08-27\ntitle: Orm: the lake", 3),
        ("title: Orm\n\tbad: tab\ndate: 2020-08-27", 3),
        ('title: "Orm\ndate: 2020-08-27', 0),
        ("title: Orm\nx: &a [1]\ny: *a\ndate: 2020-08-27", 4),
        ("title: Orm\ndate: 2020-08-27\nz: " + "[" * 30_000, 0),
        ("title: Orm\ndate: 2020-08-27\nz: " + "{a: " * 40 + "}" * 40, 0),
        ("title: Orm\nx: !e!thing 1\ndate: 2020-08-27", 3),
        ("title: Orm\ndate: 2020-08-27\nz: " + "word " * 20_000, 0),
    ],
)
def test_broken_or_hostile_yaml_still_gives_title_date_and_text(yaml: str, line: int) -> None:
    article = read_one(f"---\n{yaml}\n---\nThe text.", "x.md")
    assert article.title.startswith(("Orm", '"Orm'))
    assert article.date is not None
    assert article.date.text == "2020-08-27"
    assert article.text == "The text."
    assert len(article.warnings) == 1
    if line:
        assert article.warnings[0].line == line


def test_unknown_tag_is_ignored_with_a_warning() -> None:
    article = read_one("---\ntitle: !thing Orm\n---\nText.")
    assert article.title == "Orm"
    assert [w.line for w in article.warnings] == [2]


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        ("title: Orm\nx: !!python/object/apply:os.system [echo]", 3),
        ("title: Orm\nx: !foo bar", 3),
        ("title: Orm\n!foo x: bar", 3),
        ("!foo\ntitle: Orm", 2),
        ("title: !!orm Orm", 2),
    ],
)
def test_every_unknown_tag_is_warned_of_with_its_line(yaml: str, line: int) -> None:
    article = read_one(f"---\n{yaml}\n---\nText.")
    assert article.title == "Orm"
    assert [w.line for w in article.warnings] == [line]
    assert "unknown tag !" in article.warnings[0].message
    assert read_one("---\ntitle: !!str Orm\nx: !!set {a}\n---\nText.").warnings == ()


def test_impossible_date_is_warned_of_with_its_line_and_skipped() -> None:
    article = read_one("---\ntitle: Orm\ndate: 2020-13-45\n---\nText.", "2020/08/27/x.md")
    assert article.date is not None
    assert article.date.source is DateSource.PATH
    assert [w.line for w in article.warnings] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "---\nOne evening in Orm the ferry was late again.\n---\nThe rest.",
        "---\n- a\n- b\n---\nThe rest.",
        "---\ntitle: Orm\nnever closed.\nThe rest.",
        "---\n---\nThe rest.",
        "---\n# One evening in Orm\n---\nThe rest.",
        "+++\n# One evening in Orm\n+++\nThe rest.",
        "---\n{{< note >}} One evening {% end %}\n---\nThe rest.",
    ],
)
def test_front_matter_that_is_no_mapping_stays_in_the_body(text: str) -> None:
    article = read_one(text)
    assert "The rest." in article.text
    for word in ("evening", "never closed"):
        assert (word in text) == (word in f"{article.title} {article.text}")
        assert word not in text or article.warnings


def test_blank_lines_crlf_and_spaced_keys_are_read() -> None:
    article = read_one(
        '\r\n\r\n---\r\ntitle : "Orm: late"\r\ndate : 2020-08-27\r\n---\r\n\r\nText.'
    )
    assert article.title == "Orm: late"
    assert article.body[0].line == 8


def test_tags_and_authors_come_in_every_shape() -> None:
    def tags(value: str) -> tuple[str, ...]:
        return read_one(f"---\ntitle: x\ntags: {value}\n---\n").tags

    assert tags("lake, boats") == ("lake", "boats")
    assert tags("[lake, boats]") == ("lake", "boats")
    assert tags("lake") == ("lake",)
    assert tags("null") == tags("") == tags("[]") == ()

    def authors(value: str) -> tuple[str, ...]:
        return read_one(f"---\ntitle: x\nauthor: {value}\n---\n").authors

    assert authors("{name: Mara Quill, email: m@example.com}") == ("Mara Quill",)
    assert authors("[{name: Mara Quill}, {name: Tobias Venn}]") == ("Mara Quill", "Tobias Venn")
    assert authors("By Mara Quill and Tobias Venn") == ("Mara Quill", "Tobias Venn")
    assert authors("[The Lake Team]") == ("The Lake Team",)
    assert authors("[mquill, tvenn]") == ("mquill", "tvenn")


def test_summary_stands_in_for_an_empty_body() -> None:
    article = read_one("---\ntitle: x\nsummary: The ferry is late.\n---\n\n")
    assert [(p.line, p.text) for p in article.body] == [(3, "The ferry is late.")]


def test_source_of_the_front_matter_wins_over_the_site() -> None:
    text = "---\ntitle: x\nurl: https://www.example.com/a\nsource: Orm Herald\n---\n"
    assert read_one(text).source == "Orm Herald"


def test_escapes_of_invisible_characters_in_front_matter_are_dropped() -> None:
    forms = (
        '---\ntitle: "O\\u202erm"\nauthor: ["Mara\\u200b Quill"]\nkeywords: "fe\\u2066rry"\n'
        '"de\\u202esk": "hi\\x1Bll"\n---\n',
        '+++\ntitle = "O\\u202erm"\nauthor = ["Mara\\u200b Quill"]\nkeywords = "fe\\u2066rry"\n'
        '"de\\u202esk" = "hi\\u001bll"\n+++\n',
        '{"title": "O\\u202erm", "author": ["Mara\\u200b Quill"], "keywords":'
        ' "fe\\u2066rry\\ud800", "de\\u202esk": "hi\\u001bll"}\n',
    )
    for text in forms:
        article = read_one(text)
        assert article.title == "Orm", text
        assert article.authors == ("Mara Quill",), text
        assert article.keywords == ("ferry",), text
        assert article.extra == (("desk", "hill"),), text
