"""Saved searches, and what they found, in the forms that the command line has for them.

In go saved searches or `Found`, a search with its results; out come pieces of text. `newssearch
saved` uses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from newssearch.render.json_form import VERSION, render_json, render_jsonl
from newssearch.render.look import DIM, TITLE, Look
from newssearch.render.rows import render_tsv
from newssearch.render.safe import field, json_text, visible
from newssearch.render.text import render_text
from newssearch.results import Results

if TYPE_CHECKING:
    from newssearch.saved import SavedSearch


class Found(NamedTuple):
    """What a saved search found."""

    search: SavedSearch
    results: Results


def render_found_text(found: Found, look: Look, short: Mapping[str, str]) -> Iterator[str]:
    """The hits as `query` shows them, under the search's name and query."""
    if found.results.hits:
        query = look.style(visible(found.search.query), DIM)
        yield f"{look.style(visible(found.search.name), TITLE)}: {query}\n\n"
        yield from render_text(found.results, look, short)


def render_found_tsv(found: Found) -> Iterator[str]:
    """`name id score date path title`, a hit a line."""
    for line in render_tsv(found.results):
        yield f"{field(found.search.name)}\t{line}"


def render_found_jsonl(found: Found) -> Iterator[str]:
    """One hit a line, with the search's name in front."""
    name = _dump(found.search.name)
    for line in render_jsonl(found.results):
        yield f'{{"saved": {name}, {line[1:]}'


def render_found_json(found: Sequence[Found], run: str, generation: int, new: bool) -> str:
    """One document: of each search its name, query, and results as `query --json` has them."""
    head = {"version": VERSION, "run": run, "generation": generation, "new": new}
    searches = ",\n".join(
        f'{{"name": {_dump(one.search.name)}, "query": {_dump(one.search.query)}, '
        f'"added": {_dump(one.search.added)}, "results": {render_json(one.results).rstrip()}}}'
        for one in found
    )
    return f'{_dump(head)[:-1]}, "searches": [{searches}]}}\n'


def render_searches(searches: Sequence[SavedSearch], look: Look) -> Iterator[str]:
    """Names, days and queries, in columns."""
    from newssearch.render.wrap import cells  # only for a terminal

    def columns(name: str) -> int:
        return sum(cell.columns for cell in cells(name))

    width = max((columns(one.name) for one in searches), default=0)
    for one in searches:
        name = look.style(visible(one.name), TITLE) + " " * (width - columns(one.name))
        yield f"{name}  {look.style(visible(one.added), DIM)}  {visible(one.query)}\n"


def render_searches_tsv(searches: Sequence[SavedSearch]) -> Iterator[str]:
    for one in searches:
        yield "\t".join((field(one.name), field(one.added), field(one.query))) + "\n"


def render_searches_json(searches: Sequence[SavedSearch]) -> str:
    listed = [{"name": one.name, "query": one.query, "added": one.added} for one in searches]
    return _dump({"version": VERSION, "searches": listed}) + "\n"


def _dump(value: object) -> str:
    return json_text(json.dumps(value, ensure_ascii=False))
