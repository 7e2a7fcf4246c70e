"""Running saved searches: what `newssearch saved run` does.

In go the session, standard output, the form and the names of searches; hits are written to standard
output or added to a file, and the exit code comes back: 0 something (new), 1 nothing, 2 an error.
saved_command.py uses it.

On standard output a search's hits are written and flushed before it is noted that they were
reported: a process that is killed in between reports them once more. A file is written together
with that note: see `journal`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from newssearch.cli.session import Session, complain, error_line
from newssearch.cli.streams import Output
from newssearch.errors import NewsSearchError, UsageError
from newssearch.index_folder import IndexFolder
from newssearch.options import QueryOptions
from newssearch.query import NewsIndex, open_index
from newssearch.render.look import Look
from newssearch.render.safe import visible
from newssearch.render.saved import Found, render_found_json
from newssearch.saved import Kept, SavedSearch, Seen, changing, saved_searches, unknown_search
from newssearch.saved_run import now, what_is_new

_ONE_DOCUMENT = ("json", "atom")


def choose_form(given: Mapping[str, Any], terminal: bool) -> str:
    """The form that the options ask for; raises UsageError where they contradict each other."""
    asked = [f"--{name}" for name in ("json", "jsonl", "atom") if given[name]]
    if given["format"]:
        asked.append(f"--format {given['format']}")
    if len(asked) > 1:
        raise UsageError(f"only one form of output at a time: {' or '.join(asked)}")
    if given["output"] and not given["new"]:
        raise UsageError("--output adds what is new to a file: it needs --new")
    if given["output"] and given["json"]:
        raise UsageError("nothing can be added to a --json document; --jsonl, --atom or --format")
    if given["new"] and given["limit"]:
        raise UsageError("--new lists all that is new: what --limit leaves out would be lost")
    if not asked:
        return "text" if terminal and not given["output"] else "tsv"
    return asked[0].split()[-1].removeprefix("--")


class Run(NamedTuple):
    session: Session
    folder: Path
    output: Output
    form: str
    options: QueryOptions

    def everything(self, names: Sequence[str], limit: int | None) -> int:
        """What searches find, reported or not, `limit` of each; nothing is noted."""
        IndexFolder.open(self.folder)
        searches, failed = self._chosen(saved_searches(self.folder), names)
        options = replace(self.options, limit=limit, strict=True, snippets=self.form != "tsv")
        found: list[Found] = []
        with open_index(self.folder) as news:
            self.session.say_damage(news.passed_over)
            for search in searches:
                try:
                    found.append(Found(search, news.query(search.query, options)))
                except NewsSearchError as error:
                    failed = self._failed(search, error)
                    continue
                if self.form not in _ONE_DOCUMENT:
                    self.output.write(self._pieces(found[-1], news))
                self._say(found[-1], "")
            if self.form in _ONE_DOCUMENT:
                self.output.write([self._document(found, names, news, new=False)])
        return 2 if failed else 0 if any(one.results.hits for one in found) else 1

    def new(self, names: Sequence[str], file: str | None, wait: float) -> int:
        """What searches have not reported before; then it is reported."""
        IndexFolder.open(self.folder)
        with changing(self.folder, wait) as kept, open_index(self.folder) as news:
            self.session.say_damage(news.passed_over)
            searches, failed = self._chosen(kept.searches, names)
            found: list[Found] = []
            reported: dict[str, Seen] = {}
            for search in searches:
                try:
                    known = kept.seen(search.name)
                    options = replace(self.options, snippets=self.form != "tsv")
                    new = what_is_new(news, search.query, known, options)
                except NewsSearchError as error:
                    failed = self._failed(search, error)
                    continue
                found.append(Found(search, new.results))
                if new.seen != known:
                    reported[search.name] = new.seen
                if file is None and self.form not in _ONE_DOCUMENT:
                    self.output.write(self._pieces(found[-1], news))
                    kept.commit(reported, {})
                    reported.clear()
                self._say(found[-1], "new ")
            if file is not None:
                self._add(Path(os.path.realpath(file)), kept, news, found, reported, names)
            elif self.form in _ONE_DOCUMENT:
                self.output.write([self._document(found, names, news, new=True)])
                kept.commit(reported, {})
        return 2 if failed else 0 if any(one.results.hits for one in found) else 1

    def _chosen(
        self, known: Mapping[str, SavedSearch], names: Sequence[str]
    ) -> tuple[list[SavedSearch], bool]:
        """The searches with these names, all without any; and whether one is not there."""
        if not known and not names:
            self.session.say("there are no saved searches; newssearch saved add NAME QUERY\n")
        missing = [name for name in names if name not in known]
        for name in missing:
            complain(error_line(str(unknown_search(name, known))))
        return [known[name] for name in names or known if name in known], bool(missing)

    def _failed(self, search: SavedSearch, error: NewsSearchError) -> bool:
        complain(error_line(f"{search.name}: {error}"))
        return True

    def _say(self, found: Found, new: str) -> None:
        """How much a search has found, under the hits where a person reads them."""
        count = found.results.total_stories
        counted = f"{count:,} {new}{'story' if count == 1 else 'stories'}"
        shown = counted if count else f"nothing {new}".rstrip()
        if 0 < len(found.results.hits) < count:
            shown += f"; the first {len(found.results.hits):,} are listed (-n N lists more)"
        people = self.form == "text" and self.output.terminal and found.results.hits
        gap = "\n" if people else ""
        self.session.say(f"{visible(found.search.name)}: {shown}\n{gap}")

    def _pieces(self, found: Found, news: NewsIndex, look: Look | None = None) -> Iterator[str]:
        """The hits of one search; forms are imported where they are used."""
        from newssearch.render import saved as render

        match self.form:
            case "text":
                short = news.short_ids([hit.id for hit in found.results.hits])
                yield from render.render_found_text(found, look or self.output.look(), short)
                if found.results.hits:
                    yield "\n"
            case "jsonl":
                yield from render.render_found_jsonl(found)
            case _:
                yield from render.render_found_tsv(found)

    def _document(
        self,
        found: Sequence[Found],
        names: Sequence[str],
        news: NewsIndex,
        new: bool,
        old: str = "",
    ) -> str:
        """All hits as one document; a feed with what was in it before."""
        if self.form == "json":
            return render_found_json(found, now(), news.generation, new)
        from newssearch.render.atom import Entry, Feed, merged

        time = now()
        about = f"saved:{os.path.realpath(self.folder)}:{','.join(names)}"
        title = f"newssearch: {', '.join(names) if names else 'saved searches'}"
        entries = [
            Entry(hit, time, (one.search.name,)) for one in found for hit in one.results.hits
        ]
        return merged(old, Feed(title, about, time), entries)

    def _add(
        self,
        path: Path,
        kept: Kept,
        news: NewsIndex,
        found: Sequence[Found],
        reported: Mapping[str, Seen],
        names: Sequence[str],
    ) -> None:
        """Add what is new to a file, and note that it was reported, both or neither."""
        old = _content(path)
        if self.form == "atom":
            try:
                content = self._document(found, names, news, new=True, old=old.decode()).encode()
            except (UsageError, ValueError) as error:
                reason = error if isinstance(error, UsageError) else "is not UTF-8"
                raise UsageError(f"{path}: {reason}; name another file") from error
        else:
            pieces = [piece for one in found for piece in self._pieces(one, news, Look())]
            content = old + "".join(pieces).encode()
        is_news = any(one.results.hits for one in found)
        files = {path: content} if is_news or (self.form == "atom" and not old) else {}
        kept.commit(reported, files)


def _content(path: Path) -> bytes:
    """What the file holds; nothing where it is not there yet."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise UsageError(f"{path}: is no file that could be added to")
        return path.read_bytes()
    except FileNotFoundError:
        return b""
