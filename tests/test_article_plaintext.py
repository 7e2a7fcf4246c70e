from __future__ import annotations

import random

import pytest

from newssearch.article.plaintext import clean_paragraphs


def clean(text: str) -> list[str]:
    return [paragraph.text for paragraph in clean_paragraphs(text.split("\n"), 1)]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# Ferry", "Ferry"),
        ("## Ferry ##", "Ferry"),
        ("### Ferry {#anchor}", "Ferry"),
        ("C# and F# are languages", "C# and F# are languages"),
        (
            "The *late* **ferry** _left_ __now__ ~~not~~ ***all***",
            "The late ferry left now not all",
        ),
        ("5 * 3 and snake_case_name and f**k", "5 * 3 and snake_case_name and f**k"),
        ("**Note: ** the ferry", "Note: the ferry"),
        ("the `late_*ferry*` ``a`b``", "the late_*ferry* a`b"),
        ("> quoted\n> text", "quoted text"),
        ("[ferry](https://x.example/a_(b)) left", "ferry left"),
        ('[ferry](https://x.example "A title") left', "ferry left"),
        ("[ferry](<https://x.example/a b>) left", "ferry left"),
        ("[the *late* [sic] ferry](x.md)", "the late [sic] ferry"),
        ("[![alt](small.png)](large.png) Text", "Text"),
        ("![a chart](chart.png)Text", "Text"),
        ("![chart](data:image/png;base64,iVBORw0KGgo=) Text", "Text"),
        ("Text data:image/png;base64,iVBORw0KGgo= more", "Text more"),
        ("[nods slowly] Yes [1]", "[nods slowly] Yes [1]"),
        ("Text[^1]", "Text"),
        ("<https://x.example/a> and <m@x.example>", "https://x.example/a and m@x.example"),
        ("a <b>late</b> <span class='x'>ferry</span>", "a late ferry"),
        ('a <a href="x>y" title="z">ferry</a>', "a ferry"),
        ("Orm Co <ORMC> and <B> rose", "Orm Co <ORMC> and <B> rose"),
        ("one<br>two<br/>three", "one two three"),
        ("R&D &amp; AT&T &lt;b&gt; &nbsp;&eacute;&#8217;", "R&D & AT&T <b> é’"),
        ("escaped \\# \\* \\[x\\] \\\\ C:\\Users", "escaped # * [x] \\ C:\\Users"),
        ('{{< figure src="x" >}}Text {% include y %}{{ page.title }}', "Text"),
        ('[ferry]({{< ref "x.md" >}} "Title (x)") left', "ferry left"),
        ("Text<!-- a comment --> more", "Text more"),
        ("``quoted'' text", "“quoted” text"),
        ("- [x] done", "done"),
        ("- [ ] open\n- [x]\n- [ ]", "open"),
        ("<li>[ ] open</li>", "open"),
        ("### Ferry {#anchor .wide} ###", "Ferry"),
        ("### Ferry {#anchor}<figure></figure>", "Ferry"),
        ("Ferry {#anchor}\n-----", "Ferry"),
        ("The set {#x} of boats", "The set {#x} of boats"),
        ("{{< note >}}## Ferry", "Ferry"),
        ("{% note %} - [x] Ferry", "Ferry"),
        ("H~2~O and x^2^ but ~5 or ~10, 3~5, a^b", "H2O and x2 but ~5 or ~10, 3~5, a^b"),
        ("<pre class='x'>the <b>late</b> <i>ferry</i></pre>", "the late ferry"),
        ("F&#8238;er&#x200b;ry&#30;s", "Ferrys"),
        ("12) item", "item"),
        ("In 1987. It left", "In 1987. It left"),
        ("第一行\n第二行", "第一行第二行"),
        ("first line\nsecond line  \nthird\\\nfourth", "first line second line third fourth"),
        ("a\u00a0b\u2003c", "a b c"),
    ],
)
def test_marks_go_and_text_stays(markdown: str, text: str) -> None:
    assert clean(markdown) == [text]


def test_blocks_are_paragraphs_of_their_own() -> None:
    assert clean("# One\ntwo\n- three\n- four\n  five\n1. six\n2. seven\n\neight") == [
        "One", "two", "three", "four five", "six", "seven", "eight",
    ]  # fmt: skip


def test_number_that_begins_a_broken_line_is_no_list() -> None:
    assert clean("They use tier 2 and tier\n3) targets now") == [
        "They use tier 2 and tier 3) targets now"
    ]


def test_rules_underlines_and_ornaments_go() -> None:
    assert clean("One\n===\n\nTwo\n---\n\n***\n\n* * *\n\n___\n\n!!!\n\nThree") == [
        "One", "Two", "Three",
    ]  # fmt: skip


