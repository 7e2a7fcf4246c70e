from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from invented_results import FERRY, RESULTS, STRIKE

from newssearch.errors import UsageError
from newssearch.render.rows import (
    CSV_COLUMNS,
    render_csv,
    render_files,
    render_ids,
    render_trec,
    render_tsv,
)
from newssearch.render.template import field_names, render_template
from newssearch.results import Results


def one(**changes: object) -> Results:
    return Results("x", 1, 1, (replace(FERRY, **changes),))  # type: ignore[arg-type]


def test_tsv_lines_have_five_fields_and_no_header() -> None:
    assert list(render_tsv(RESULTS)) == [
        "4f21b7a0c3d9\t7.2500\t2020-08-17T09:30:00\t2020/08/17/tractor-strike.md\t"
        "Lukashenko jeered by strikers at a tractor works\n",
        "4f21b7ffffff\t1.5000\t\t2020/08/19/ferry.md\tNight ferry returns\n",
    ]


def test_tsv_escapes_what_would_break_a_line_or_field() -> None:
    (line,) = render_tsv(one(title="a\tb\nc\\d\x1b\u202e"))
    assert line.split("\t")[4] == "a\\tb\\nc\\\\d\\x1b\\u202e\n"


def test_csv_is_read_back_by_a_csv_reader() -> None:
    text = "".join(render_csv(one(title='He said: "no", twice', authors=("A", "B"))))
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == CSV_COLUMNS
    assert row[header.index("title")] == 'He said: "no", twice'
    assert row[header.index("authors")] == "A; B"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\u3000+", "＝", "＠"])
def test_no_csv_cell_is_a_formula(start: str) -> None:
    text = "".join(render_csv(one(title=f"{start}HYPERLINK(1)", source=f"{start}x")))
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert row[header.index("title")].startswith("'")
    assert row[header.index("source")].startswith("'")


def test_trec_lines_have_six_fields_whatever_the_path_holds() -> None:
    results = Results("x", 2, 2, (replace(STRIKE, path="a b/50%25\u3000.md"), FERRY))
    assert list(render_trec(results, "q 7", first_rank=3)) == [
        "q%207 Q0 a%20b/50%25%E3%80%80.md 3 7.2500 newssearch\n",
        "q%207 Q0 2020/08/19/ferry.md 4 1.5000 newssearch\n",
    ]


def test_ids_are_whole_and_one_a_line() -> None:
    assert list(render_ids(RESULTS)) == ["4f21b7a0c3d9\n", "4f21b7ffffff\n"]


def test_files_are_bytes_once_each_and_never_look_like_options() -> None:
    files = ("a\nb.md", "caf\udce9.md", "a\nb.md", "-rf.md")
    hits = tuple(replace(FERRY, file=file) for file in files)
    made = list(render_files(Results("x", 4, 4, hits), b"\0"))
    assert made == [b"a\nb.md\0", b"caf\xe9.md\0", b"./-rf.md\0"]


def test_a_template_is_filled_in() -> None:
    lines = list(render_template(RESULTS, r"{rank}\t{date}: {title}\\{{{id}}}", 5))
    assert lines[0] == (
        "5\t2020-08-17T09:30:00: Lukashenko jeered by strikers at a tractor works\\{4f21b7a0c3d9}\n"
    )
    assert lines[1] == "6\t: Night ferry returns\\{4f21b7ffffff}\n"


def test_a_value_is_never_taken_for_template() -> None:
    (line,) = render_template(one(title="{id}\\t\x1b"), "{title}")
    assert line == "{id}\\t\\x1b\n"


@pytest.mark.parametrize("name", ["titel", "title.upper", "0", "", "title!r", "title:>9", " id"])
def test_a_template_reaches_nothing_but_the_known_fields(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        list(render_template(RESULTS, "{" + name + "}"))
    assert "known are rank, id, score, date" in str(caught.value)


@pytest.mark.parametrize("template", ["{title", "title}", "{{title}", "a } b"])
def test_an_unbalanced_brace_is_an_error(template: str) -> None:
    with pytest.raises(UsageError, match="unbalanced"):
        list(render_template(RESULTS, template))


def test_every_known_field_can_be_asked_for() -> None:
    template = "|".join("{" + name + "}" for name in field_names())
    (line,) = render_template(one(), template)
    assert line.count("|") == len(field_names()) - 1
