"""Articles made at random, by the grammars of headers and Markdown and against them, and held
against `article_rules`.

python tests/article_fuzzer.py COUNT [SEED]

An article by the grammar holds planted words: prose that nothing hides. What becomes of them tells
whether a parser lost text without a word. An article against the grammar is one of the others with
bytes or pieces changed, or bytes at random: there all other rules hold.
"""

from __future__ import annotations

import json
import random
import string
import sys
from collections.abc import Callable, Sequence

from article_rules import Made, check

_PATHS = (
    "2020/08/27/ferry.md", "2020/08/27/ferry_zh.md", "index.md", "a/_index.zh-CN.md", "x.md",
    "2020-13-45-x.md", "2020-02-30.md", "19991231.md", "%FF%0A.md", "中/渡轮.md", ".md", "-l.md",
    "a/b/c/d/" + "e" * 200 + ".md", "9999/99/99/x.md", "x.ru.md", "# x.md", "2020/08/27/a b.md",
)  # fmt: skip
_WORDS = (
    "ferry", "harbour", "the", "and", "of", "said", "Mayor Ada Verne", "re-election", "U.S.",
    "covid-19", "R&D", "渡轮夜航恢复", "港口", "паром", "причал", "10,000", "O’Brien", "<MCIC>",
    "snake_case_name", "2 * 3", "a < b", "C++", "https://a.example/b?c=d", "e\u0301", "\u00ad",
    "フェリー", "페리", "A.B.", "[sic]", "50%", "{x}", "~5", "#tag", "@who", "x|y", "’s", "$5",
    "\u200b", "\u3000", "\u00a0", "\u2028", "\x85", "🛳",
)  # fmt: skip
#: What is taken for a caption's, with some of the text beside it.
_CAPTIONS = ("Image copyright Getty Images", "图片版权", "Media caption", "Credit: Ada",
             "Read more", "阅读更多", "Ada Verne/AFP", "PHOTO: REUTERS",
             "Image caption a ferry")  # fmt: skip
_VALUES = (
    "A: b", "'", '"', "no", "0123", "12:30:45", "2020-13-45", "2020-08-27", "27 Aug 2020 10:00",
    "2020-08-27T10:00:00+99:99", "٢٠٢٠-٠٨-٢٧", "0000-00-00", "2020年8月27日", "~", "[a, b", "{a: b",
    "|", ">", "*a", "&a b", "!!python/object:os.system x", "!t x", "# c", "%", "@x", "`x`", "- x",
    "https://a.example/2020/08/27/x?utm_source=y#z", "javascript:a()", "http://[::1", "//x",
    "https://a.example:99999/", "https://例子.example/路径", "https://a b.example/", "\\ud83d",
    '"\\ud83d\\u202e\\0"', '"\\x1b[31m"', "zh_CN", "English", "中文", "Ada Verne, Editor", "a, b",
    "<b>bold</b>", "[x](y)", "&#27;[31m", "&#x202e;", "&amp;", "", " ", "\t", "x" * 300, "[]", "{}",
    "[[a], [b]]", "null", "true", "1e999", "0x1f", "1_000", ".inf", "<<", "?", "? x", ": x", "---",
)  # fmt: skip
_NAMES = (
    "title", "Title", "date", "publish-date", "keywords", "tags", "authors", "author", "url",
    "source", "lang", "image", "summary", "translations", "subtitle", "x y", "slug", "path",
    "关键词", "作者", "发表日期", "<<", "__proto__", "draft", "a.b", "taxonomies",
)  # fmt: skip
_LABELS = (
    ("keywords", "authors", "publish date", "tags", "source"),
    ("关键词", "作者", "发表日期", "标签", "来源"),
    ("keywords/关键词", "authors/作者", "publish date/发表日期", "tags/标签", "source/来源"),
)
_SIGNS = (
    "---\n", "+++\n", "...\n", "{", "}", "[", "](", ")", "![", "`", "```\n", "~~~", "<!--", "-->",
    "<script>", "</script>", "<p", ">", "{{", "}}", "{%", "|", "- ", "# ", "## ", "### ", "\n\n",
    "\n", "\r\n", "\r", "\t", "\0", "\x1b[31m", "\x1b]52;c;x\x07", "\u202e", "\ufeff", "*", "**",
    "_", "~~", "==", "&#", "&#27;", "&lt;", "\\", "[^1]", "[a]: b", "[#]: k: (v)", ": ", "：",
    "data:", ";base64,", "title: ", "date: ", "keywords: x\n", "<!---->", "\ufdd0", "\U0010ffff",
    "中", "é", "- [ ] ", "> ", "    ", "1. ", "{#a}", "{: .b}", ":::", "=====\n", "-----\n", "\x1e",
    "\x85",
)  # fmt: skip
_ENCODINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("utf-8", ("utf-8",)),
    ("utf-8", ("utf-8",)),
    ("utf-8", ("utf-8",)),
    ("utf-8", ("utf-8",)),
    ("utf-8-sig", ("utf-8",)),
    ("utf-16", ("utf-8",)),
    ("utf-32", ("utf-8",)),
    ("gb18030", ("utf-8", "gb18030")),
    ("gb18030", ("utf-8",)),
    ("latin-1", ("utf-8", "latin-1")),
    ("cp1251", ("utf-8", "cp1251")),
    ("utf-16-le", ("utf-8", "utf-16")),
    ("shift_jis", ("utf-8", "shift_jis", "cp1252")),
    ("utf-7", ("utf-7",)),
)