def test_tables_give_a_paragraph_for_each_row() -> None:
    table = "| Name | Boats |\n|:-----|------:|\n| Orm | 4 |\n| Tarn \\| Upper | 2 |"
    assert clean(table) == ["Name Boats", "Orm 4", "Tarn | Upper 2"]
    assert clean("Name | Boats\n--- | ---\nOrm | 4") == ["Name Boats", "Orm 4"]
    assert clean("Ferry | Orm Herald") == ["Ferry | Orm Herald"]


def test_reference_links_and_their_definitions() -> None:
    text = (
        "The [ferry][f], [Orm], [`code`] and [x][y].\n\n[f]: https://x\n[orm]: /o 'T'\n[`code`]: c"
    )
    assert clean(text) == ["The ferry, Orm, code and [x][y]."]


@pytest.mark.parametrize(
    "text",
    [
        '[Mayor]: "We stay."  She left.',
        '[Mayor]: "We will not leave."',
        "[Mayor]: 'We will' and more",
        "[Mayor]: (We will not leave.)",
        '[Mayor]: Yes "and no", she said',
    ],
)
def test_what_somebody_says_is_no_definition(text: str) -> None:
    assert clean(text) == [" ".join(text.split())]


@pytest.mark.parametrize(
    "definition",
    ["[f]: /o", "[f]:/o", "[f]: <o>", "[f]: /o 'T'", '[f]: /o "a "b" c"', "[f]: /o (T)", "[f]:",
     '[f]: /o "which\tgoes on', "[f]: /o  "],
)  # fmt: skip
def test_definitions_have_an_address_and_perhaps_a_title(definition: str) -> None:
    assert clean(f"The [ferry][f].\n\n{definition}") == ["The ferry."]


def test_a_heading_of_any_length_is_kept_whole() -> None:
    words = "ferry " * 1000
    assert clean(f"# Orm {words}{{#id}}") == [f"Orm {words}".strip()]


def test_footnotes_are_text_without_marks() -> None:
    assert clean("It left[^1].\n\n[^1]: At dawn.") == ["It left.", "At dawn."]


def test_code_is_kept_as_it_is_and_ends_with_its_fence() -> None:
    assert clean("```python\na = b*c*d  # <b>x</b>\n```\n*after*") == [
        "a = b*c*d # <b>x</b>",
        "after",
    ]
    assert clean("> ```\n> a_*b*\n> ```\n> *after*") == ["a_*b*", "after"]
    assert clean("> ```\n> a\n\nafter *all*") == ["a", "after all"]


def test_scripts_styles_and_comments_go_with_their_content() -> None:
    text = "One\n<script>\nvar a = 1;\n</script>\n<style>p {}</style>\n<!-- x\n\ny -->\nTwo"
    assert [(p.line, p.text) for p in clean_paragraphs(text.split("\n"), 10)] == [
        (10, "One"), (18, "Two"),
    ]  # fmt: skip


def test_unclosed_marks_lose_no_text() -> None:
    for mark in ("<!-- ", "<script>", "{{ ", "{% ", "[", "![", "](", "<a ", "**"):
        assert "ferry" in " ".join(clean(f"{mark}the ferry left")), mark


def test_html_blocks_part_paragraphs() -> None:
    assert clean("<p>One</p><p>Two</p>\n<div>Three</div>") == ["One", "Two", "Three"]


def test_paragraphs_know_their_line_in_the_file() -> None:
    text = "One\ntwo\n\n<!-- a\nb -->\n\nThree\n- four\n\n\n```\nfive\n```"
    assert [(p.line, p.text) for p in clean_paragraphs(text.split("\n"), 5)] == [
        (5, "One two"), (11, "Three"), (12, "four"), (16, "five"),
    ]  # fmt: skip


_PLAIN_LINES = (
    "", "", "", "The ferry left at dawn.", "It was full", "渡轮在黎明时出发。", "船员说", "- two",
    "3) three", "1. one", "## The pier", "> quoted", "---", ")", "Read more", "Image caption Sea",
    "Image copyright Getty Images", "Media", "playback is unsupported on your device",
    "视频说明：海", "The crew slept. Photo: AFP", "阅读更多", "caption: none", "Read", ":::",
)  # fmt: skip


def test_a_body_without_marks_is_read_as_if_it_had_one() -> None:
    """A mark anywhere in a body takes the way past the shortcuts for plain text."""
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(500):
        lines = [chance.choice(_PLAIN_LINES) for _ in range(chance.randint(1, 12))]
        marked = clean_paragraphs([*lines, "", "*end*"], 1)
        assert clean_paragraphs(lines, 1) == marked[:-1], lines


def test_a_caption_whose_words_a_mark_or_a_line_parts_is_one_where_the_body_has_others() -> None:
    known = "Image copyright Getty Images\n\n"
    assert clean(known + "Image copy*right* Getty Images\n\nText") == ["Text"]
    assert clean(known + "Image\ncopyright Getty Images\n\nText") == ["Text"]
