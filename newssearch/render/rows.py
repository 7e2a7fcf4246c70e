"""Results for programs: one line a hit, in the forms that other tools read.

In go `Results`, out come lines: tab-separated, CSV, TREC runs, ids, file names. `newssearch
query` uses them; in a pipe the tab-separated form is what it writes unasked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from newssearch.render.passages import joined
from newssearch.render.safe import field, is_unsafe, visible
from newssearch.results import Hit, Results

RUN_NAME = "newssearch"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
CSV_COLUMNS = (
    "rank", "id", "score", "date", "date_source", "lang", "source", "title", "path", "file",
    "url", "authors", "keywords", "kind", "story", "copies", "languages", "snippet",
)  # fmt: skip


def hit_fields(hit: Hit, rank: int) -> dict[str, str]:
    """Every field of a hit as text, by name: what CSV writes and what a template may name."""
    return {
        "rank": str(rank),
        "id": hit.id,
        "score": score_text(hit.score),
        "date": hit.date,
        "date_source": hit.date_source,
        "lang": hit.lang,
        "source": hit.source,
        "title": hit.title,
        "path": hit.path,
        "file": hit.file,
        "url": hit.url,
        "authors": "; ".join(hit.authors),
        "keywords": "; ".join(hit.keywords),
        "kind": hit.kind,
        "story": hit.story.id,
        "copies": str(hit.story.size),
        "languages": ", ".join(hit.story.languages),
        "translations": ", ".join(translation.id for translation in hit.translations),
        "snippet": joined(hit.snippets).text,
    }


def score_text(score: float) -> str:
    return f"{score:.4f}"


def render_tsv(results: Results) -> Iterator[str]:
    """`id score date path title`, without a header line; nothing is cut."""
    for hit in results.hits:
        parts = (hit.id, score_text(hit.score), hit.date, hit.path, hit.title)
        yield "\t".join(field(part) for part in parts) + "\n"


def render_csv(results: Results, first_rank: int = 1) -> Iterator[str]:
    """CSV of RFC 4180 with a header; a spreadsheet runs no cell of it as a formula."""
    yield ",".join(CSV_COLUMNS) + "\r\n"
    for rank, hit in enumerate(results.hits, first_rank):
        fields = hit_fields(hit, rank)
        yield ",".join(csv_cell(fields[name]) for name in CSV_COLUMNS) + "\r\n"


def render_trec(results: Results, query_id: str = "1", first_rank: int = 1) -> Iterator[str]:
    """`qid Q0 path rank score newssearch`, as trec_eval reads it."""
    for rank, hit in enumerate(results.hits, first_rank):
        yield (
            f"{_without_spaces(query_id)} Q0 {_without_spaces(hit.path)} {rank} "
            f"{score_text(hit.score)} {RUN_NAME}\n"
        )


def render_ids(results: Results) -> Iterator[str]:
    for hit in results.hits:
        yield visible(hit.id) + "\n"


def render_files(results: Results, end: bytes = b"\n") -> Iterator[bytes]:
    """Each file once, as the bytes of its name, each followed by `end`.

    A name that begins with a dash gets `./`, so that no program takes it for an option.
    """
    for file in dict.fromkeys(hit.file for hit in results.hits):
        yield os.fsencode(f"./{file}" if file.startswith("-") else file) + end


def render_file_names(results: Results) -> Iterator[str]:
    """The same for a person: a line each, in which no name steers the terminal."""
    for name in render_files(results, b""):
        yield visible(os.fsdecode(name)) + "\n"


def csv_cell(text: str) -> str:
    """A text as a cell of a CSV file."""
    # A spreadsheet takes a cell that begins so for a formula, in Japanese with wide signs too, and
    # some pass over white space; the apostrophe makes it text.
    if text.startswith(("\t", "\r")) or text.lstrip().startswith(_FORMULA):
        text = "'" + text
    text = visible(text)
    if any(character in text for character in ',"'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _without_spaces(text: str) -> str:
    """Percent-encode what would end the field; `%` itself was encoded when the path was made."""
    return "".join(
        "".join(f"%{byte:02X}" for byte in os.fsencode(character))
        if character.isspace() or is_unsafe(character)
        else character
        for character in text
    )
