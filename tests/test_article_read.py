from __future__ import annotations

import random
import time

import pytest

from newssearch.article.model import Article, DateSource, Kind, Precision, count_words
from newssearch.article.read import read_articles
from newssearch.errors import ArticleError

ENGLISH = """\
## Ferry service returns to Lake Orm: what changes?

keywords: ferry orm lake returns harbours

authors: Mara Quill, Business Editor, Cnn'S Tobias Venn In Orm

publish date: 2020-08-25 06:30:15.123456+08:00

![](https://img.example.com/ferry.jpg)

[中文翻译](Ferry%20service%20returns%20to%20Lake%20Orm%3A%20what%20changes%3F_zh.md)

[Original Article](https://edition.example.com/2020/08/24/ferry/index.html?utm_source=feed&id=7#top)

Image copyright Getty Images Image caption The ferry leaves the northern pier

The first boat left at dawn\\#1 with **forty** passengers, [officials](https://x.example) said.

It will run twice a day.
"""
CHINESE = """\
## 奥姆湖渡轮恢复运营

关键词: ferry orm lake

作者: Mara Quill

发表日期: None

![](https://img.example.com/ferry.jpg)

[English](Ferry.md)

[原网页](https://www.example.com/news/ferry-54321)

图片版权Getty Images图片说明渡轮离开北码头

第一艘船在黎明时分出发。
"""
DIGEST = """\
## 奥姆湖渡轮恢复运营

### Ferry service returns to Lake Orm

keywords/关键词: ferry orm

authors/作者: Mara Quill

publish date/发表日期: None

![](https://img.example.com/ferry.jpg)

第一艘船在黎明时分出发。
船上有四十名乘客。

The first boat left at dawn.
It had forty passengers.

[详情](Ferry_zh.md) [Details](Ferry.md)


## 山口的雪

### Snow closes the Tarn pass

keywords/关键词: snow

authors/作者:

publish date/发表日期: 2020-08-26 00:00:00

山口因雪关闭。

Snow has closed the pass.

[详情](Snow_zh.md) [Details](Snow.md)
"""


def read_one(text: str, path: str = "2020/08/27/x.md") -> Article:
    articles = read_articles(text.encode(), path)
    assert len(articles) == 1
    return articles[0]


def test_reference_header_is_read_with_english_labels() -> None:
    article = read_one(ENGLISH, "2020/08/27/Ferry.md")
    assert article.title == "Ferry service returns to Lake Orm: what changes?"
    assert article.keywords == ("ferry", "orm", "lake", "returns", "harbours")
    assert article.authors == ("Mara Quill", "Tobias Venn")
    assert article.date is not None
    assert article.date.text == "2020-08-25T06:30:15+08:00"
    assert article.date.source is DateSource.HEADER
    assert article.url == "https://edition.example.com/2020/08/24/ferry/index.html?id=7"
    assert article.source == "example.com"
    assert (article.lang, article.languages) == ("en", ("en",))
    assert article.image == "https://img.example.com/ferry.jpg"
    assert article.translation_links == (
        "2020/08/27/Ferry service returns to Lake Orm: what changes?_zh.md",
    )
    assert article.folder_date == "2020-08-27"
    assert [(p.line, p.text) for p in article.body] == [
        (15, "The ferry leaves the northern pier"),
        (17, "The first boat left at dawn#1 with forty passengers, officials said."),
        (19, "It will run twice a day."),
    ]


def test_a_label_has_a_colon() -> None:
    article = read_one("## Fog\n\nkeywords: fog\n\nSource\n\nThe fog came in.\n")
    assert article.keywords == ("fog",)
    assert article.source == ""
    assert [paragraph.text for paragraph in article.body] == ["Source", "The fog came in."]


def test_reference_header_is_read_with_chinese_labels() -> None:
    article = read_one(CHINESE, "2020/08/27/Ferry_zh.md")
    assert article.title == "奥姆湖渡轮恢复运营"
    assert article.keywords == ("ferry", "orm", "lake")
    assert article.lang == "zh"
    assert article.translation_links == ("2020/08/27/Ferry.md",)
    assert article.url == "https://www.example.com/news/ferry-54321"
    assert [p.text for p in article.body] == ["渡轮离开北码头", "第一艘船在黎明时分出发。"]
    assert article.date is not None
    assert (article.date.text, article.date.source) == ("2020-08-27", DateSource.PATH)
    assert article.warnings == ()


