"""What an article is read from: the reference archive's header and digests, titles, dates, links,
its kind and its language."""

from __future__ import annotations

from invented_articles import CHINESE, DIGEST, ENGLISH, read_one

from newssearch.article.model import DateSource, Kind, Precision, count_words
from newssearch.article.read import read_articles


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


def test_words_count_latin_words_and_chinese_characters() -> None:
    assert count_words("It left, at dawn.") == 4
    assert count_words("渡轮 left 出发。") == 5
    assert count_words("It left -- at dawn.") == 5
    assert count_words("It left — at dawn… _ … 渡轮") == 4 + 2


def test_text_before_a_digests_first_entry_is_not_lost() -> None:
    article = read_one("\n\n\n\nThe editor is away.\n\n" + DIGEST)
    assert "The editor is away." in article.text
    assert "The first boat left" in article.text
    assert len(read_articles(f"\n\n\n\n\n{DIGEST}".encode(), "x.md")) == 2


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
