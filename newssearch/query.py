"""The reading side: open an index, ask it, get results.

In: a query as typed, options. Out: `Results`; used by the command line, the web page and scripts.

    parse ─ filters ─ engine ─ stories of what is shown ─ snippets ─ Results
                         └ nothing has every word: once more, one word is enough
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from newssearch.analysis.scripts import CJK_RUN
from newssearch.article.model import Article, Kind
from newssearch.engine.base import Answer, Found, Search
from newssearch.errors import NotFound, QuerySyntaxError, UsageError
from newssearch.hints import why_nothing
from newssearch.hits import HitMaker, story_of, translations_of
from newssearch.index_folder import IndexFolder
from newssearch.marks import Forms
from newssearch.options import QueryOptions, Sort
from newssearch.places import Places
from newssearch.results import ArchiveStats, Hit, Note, Results, Story, Translation
from newssearch.syntax.nodes import (
    And,
    Filter,
    Match,
    Node,
    Not,
    conjunction,
    has_words,
    names_field,
)
from newssearch.syntax.parser import ParsedQuery, parse
from newssearch.syntax.terms import matches, to_terms
from newssearch.syntax.values import Unreadable, raw_filter

#: Notes that help but say nothing is wrong: `strict` lets them pass.
HINTS = frozenset({"lower-case-or"})

#: Characters that a shown id has at least, so that new articles seldom make it ambiguous.
SHORTEST_ID = 5

#: Languages that a query without Chinese, Japanese or Korean characters cannot be in.
CJK_LANGUAGES = ("zh", "ja", "ko")


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One article of the index, whole, with what the index knows of it."""

    id: str
    root: str  # the archive root's name
    file: str  # opens from the working folder
    added: str  # YYYY-MM-DD: when the archive got it
    story: Story
    translations: tuple[Translation, ...]
    article: Article


def open_index(folder: str | Path = "index") -> NewsIndex:
    """Open the index in `folder`; raises IndexMissing, IndexCorrupt."""
    return NewsIndex(IndexFolder.open(Path(folder)))