def test_digest_yields_its_entries() -> None:
    first, second = read_articles(DIGEST.encode(), "2020/08/27/BBC.md")
    assert (first.path, second.path) == ("2020/08/27/BBC.md#1", "2020/08/27/BBC.md#2")
    assert first.kind is second.kind is Kind.DIGEST
    assert first.title == "Ferry service returns to Lake Orm"
    assert first.alternate_title == "奥姆湖渡轮恢复运营"
    assert (first.lang, first.languages) == ("en", ("en", "zh"))
    assert first.source_links == ("2020/08/27/Ferry_zh.md", "2020/08/27/Ferry.md")
    assert first.translation_links == ()
    assert [(p.line, p.text) for p in first.body] == [
        (13, "第一艘船在黎明时分出发。船上有四十名乘客。"),
        (16, "The first boat left at dawn. It had forty passengers."),
    ]
    assert second.title == "Snow closes the Tarn pass"
    assert second.body[0].line == 32
    assert second.date is not None
    assert second.date.text == "2020-08-26T00:00:00"


def test_an_entry_whose_title_is_a_number_has_its_body_s_language() -> None:
    chinese = "第一艘船在黎明时分出发。船上有四十名乘客。" * 3
    entry = f"## 2020\n\n### 10,000\n\nkeywords/关键词: orm\n\n{chinese}\n"
    (article,) = read_articles(entry.encode(), "x.md")
    assert (article.lang, article.languages) == ("zh", ("zh",))


def test_digest_text_with_a_colon_stays_text() -> None:
    entry = DIGEST.replace("第一艘船在黎明时分出发。\n", "奥姆：第一艘船。\n").replace(
        "![](https://img.example.com/ferry.jpg)\n\n", ""
    )
    first = read_articles(entry.encode(), "BBC.md")[0]
    assert first.extra == ()
    assert first.body[0].text.startswith("奥姆：第一艘船。")


def test_links_never_leave_the_root() -> None:
    text = ENGLISH.replace("[中文翻译](Ferry%20service", "[中文翻译](../../../../Ferry%20service")
    assert read_one(text).translation_links == ()


def test_unknown_header_lines_are_kept_in_order() -> None:
    text = (
        "## Snow\n\nkeywords: snow\n\ndesk: Hill\n\nedition: late\n\npublish date: None\n\nIt fell."
    )
    article = read_one(text)
    assert article.extra == (("desk", "Hill"), ("edition", "late"))
    assert article.text == "It fell."


def test_header_without_a_title_takes_the_files_name() -> None:
    assert read_one("## \n\nkeywords: x\n\nText.", "a/late_snow_zh.md").title == "late_snow"
    assert read_one("keywords: x\n\nText.", "a/snow.md").title == "snow"


def test_titles_without_a_header_come_from_heading_setext_or_file() -> None:
    assert read_one("# The bridge is open\n\nAt last.").title == "The bridge is open"
    assert read_one("# The bridge is open\n\nAt last.").text == "At last."
    setext = read_one("The bridge is open\n==================\n\nAt last.")
    assert (setext.title, setext.text) == ("The bridge is open", "At last.")
    assert read_one("At last.", "2020/bridge_en.md").title == "bridge"
    assert read_one("At last.", "bridge/index.md").title == "bridge"


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


def test_html_and_marks_leave_titles_but_tickers_stay() -> None:
    assert read_one("---\ntitle: The <em>late</em> ferry &amp; `boat`\n---\n").title == (
        "The late ferry & boat"
    )
    assert read_one("## ORM FERRY <ORMF> 2ND QTR NET\n\nkeywords: x\n").title == (
        "ORM FERRY <ORMF> 2ND QTR NET"
    )


