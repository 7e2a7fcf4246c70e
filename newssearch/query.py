"""The reading side: open an index, ask it, get results.

In: a query as typed, options. Out: `Results`; used by the command line, the web page and scripts.

    question ─ engine ─ stories of what is shown ─ snippets ─ Results
                  └ nothing has every word: once more, one word is enough
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newssearch.analysis.forms import Forms
from newssearch.analysis.scripts import CJK_RUN
from newssearch.article.model import Article
from newssearch.engine.base import Answer, Found, Search, WordCount
from newssearch.errors import NotFound
from newssearch.hints import why_nothing
from newssearch.hits import HitMaker, story_of, translations_of
from newssearch.index_folder import IndexFolder
from newssearch.options import QueryOptions, Sort
from newssearch.places import Places
from newssearch.question import Question, Questions, without_pages
from newssearch.results import ArchiveStats, Hit, Note, Results, Story, Translation
from newssearch.syntax.nodes import Everything, Filter, Node, has_words
from newssearch.syntax.terms import matches

if TYPE_CHECKING:
    from newssearch.expansion import Added
    from newssearch.similar import SimilarHit

_NO_OPTIONS = QueryOptions()

#: Characters that a shown id has at least, so that new articles seldom make it ambiguous.
SHORTEST_ID = 5


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
        self._forms, self._questions = Forms(self._analyzer), Questions(self._analyzer)

    def query(self, text: str, options: QueryOptions | None = None, **changes: Any) -> Results:
        """Answer one query. `changes` are fields of QueryOptions by name: `limit=5`.

        Raises QuerySyntaxError for a query over the limits, and with `strict` for any diagnostic;
        UsageError for options that cannot be meant; EngineError for a pattern that is too broad.
        """
        if changes:
            options = replace(options, **changes) if options else QueryOptions(**changes)
        options, today = options or QueryOptions(), self._today()
        question = self._questions.understood(text, options, today)
        added = self._added(question) if options.expand else []
        answer = self._search(question, added)
        notes, partial = list(question.parsed.notes), False
        if not answer.total and question.tree is not None:
            notes += why_nothing(
                question.parsed,
                question.conditions,
                lambda part: self._count(part, options),
                self._nearest,
            )
            if options.fall_back and not options.any_word:
                question = self._questions.any_word(question, options, today)
                answer = self._search(question)
                partial = answer.total > 0
        elif question.tree is None and text.strip() and not notes:
            notes.append(Note("nothing-to-search", "the query has no word to search for"))
        return Results(
            text,
            answer.total,
            answer.total_stories,
            self._hits(answer.found, question, options),
            tuple(notes),
            partial=partial,
            explanation=self._explained(question, added, options) if options.explain else "",
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

    def similar(self, reference: str, limit: int = 10) -> tuple[SimilarHit, ...]:
        """Articles of other stories like this one, the likest first; raises NotFound."""
        from newssearch.similar import SimilarHit, find  # a query needs none of it

        (document,) = self._snapshot.documents([self.article(reference).id])
        found = find(self._snapshot, self._forms_of_words(), document, limit)
        stories = self._snapshot.members([one.document.story for one in found])
        show = HitMaker(self._forms, self.places, (), with_snippets=False, in_cjk=False)
        return tuple(
            SimilarHit(show.hit(one.document, one.score, stories[one.document.story]), one.shared)
            for one in found
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

    def _search(self, question: Question, added: Sequence[Added] = ()) -> Answer:
        search = question.search
        if search is None:
            return Answer(0, 0, ())
        if added and question.tree is not None:
            from newssearch.expansion import expanded

            search = replace(search, tree=without_pages(expanded(question.tree, added)))
        return self._snapshot.search(search)

    def _added(self, question: Question) -> list[Added]:
        """Words of the query's best hits."""
        from newssearch.expansion import HITS, added_words  # only where somebody asks

        if question.search is None or question.tree is None or not has_words(question.tree):
            return []
        search = replace(question.search, limit=HITS, offset=0, sort=Sort.RELEVANCE)
        found = {one.id: one.score for one in self._snapshot.search(search).found}
        hits = [(document, found[document.id]) for document in self._snapshot.documents([*found])]
        if not hits:
            return []
        articles = self._total(without_pages(Everything()))
        return added_words(question.tree, hits, self._analyzer, articles, self._total)

    def _count(self, typed: Node, options: QueryOptions = _NO_OPTIONS) -> int | None:
        """How many articles match a part of a query; None where it holds no word."""
        tree = self._questions.in_terms(typed, options)
        return None if tree is None else self._total(without_pages(tree))

    def _total(self, tree: Node) -> int:
        search = Search(tree, limit=0, collapse=False, count_stories=False)
        return self._snapshot.search(search).total

    def _explained(self, question: Question, added: Sequence[Added], options: QueryOptions) -> str:
        from newssearch.syntax.drawing import drawn  # only where somebody asks

        tree = drawn(question.parsed.tree, lambda leaf: self._count(leaf, options))
        if not added:
            return tree
        words = " ".join(f"{one.word}^{one.match.boost:.2f}" for one in added)
        return f"{tree}words of the best hits: {words}\n"

    def _nearest(self, word: str) -> list[WordCount]:
        """The words of the archive that a word may be meant for."""
        from newssearch.spelling import nearest

        return nearest(word, self._analyzer, self._snapshot)

    # -- results --------------------------------------------------------------------------

    def _hits(
        self, found: Sequence[Found], question: Question, options: QueryOptions
    ) -> tuple[Hit, ...]:
        text, wanted = question.parsed.text, matches(question.tree)
        in_cjk = not text.isascii() and CJK_RUN.search(text) is not None
        documents = self._snapshot.documents([one.id for one in found])
        stories = self._snapshot.members([one.story for one in found])
        show = HitMaker(self._forms_of_words(), self.places, wanted, options.snippets, in_cjk)
        return tuple(
            show.hit(document, one.score, stories[one.story])
            for document, one in zip(documents, found, strict=True)
        )

    def _forms_of_words(self) -> Forms:
        """What is known of words so far; anew where it has become much."""
        if self._forms.full:
            self._forms = Forms(self._analyzer)
        return self._forms

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