class NewsIndex:
    """An open index at one generation; a context manager. Not for several threads at a time."""

    def __init__(self, home: IndexFolder, today: Callable[[], datetime.date] | None = None) -> None:
        self._home = home
        self._snapshot = home.snapshot()
        self._analyzer, self._engine = home.analyzer, home.engine()
        self._today = today or datetime.date.today
        self._places: Places | None = None
        self._forms = Forms(self._analyzer)

    def query(self, text: str, options: QueryOptions | None = None, **changes: Any) -> Results:
        """Answer one query. `changes` are fields of QueryOptions by name: `limit=5`.

        Raises QuerySyntaxError for a query over the limits, and with `strict` for any diagnostic;
        UsageError for options that cannot be meant; EngineError for a pattern that is too broad.
        """
        if changes:
            options = replace(options, **changes) if options else QueryOptions(**changes)
        options = options or QueryOptions()
        filters = self._filters(options)
        parsed = parse(text, self._today(), options.any_word)
        if options.strict:
            for note in parsed.notes:
                if note.code not in HINTS:
                    raise QuerySyntaxError(note.message, note.start, note.end)
        answer, tree = self._search(parsed, filters, options)
        notes, partial = list(parsed.notes), False
        if not answer.total and tree is not None:
            notes += why_nothing(parsed, filters, self._count)
            if options.fall_back and not options.any_word and isinstance(tree, And):
                looser = parse(text, self._today(), any_word=True)
                answer, tree = self._search(looser, filters, options)
                partial = answer.total > 0
        elif tree is None and text.strip() and not notes:
            notes.append(Note("nothing-to-search", "the query has no word to search for"))
        in_cjk = not text.isascii() and CJK_RUN.search(text) is not None
        hits = self._hits(answer.found, matches(tree), options, in_cjk)
        return Results(
            text, answer.total, answer.total_stories, hits, tuple(notes), partial=partial
        )

    def article(self, reference: str) -> StoredArticle:
        """The article with this id, unique id prefix, or path; raises NotFound."""
        ids = self._snapshot.find(reference) or self._find_file(reference)
        if not ids:
            entries = self._entries(reference)
            if entries:
                raise NotFound(
                    f"{reference}: a digest of {entries} articles; name one of them, as "
                    f"{reference}#1"
                )
            raise NotFound(f"{reference}: no article has this id or path")
        if len(ids) > 1:
            some = ", ".join(ids[:4])
            raise NotFound(f"{reference}: several articles begin like that ({some}); type more")
        document = self._snapshot.documents(ids)[0]
        members = self._snapshot.members([document.story])[document.story]
        return StoredArticle(
            document.id,
            document.root,
            self.places.file(document.root, document.article.path),
            document.added,
            story_of(members),
            translations_of(document, members),
            document.article,
        )

    def short_ids(self, ids: Sequence[str]) -> dict[str, str]:
        """For each id its shortest beginning, of five characters or more, that no other has."""
        return {whole: self._short_id(whole) for whole in ids}

    def _short_id(self, whole: str) -> str:
        for length in range(SHORTEST_ID, len(whole)):
            if len(self._snapshot.find(whole[:length], limit=2)) < 2:
                return whole[:length]
        return whole

    def stats(self) -> ArchiveStats:
        """What the index holds, counted over its live documents."""
        from newssearch.inventory import ATTACHMENT, Inventory

        totals = self._snapshot.totals()
        inventory = Inventory.load(self._snapshot.attachment(ATTACHMENT))
        return ArchiveStats(
            articles=totals.articles,
            digest_entries=totals.digest_entries,
            pages=totals.pages,
            stories=totals.stories,
            files=inventory.file_count(),
            first_date=totals.first_date,
            last_date=totals.last_date,
            undated=totals.undated,
            words=totals.words,
            index_bytes=self._engine.size(),
            archive_bytes=sum(
                record.size for root in inventory.roots.values() for record in root.files.values()
            ),
            languages=dict(totals.languages),
            sources=dict(totals.sources),
            date_sources=dict(totals.date_sources),
            roots={name: str(folder) for name, folder in self.places.folders.items()},
            last_indexed=inventory.indexed,
        )

    @property
    def generation(self) -> int:
        """The number of the generation that is open."""
        return self._snapshot.generation

    @property
    def places(self) -> Places:
        """Where the archive's files are."""
        if self._places is None:
            self._places = Places.load(self._snapshot.attachment("roots"), self._home.path)
        return self._places

    def close(self) -> None:
        """Close the index's files."""
        self._snapshot.close()

    def __enter__(self) -> NewsIndex:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # -- searching ------------------------------------------------------------------------

    def _filters(self, options: QueryOptions) -> tuple[Filter, ...]:
        """The conditions that options ask for."""
        if not (options.since or options.until or options.lang or options.source):
            return ()
        found: list[Filter] = []
        for field, name, value, written in (
            ("date", "--since", options.since, f"{options.since}.."),
            ("date", "--until", options.until, f"..{options.until}"),
            ("lang", "--lang", options.lang, options.lang),
            ("source", "--source", options.source, options.source),
        ):
            if value:
                condition = raw_filter(field, written, self._today())
                if isinstance(condition, Unreadable):
                    raise UsageError(f"{name} {value}: {condition.message}")
                found.append(condition)
        if options.since and options.until and (found[0].low or 0) > (found[1].high or 0):
            raise UsageError(f"--since {options.since} is after --until {options.until}")
        return tuple(found)

    def _search(
        self, parsed: ParsedQuery, filters: Sequence[Filter], options: QueryOptions
    ) -> tuple[Answer, Node | None]:
        """Run a parsed query; also returns its tree in terms, None where it asks nothing."""
        typed = parsed.tree
        if typed is None and (parsed.text.strip() or not filters):
            return Answer(0, 0, ()), None
        tree = None if typed is None else to_terms(typed, self._analyzer)
        if tree is None and typed is not None:
            return Answer(0, 0, ()), None
        parts = tuple(node for node in (tree, *filters) if node is not None)
        whole = conjunction(parts)
        if not names_field(whole, "kind"):
            whole = And((whole, Not(Filter("kind", Kind.PAGE.value))))
        sort = options.sort or (Sort.RELEVANCE if has_words(whole) else Sort.NEWEST)
        search = Search(
            whole,
            options.limit,
            options.offset,
            sort,
            options.collapse,
            foreign=CJK_LANGUAGES if not CJK_RUN.search(parsed.text) else _not_cjk(parsed.text),
        )
        return self._snapshot.search(search), conjunction(parts)

    def _count(self, typed: Node) -> int | None:
        """How many articles match a part of the query; None where it holds no word."""
        node = to_terms(typed, self._analyzer)
        if node is None:
            return None
        return self._snapshot.search(Search(node, limit=0, collapse=False)).total

    # -- results --------------------------------------------------------------------------

    def _hits(
        self, found: Sequence[Found], wanted: list[Match], options: QueryOptions, in_cjk: bool
    ) -> tuple[Hit, ...]:
        documents = self._snapshot.documents([one.id for one in found])
        stories = self._snapshot.members([one.story for one in found])
        if self._forms.full:
            self._forms = Forms(self._analyzer)
        show = HitMaker(self._forms, self.places, wanted, options.snippets, in_cjk)
        return tuple(
            show.hit(document, one.score, stories[one.story])
            for document, one in zip(documents, found, strict=True)
        )

    def _entries(self, reference: str) -> int:
        """How many articles the digest in a file holds, named by its path in the archive or not."""
        for path in filter(None, (reference, self.places.archive_path(reference))):
            found = self._count(Filter("path", path))
            if found and self._snapshot.find(f"{path}#1"):
                return found
        return 0

    def _find_file(self, path: str) -> list[str]:
        """Ids of the article in a file that is named from the working folder."""
        place = self.places.archive_path(path)
        return self._snapshot.find(place) if place else []


def _not_cjk(text: str) -> tuple[str, ...]:
    """The languages that a query with CJK characters in it is not in."""
    from newssearch.article.language import language_of

    lang = language_of(text)
    return tuple(other for other in ("en", *CJK_LANGUAGES) if other != lang)