def test_order_of_trust_of_dates() -> None:
    def dated(fields: str, path: str) -> tuple[str, DateSource, Precision]:
        date = read_one(f"---\ntitle: x\n{fields}\n---\n", path).date
        assert date is not None
        return date.text, date.source, date.precision

    url = "url: https://example.com/2020/08/25/x"
    path = "2020/08/27/2020-08-26-x.md"
    day = Precision.DAY
    assert dated(f"pubDate: 2020-08-24\n{url}", path) == ("2020-08-24", DateSource.HEADER, day)
    assert dated(f"date: None\n{url}", path) == ("2020-08-25", DateSource.URL, day)
    assert dated("path: 2020/08/25/x", path) == ("2020-08-25", DateSource.URL, day)
    assert dated("a: b", path) == ("2020-08-26", DateSource.PATH, day)
    assert dated("a: b", "2020/08/27/x.md") == ("2020-08-27", DateSource.PATH, day)
    assert dated("a: b", "news/2020/x.md") == ("2020", DateSource.PATH, Precision.YEAR)
    assert read_one("---\ntitle: x\n---\n", "x.md").date is None


def test_pages_are_files_of_links_but_never_empty_or_with_a_header() -> None:
    links = "\n".join(f"- [day {n}](d{n}.md)" for n in range(9)) + "\nHello."
    assert read_one(links).kind is Kind.PAGE
    assert read_one(links + "\nOne.\nTwo.\nThree.").kind is Kind.ARTICLE
    assert read_one("---\ntitle: x\n---\n" + links).kind is Kind.ARTICLE
    assert read_one("").kind is Kind.ARTICLE
    assert read_one("\n \n").kind is Kind.ARTICLE


def test_summary_stands_in_for_an_empty_body() -> None:
    article = read_one("---\ntitle: x\nsummary: The ferry is late.\n---\n\n")
    assert [(p.line, p.text) for p in article.body] == [(3, "The ferry is late.")]


def test_source_of_the_front_matter_wins_over_the_site() -> None:
    text = "---\ntitle: x\nurl: https://www.example.com/a\nsource: Orm Herald\n---\n"
    assert read_one(text).source == "Orm Herald"


def test_byte_order_marks_are_honoured_and_gone() -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        article = read_articles(ENGLISH.encode(encoding), "x.md")[0]
        assert article.title.startswith("Ferry"), encoding
    big = b"\xfe\xff" + ENGLISH.encode("utf-16-be")
    assert read_articles(big, "x.md")[0].keywords[0] == "ferry"


def test_bytes_that_are_no_text_raise_with_offset_and_line() -> None:
    with pytest.raises(ArticleError, match="byte 0xFF at offset 4") as raised:
        read_articles(b"ab\nc\xff", "a/b.md")
    assert (raised.value.path, raised.value.line) == ("a/b.md", 2)
    with pytest.raises(ArticleError, match="NUL"):
        read_articles(b"ab\x00cd", "x.md")
    with pytest.raises(ArticleError, match="NUL"):
        read_articles(b"\x89PNG\x00\xff", "x.md")
    chinese = "渡轮恢复运营。".encode("gb18030")
    assert read_articles(chinese, "x.md", ("utf-8", "gb18030"))[0].text == "渡轮恢复运营。"


def test_words_count_latin_words_and_chinese_characters() -> None:
    assert count_words("It left, at dawn.") == 4
    assert count_words("渡轮 left 出发。") == 5
    assert count_words("It left -- at dawn.") == 5
    assert count_words("It left — at dawn… _ … 渡轮") == 4 + 2


def test_invisible_and_bidirectional_characters_are_dropped() -> None:
    article = read_one("# Fer\u200bry \u202eetal\u202c\x1b[31m\n\nThe\u00ad boat\x07 left.")
    assert article.title == "Ferry etal"
    assert article.text == "The boat left."


def test_what_steered_a_terminal_is_not_glued_to_words() -> None:
    article = read_one(
        "# \x1b[1;36mFerry\x1b[0m late\n\n\x1b]8;;https://x.example\x1b\\Orm\x1b]8;;\x1b\\ and"
        " \x9b31mTarn\x1b]0;window\x07, \x1b[K\x1b[2Junclosed \x1b]0;stays"
    )
    assert article.title == "Ferry late"
    assert article.text == "Orm and Tarn, unclosed ]0;stays"


def test_characters_that_part_words_leave_a_space() -> None:
    article = read_one(
        "\x0c# Ferry\x0clate\n\nThe pier\x0b\x0cis\x1cshut \x0cnow\x1f\n\x0cAt\x85last."
    )
    assert article.title == "Ferry late"
    assert article.text == "The pier is shut now At last."


