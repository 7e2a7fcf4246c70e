"""Bytes that are no text, characters that are not to be seen, text made to take long: what is read
of them, and which error is raised."""

from __future__ import annotations

import random
import time

import pytest
from invented_articles import CHINESE, DIGEST, ENGLISH, read_one

from newssearch.article.read import read_articles
from newssearch.errors import ArticleError


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