class Fuzzer:
    """Makes files; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.words: list[str] = []
        self.last = b""

    def file(self) -> Made:
        """One by the grammar, or two times in five against it."""
        pick = self.chance.choice
        self.words = []
        path = pick(_PATHS)
        if self.chance.random() < 0.02:
            return Made(self.chance.randbytes(pick((0, 1, 7, 100, 3000))), path, ("utf-8",))
        text = self.text()
        wanted, tried = pick(_ENCODINGS)
        if self.chance.random() < 0.4:
            data = self.damaged(text.encode(wanted, "replace"))
            self.last = data
            return Made(data, path, tried)
        if wanted != "utf-8" and tried == ("utf-8",) and not wanted.startswith("utf"):
            wanted = "utf-8"
        planted = tuple(word for word in self.words if word in text)
        return Made(text.encode(wanted, "replace"), path, tried, planted)

    def text(self) -> str:
        """A file by one of the grammars."""
        kinds: list[Callable[[], str]] = [
            *(3 * [self.yaml]), self.toml, self.json, self.pelican, self.comments,
            *(2 * [self.layout]), self.digest, self.heading, lambda: "",
        ]  # fmt: skip
        text = self.chance.choice(kinds)() + self.body()
        if self.chance.random() < 0.1:
            text = text.replace("\n", self.chance.choice(("\r\n", "\r")))
        return text

    # -- headers ---------------------------------------------------------------------------------

    def yaml(self) -> str:
        pick = self.chance.choice
        if self.chance.random() < 0.1:
            return pick((
                "---\n- a\n- b\n---\n\n", "---\njust a line\n---\n\n", "---\n---\n\n", "---\n\n",
                "---\n{}\n---\n\n", "---\n[a, b]\n---\n\n", "---\ntitle: [\n---\n\n",
                "---\na: &a [x]\nb: [*a, *a]\n---\n\n", f"---\nk: {'[' * 40}\n---\n\n",
                "---\n\n" + self.body() + "---\n\n", "+++\n\n" + self.body() + "+++\n\n",
                "---\n" + f"{self.planted()}: {self.planted()} {self.planted()}\n" * 2 + "---\n\n",
                f"---\n# {self.planted()}\n---\n\n", f"---\n{self.planted()}\n---\n\n",
                f"---\n{'k: v' * 3}\n\t\tx\n---\n\n", "---\ntitle: x\n...\n\n",
                "---\ntitle: x\n---\n---\n\n", "---\n--- \ntitle: x\n---\n\n",
            ))  # fmt: skip
        end = pick(("---\n\n", "---\n\n", "---\n\n", "---\n\n", "...\n\n", "--- \n\n"))
        lines = [f"{name}:{pick((' ', ' ', '', '  '))}{self.value()}\n" for name in self.names()]
        if self.chance.random() < 0.2:
            lines.append("tags:\n" + "".join(f"- {self.value()}\n" for _ in range(3)))
        if self.chance.random() < 0.1:
            lines.append("summary: |\n  one\n\n  two: three\n")
        return f"---\n{''.join(lines)}{end}"

    def toml(self) -> str:
        pick = self.chance.choice
        values: list[Callable[[], str]] = [
            lambda: json.dumps(pick(_VALUES)), lambda: json.dumps([pick(_VALUES)] * 2),
            lambda: pick(("2020-08-27", "2020-08-27T10:00:00Z", "12", "1.5", "true", "nan", "x")),
        ]  # fmt: skip
        lines = "".join(f"{json.dumps(name)} = {pick(values)()}\n" for name in self.names())
        table = pick(("", "[taxonomies]\n", "[[x]]\n"))
        return f"+++\n{lines}{table}+++\n\n"

    def json(self) -> str:
        pick = self.chance.choice
        made = {
            name: pick((pick(_VALUES), [pick(_VALUES)], {"name": pick(_VALUES)}, 12, None, True))
            for name in self.names()
        }
        return json.dumps(made, indent=pick((None, 2)), ensure_ascii=pick((True, False))) + "\n\n"

    def pelican(self) -> str:
        names = ["Title", *self.names()[1:]]
        return "".join(f"{name}: {self.value()}\n" for name in names) + "\n"

    def comments(self) -> str:
        return "".join(f"[#]: {name}: ({self.value()})\n" for name in self.names()) + "\n"

    def layout(self) -> str:
        """The reference header, in one of its languages."""
        return self.entry(f"## {self.prose(4)}\n\n", self.chance.choice(_LABELS))

    def digest(self) -> str:
        entries = self.chance.choice(("", "", "\n" * 4, f"\n\n\n\n{self.planted()}\n\n"))
        for _ in range(self.chance.choice((2, 3))):
            titles = f"## {self.prose(3)}\n\n### {self.prose(3)}\n\n"
            entries += self.entry(titles, _LABELS[2]) + self.body(few=True)
            if self.chance.random() < 0.5:
                entries += "[Details](a%20b.md)　[中文](a_zh.md)\n\n"
        return entries

    def heading(self) -> str:
        mark = self.chance.choice(("# ", "## ", "#", "=", "-"))
        title = self.prose(4)
        return f"{title}\n{mark * 5}\n\n" if mark in "=-" else f"{mark}{title}\n\n"

    def entry(self, titles: str, labels: Sequence[str]) -> str:
        pick = self.chance.choice
        text = titles
        for label in labels[: pick((1, 2, 3, 5))]:
            text += f"{label}{pick((': ', '：', ':'))}{pick(_VALUES).strip() or 'x'}\n\n"
        if self.chance.random() < 0.5:
            text += "![image](https://a.example/i.jpg)\n\n[Original](https://a.example/x)\n\n"
        return text

    def names(self) -> list[str]:
        return self.chance.sample(_NAMES, self.chance.choice((1, 3, 6)))

    def value(self) -> str:
        pick = self.chance.choice
        return pick((pick(_VALUES), pick(_WORDS), self.prose(3)))

    # -- bodies ----------------------------------------------------------------------------------

    def body(self, few: bool = False) -> str:
        count = self.chance.choice((1, 2) if few else (0, 1, 3, 6, 12))
        text = "".join(f"{self.block(2)}\n\n" for _ in range(count))
        if self.chance.random() < 0.003 and not few:
            text += self.chance.choice(_SIGNS) * self.chance.choice((1000, 20_000))
        return text

    def block(self, depth: int) -> str:
        """A piece of Markdown, a planted word in most of them."""
        kinds: list[Callable[[], str]] = [
            *(4 * [self.paragraph]),
            lambda: f"#### {self.planted()} {self.chance.choice(('', '#', '{#id}'))}",
            lambda: f"| a | {self.planted()} |\n|---|---|\n| {self.planted()} | c |",
            lambda: f"```python\n{self.planted()} = [x](y) <b>\n```",
            lambda: f"<div class='x'><p>{self.planted()} &amp; {self.planted()}</p></div>",
            lambda: f"<!-- {self.prose(3)} -->\n\n{self.planted()}",
            lambda: f"<script>{self.prose(2)}</script> {self.planted()}",
            lambda: f"![{self.prose(2)}](data:image/png;base64,{'QUJD' * 40}) {self.planted()}",
            lambda: f"[{self.planted()}](https://a.example/x_(y) \"t\") {self.planted()}",
            lambda: f"{{{{< note >}}}} {self.planted()} {{% end %}}",
            lambda: f"[a]: https://a.example\n\n{self.planted()} [b][a] [^1] [{self.planted()}][a]",
            lambda: f"{self.planted()} \x1b[31m{self.planted()}\x1b[0m \u202e{self.planted()}",
            lambda: self.chance.choice(("---", "***", "* * *", "___")),
            lambda: f"`{self.planted()}` **{self.planted()}** ~~{self.planted()}~~",
            lambda: f"_{self.planted()}_ *{self.planted()}* =={self.planted()}==",
            lambda: f"&#{ord('Z')};x &lt;b&gt; &nosuch; {self.planted()} \\*{self.planted()}\\*",
            lambda: f"{self.planted()}\\\n{self.planted()}  \n{self.planted()}",
            lambda: f"[^1]: {self.planted()}",
            lambda: f"<{self.planted()} {self.planted()}",
            lambda: f"## {self.planted()} {'x ' * 1500}{self.planted()}",
            lambda: f"{self.planted()} {'harbour ' * 3000}{self.planted()}",
            lambda: f"{self.planted()}\x0c{self.planted()}\x0b{self.planted()}\x85{self.planted()}",
            lambda: f"[Ada]: {self.quoted()} {self.planted()}",
            lambda: f"*{self.planted()}*\x85{self.planted()}\u2028{self.planted()}",
            lambda: f"[Ada]: {self.quoted()}",
            lambda: f"{self.planted()}: {self.quoted()} {self.planted()}",
            lambda: f"{self.prose(2)} {self.chance.choice(_CAPTIONS)} {self.prose(2)}",
        ]  # fmt: skip
        if depth:
            marks = ("> ", "- ", "1. ", "* ", "  ", "> > ", "- [x] ")
            kinds += 3 * [lambda: self.chance.choice(marks) + self.block(depth - 1)]
        return self.chance.choice(kinds)()

    def paragraph(self) -> str:
        return f"{self.prose(3)} {self.planted()} {self.prose(4)}"

    def quoted(self) -> str:
        """Something that somebody said."""
        first, last = self.chance.choice(('""', "''", "()", "“”", "「」"))
        return f"{first}{self.planted()} {self.planted()} {self.planted()}{last}"

    def prose(self, count: int) -> str:
        """Words that hide nothing: what does is a piece of its own."""
        return " ".join(self.chance.choices(_WORDS, k=count))

    def planted(self) -> str:
        letters = "".join(self.chance.choices(string.ascii_lowercase, k=7))
        self.words.append(f"q{letters}q")
        return self.words[-1]

    # -- damage ----------------------------------------------------------------------------------

    def damaged(self, data: bytes) -> bytes:
        """With pieces left out, doubled, swapped, cut off, or signs and bytes put in."""
        for _ in range(self.chance.choice((1, 1, 2, 5, 20))):
            first = self.chance.randrange(len(data) + 1)
            last = min(len(data), first + self.chance.choice((1, 2, 10, 200)))
            piece = data[first:last]
            new = self.chance.choice((
                b"", piece * 2, piece[::-1], self.chance.randbytes(2),
                *(3 * [self.chance.choice(_SIGNS).encode()]),
                *(2 * [self.chance.choice(_VALUES).encode()]),
                self.chance.choice(_SIGNS).encode() * self.chance.choice((2, 30, 300)),
                self.last[first : first + 200],
            ))  # fmt: skip
            data = data[:first] + new + data[last:]
        return data[: self.chance.randrange(len(data) + 1)] if self.chance.random() < 0.1 else data


def main(count: int, seed: int) -> None:
    """Check so many files, printing how it went."""
    print("seed", seed, flush=True)
    fuzzer, outcomes = Fuzzer(seed), dict[str, int]()
    slowest, size, longest = 0.0, 0, 0
    for number in range(count):
        made = fuzzer.file()
        try:
            taken, outcome = check(made, number % 10 == 0)
        except Exception:
            print("failed:", made, flush=True)
            raise
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        size += len(made.data)
        if taken > slowest:
            slowest, longest = taken, len(made.data)
    print(f"{count:,} files:", ", ".join(f"{n:,} {name}" for name, n in outcomes.items()))
    print(f"{size:,} bytes; the slowest took {slowest * 1000:.0f} ms and has {longest:,} bytes")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32))