def test_text_before_a_digests_first_entry_is_not_lost() -> None:
    article = read_one("\n\n\n\nThe editor is away.\n\n" + DIGEST)
    assert "The editor is away." in article.text
    assert "The first boat left" in article.text
    assert len(read_articles(f"\n\n\n\n\n{DIGEST}".encode(), "x.md")) == 2


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


def test_ids_of_headings_are_no_part_of_titles() -> None:
    assert read_one("# Orm {#orm}\n\nText.").title == "Orm"
    assert read_one("Orm {#orm}\n====\n\nText.").title == "Orm"
    assert read_one("---\ntitle: Orm {#orm}\n---\nText.").title == "Orm"
    assert read_one("## Orm {#orm}\n\nkeywords: x\n\nText.").title == "Orm"


def test_english_side_of_a_translation_pair_is_english_by_its_script() -> None:
    table = "Orm ferry tonnage north pier south pier winter summer " * 10
    assert read_one(table).lang == ""
    assert read_one(f"## Orm\n\nkeywords: orm\n\n{table}").lang == "en"
    assert read_one(f"## Orm\n\n作者: Mara\n\n[中文](Orm_zh.md)\n\n{table}").lang == "en"
    assert read_one(f"## Orm\n\n作者: Mara\n\n[中文翻译](Orm.md)\n\n{table}").lang == "en"
    assert read_one(f"---\ntitle: Orm\ntranslations: [o_zh.md]\n---\n{table}").lang == "en"
    german = "## Der Rat tagt\n\nkeywords: rat\n\nDer Rat hat mit den Fischern geredet."
    assert read_one(german).lang == ""
    assert read_one("# Orm Aktuell\n\nDer Rat hat mit den Fischern geredet.").lang == ""


def test_latin_part_of_a_digest_is_english_by_its_script() -> None:
    table = "Orm ferry tonnage north pier south pier winter summer " * 10
    header = "## 奥姆湖\n\n### Orm Tonnage\n\nkeywords/关键词: orm\n\n"
    entry = f"{header}{'第一艘船出发。' * 20}\n\n{table}\n"
    first = read_articles(entry.encode(), "x.md")[0]
    assert (first.lang, first.languages) == ("en", ("en", "zh"))


@pytest.mark.parametrize(
    "unit",
    ["[", "](", '[a](b "', "![", "*a", "**_", "_a_", "`", "<a ", "<!--", "<script>", "{{", "&",
     "> ", "- ", "|", "# ", "中\n", "Image copyright Aa", "图片版权", "[a]: ", "*_", "a: b\n",
     "## a\nkeywords: b\n", "data:a;base64,A", "\\*", "Credit: A", "```\n", "~~", "a ",
     "a~b", "x^2", "{{}}", "{{}}## ", "# {#a}", "{#a", "[ ] ", "\tb: c\n",
     "de la ", "Aa/", "Aa /AFP", "中/", "A. "],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion(unit: str) -> None:
    def seconds(head: str, size: int) -> float:
        content = (head + unit * (size // len(unit))).encode()
        began = time.process_time()
        read_articles(content, "x.md")
        return time.process_time() - began

    for head in ("", "---\n", "## t\n\nkeywords: "):
        # 20 times as long where linear, 400 times where not; other processes may have the caches
        assert any(
            seconds(head, 1_000_000) < max(80 * seconds(head, 50_000), 5.0) for _ in range(3)
        )


def test_no_bytes_whatever_raise_anything_but_article_errors() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    parts = [
        ENGLISH,
        CHINESE,
        DIGEST,
        "---\n",
        "+++\n",
        "title: ",
        "{",
        "}",
        "[",
        "](",
        "\n",
        "|",
        "- ",
        "a: b\n",
        "```",
        "<!--",
        "{{",
        "date: 2020-99-99\n",
        "\x85",
        "\u2028",
        "中",
        "*",
    ]
    for _ in range(300):
        text = "".join(chance.choice(parts) for _ in range(chance.randrange(12)))
        data = bytearray(text.encode())
        for _ in range(chance.randrange(4)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            articles = read_articles(bytes(data), "2020/08/27/x.md")
        except ArticleError:
            continue
        lines = data.count(b"\n") + data.count(b"\r") + 1
        assert articles
        for article in articles:
            assert article.title
            assert all(0 < p.line <= lines and p.text == p.text.strip() for p in article.body)
