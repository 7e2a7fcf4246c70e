"""Asking the index and writing the answer: the work of `newssearch query`.

In go the session, standard output, the form and the options; hits are written to standard
output, what is to be said about them to standard error, and the exit code comes back.
query_command.py uses it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from newssearch.cli.counted import counted
from newssearch.cli.query_form import Form
from newssearch.cli.session import Session, complain, error_line
from newssearch.cli.streams import Output
from newssearch.errors import NewsSearchError, UsageError
from newssearch.options import QueryOptions
from newssearch.query import NewsIndex, open_index
from newssearch.render.look import Look
from newssearch.render.safe import visible
from newssearch.results import Results


class Run(NamedTuple):
    """One call of `newssearch query`: where it looks, how, and in which form it writes."""

    session: Session
    folder: Path
    output: Output
    form: Form
    options: QueryOptions
    pager: bool = False

    def one(self, text: str) -> int:
        """Answer one query: 0 found, 1 nothing found."""
        people = self.output.terminal and self.form.for_people
        options = replace(self.options, snippets=self.form.snippets, fall_back=people)
        if self.form.name == "count":
            options = replace(options, limit=1, offset=0)
        with open_index(self.folder) as index:
            results = index.query(text, options)
            ids = [hit.id for hit in results.hits] if self.form.name == "text" else []
            short = index.short_ids(ids)
        self._say_before(results)
        if self.form.name == "count":
            self.output.write([f"{self._found(results)}\n"])
            self._write_facets(results)
        else:
            self._write(results, short)
            self._write_facets(results)
            self._say_counts(results)
        return 0 if results.total else 1

    def many(self, query_file: str) -> int:
        """Answer a file of queries: 0 if any found something, 2 if any could not be answered."""
        found = failed = False
        with open_index(self.folder) as index:
            for number, query_id, text in _queries(query_file):
                place = f"{query_file}:{number}: "
                try:
                    results = self._one_of_many(index, query_id, text)
                except NewsSearchError as error:
                    complain(error_line(f"{place}{error}"))
                    failed = True
                    continue
                found |= results.total > 0
                self._say_notes(results, visible(place), caret=False)
        return 2 if failed else 0 if found else 1

    def _one_of_many(self, index: NewsIndex, query_id: str, text: str) -> Results:
        options = replace(self.options, snippets=self.form.snippets)
        results = index.query(text, options)
        if self.form.name == "trec":
            from newssearch.render.rows import render_trec

            self.output.write(render_trec(results, query_id, options.offset + 1))
        else:
            from newssearch.render.json_form import render_jsonl

            self.output.write(render_jsonl(results, query_id))
        return results

    def _found(self, results: Results) -> int:
        """How many hits there are in all: stories, or articles with `--no-collapse`."""
        return results.total_stories if self.options.collapse else results.total

    def _write(self, results: Results, short: Mapping[str, str]) -> None:
        if self.form.name == "files":
            from newssearch.render.rows import render_file_names, render_files

            if self.output.terminal and not self.form.zero:
                self.output.write(render_file_names(results))
            else:
                self.output.write_bytes(render_files(results, b"\0" if self.form.zero else b"\n"))
        elif self.pager and self.output.terminal and results.hits:
            self.output.page(self._pieces(results, short))
        else:
            self.output.write(self._pieces(results, short))

    def _write_facets(self, results: Results) -> None:
        """The counts by value: after the hits for people, who else reads these reads no counts."""
        if not results.total or not results.facets or self.form.name == "json":
            return
        from newssearch.render.facets import render_with_hits

        if self.form.for_people:
            look = self.output.look()
            self.output.write(["\n", *render_with_hits(results.facets, look)])
        else:
            self.session.say("".join(render_with_hits(results.facets, Look(width=None))))

    def _pieces(self, results: Results, short: Mapping[str, str]) -> Iterator[str]:
        """The hits in the form asked for. Forms are imported where they are used: start-up."""
        first_rank = self.options.offset + 1
        match self.form.name:
            case "text":
                from newssearch.render.text import render_text

                yield from render_text(results, self.output.look(), short, first_rank)
            case "table":
                from newssearch.render.table import render_table

                width = self.output.terminal_width if self.output.terminal else None
                if results.hits:
                    yield render_table(results, width, first_rank)
            case "json" | "jsonl":
                from newssearch.render import json_form

                if self.form.name == "json":
                    yield json_form.render_json(results)
                else:
                    yield from json_form.render_jsonl(results)
            case "template":
                from newssearch.render.template import render_template

                yield from render_template(results, self.form.template, first_rank)
            case _:
                yield from self._rows(results, first_rank)

    def _rows(self, results: Results, first_rank: int) -> Iterator[str]:
        from newssearch.render import rows

        match self.form.name:
            case "csv":
                return rows.render_csv(results, first_rank)
            case "trec":
                return rows.render_trec(results, first_rank=first_rank)
            case "ids":
                return rows.render_ids(results)
        return rows.render_tsv(results)

    def _say_before(self, results: Results) -> None:
        """Notes on the query, and that the hits are only the best partial matches."""
        if results.explanation:
            complain("".join(f"{visible(line)}\n" for line in results.explanation.splitlines()))
        self._say_notes(results, "", caret=sys.stderr is not None and sys.stderr.isatty())
        if self.session.quiet:
            return
        if results.partial and not any(note.code == "partial" for note in results.notes):
            self.session.say("no article has all these words; the best partial matches:\n")
        if self.output.terminal and results.hits and (results.notes or results.partial):
            self.session.say("\n")

    def _say_notes(self, results: Results, place: str, caret: bool) -> None:
        if notes := self.session.to_say(results.notes):
            from newssearch.render.text import render_note

            for note in notes:
                complain(place + render_note(note, results.query, caret))

    def _say_counts(self, results: Results) -> None:
        found, shown = self._found(results), len(results.hits)
        if not found:
            self.session.say(f"nothing found for {visible(results.query)}\n")
            return
        if self.options.collapse:
            line = counted(found, "story", "stories")
            if results.total != found:
                line += f", {counted(results.total, 'article', 'articles')}"
        else:
            line = counted(found, "article", "articles")
        if shown < found:
            first = self.options.offset + 1
            last = self.options.offset + shown
            places = f"{first:,}" if shown == 1 else f"{first:,}-{last:,}"
            line = f"{places} of {line}" if shown else f"none shown of {line}"
            if last < found and shown:
                line += f"; go on with --offset {last}"
        gap = "\n" if self.output.terminal and self.form.for_people else ""
        self.session.say(f"{gap}{line}\n")


def _queries(query_file: str) -> Iterator[tuple[int, str, str]]:
    """The file's queries as (line number, id, text); the number is the id where none is given."""
    for number, line in enumerate(_lines(query_file), 1):
        query_id, tab, text = line.partition("\t")
        if not tab:
            query_id, text = str(number), line
        if text.strip():
            yield number, query_id.strip() or str(number), text.strip()


def _lines(query_file: str) -> list[str]:
    try:
        if query_file == "-":
            content = sys.stdin.buffer.read()
        else:
            with open(query_file, "rb") as stream:
                content = stream.read()
        return content.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise UsageError(f"{query_file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{query_file}: is not UTF-8 at byte {error.start}") from error
