"""The reading side: open an index, ask it, get results.

In: a query as typed, options. Out: `Results`; used by the command line and by scripts.

    question ─ engine ─ stories of what is shown ─ snippets ─ Results
                  └ nothing has every word: once more, one word is enough
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newssearch.analysis.forms import Forms
from newssearch.analysis.scripts import CJK_RUN
from newssearch.answers import Answers
from newssearch.engine.base import Document, Found
from newssearch.hits import HitMaker, StoredArticle, stored_article
from newssearch.index_folder import IndexFolder
from newssearch.options import QueryOptions
from newssearch.places import Places
from newssearch.question import Question, Questions
from newssearch.references import References
from newssearch.results import ArchiveStats, Facet, Hit, Results, Timeline
from newssearch.syntax.terms import matches

if TYPE_CHECKING:
    from newssearch.export import Export
    from newssearch.similar import SimilarHit

_NO_OPTIONS = QueryOptions()


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
        self._questions = Questions(self._analyzer, self._saved)
        self._answers = Answers(self._snapshot, self._questions, self._analyzer)

    def query(self, text: str, options: QueryOptions | None = None, **changes: Any) -> Results:
        """Answer one query. `changes` are fields of QueryOptions by name: `limit=5`.

        Raises QuerySyntaxError for a query over the limits, and with `strict` for any diagnostic;
        UsageError for options that cannot be meant; EngineError for a pattern that is too broad.
        """
        if changes:
            options = replace(options, **changes) if options else QueryOptions(**changes)
        options, today = options or QueryOptions(), self._today()
        answers, question = self._answers, self._questions.understood(text, options, today)
        added = answers.added(question) if options.expand else []
        answer = answers.search(question, added)
        notes, partial = answers.notes(question, answer.total, options), False
        if not answer.total and question.tree and options.fall_back and not options.any_word:
            question = self._questions.any_word(question, options, today)
            answer = answers.search(question)
            partial = answer.total > 0
        return Results(
            text,
            answer.total,
            answer.total_stories,
            self._hits(answer.found, question, options),
            notes,
            answers.facets(question, added, options),
            partial=partial,
            explanation=answers.explained(question, added, options) if options.explain else "",
        )

    def facets(
        self,
        field: str,
        text: str = "",
        options: QueryOptions | None = None,
        limit: int | None = None,
    ) -> Facet:
        """Everything that matches a query, counted by the values of a field; without a query and
        options all articles. Raises as `query`; UsageError for what is not counted by."""
        from newssearch.facets import facet, facet_field

        name, options = facet_field(field), options or _NO_OPTIONS
        question = self._questions.counted(text, options, self._today())
        found = facet(self._snapshot, question.search, name, limit)
        return replace(found, query=text, notes=self._answers.notes(question, found.total, options))

    def timeline(
        self, text: str = "", by: str = "", options: QueryOptions | None = None
    ) -> Timeline:
        """The same, by time: each day, week, month or year; without `by`, what fits a screen."""
        from newssearch.facets import timeline

        options = options or _NO_OPTIONS
        question = self._questions.counted(text, options, self._today())
        found = timeline(self._snapshot, question.search, by)
        notes = self._answers.notes(question, found.total, options) + found.notes
        return replace(found, query=text, notes=notes)

    def found(self, text: str, options: QueryOptions) -> tuple[Found, ...]:
        """What a query finds, in short. Raises as `query`."""
        return self._answers.search(self._questions.understood(text, options, self._today())).found

    def query_stories(self, text: str, stories: Collection[str], options: QueryOptions) -> Results:
        """The hits of a query that are of these stories; only they are counted. Raises as `query`.

        Stories are named by their keys, as in `found`.
        """
        question = self._questions.understood(text, options, self._today())
        found = [one for one in self._answers.search(question).found if one.story in stories]
        hits = self._hits(found, question, options)
        return Results(text, len(found), len(stories), hits, question.parsed.notes)

    def stories(self, keys: Sequence[str]) -> dict[str, list[Document]]:
        """The articles of each of these stories, the one added first in front."""
        members = self._snapshot.members(keys)
        ids = [member.id for story in members.values() for member in story]
        documents = {document.id: document for document in self._snapshot.documents(ids)}
        return {key: [documents[member.id] for member in members[key]] for key in keys}

    def state_of(self, text: str, options: QueryOptions) -> str:
        """A hash of all that the answer to a query depends on: as long as it stays the same, so
        does the answer."""
        from hashlib import blake2b  # start-up: only saved searches ask

        build, today = self._home.descriptor.build, self._today()
        saved = self._questions.saved(text)
        state = repr((build, self.generation, today, text, options, sorted(saved.items())))
        return blake2b(state.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    def article(self, reference: str) -> StoredArticle:
        """The article with this id, unique id prefix, or path; raises NotFound."""
        document = self._references.document(reference)
        members = self._snapshot.members([document.story])[document.story]
        return stored_article(document, members, self.places)

    def similar(self, reference: str, limit: int = 10) -> tuple[SimilarHit, ...]:
        """Articles of other stories like this one, the likest first; raises NotFound."""
        from newssearch.similar import SimilarHit, find  # a query needs none of it

        document = self._references.document(reference)
        found = find(self._snapshot, self._forms_of_words(), document, limit)
        stories = self._snapshot.members([one.document.story for one in found])
        show = HitMaker(self._forms, self.places, (), with_snippets=False, in_cjk=False)
        return tuple(
            SimilarHit(show.hit(one.document, one.score, stories[one.document.story]), one.shared)
            for one in found
        )

    def export(
        self, text: str, options: QueryOptions = _NO_OPTIONS, limit: int | None = None
    ) -> Export:
        """Every hit of a query with its article, in the order of `query`, whose errors it raises.

        Of `options` the limit does not count, and there are never partial matches.
        """
        from newssearch.export import Export, read_articles  # a query needs none of it

        options, day = replace(options, limit=limit, fall_back=False), self._today()
        results = self.query(text, replace(options, limit=0))
        question = self._questions.understood(text, options, day)
        added = self._answers.added(question) if options.expand else []
        found = self._answers.search(question, added).found
        show = partial(self._hit_maker, question, options)
        articles = read_articles(self._snapshot, found, show)
        return Export(results, options, self.generation, str(day), len(found), articles)

    def short_ids(self, ids: Sequence[str]) -> dict[str, str]:
        """For each id its shortest beginning, of five characters or more, that no other has."""
        return {whole: self._references.short_id(whole) for whole in ids}

    def stats(self) -> ArchiveStats:
        """What the index holds, counted over its live documents."""
        from newssearch.archive_stats import archive_stats  # a query needs none of it

        return archive_stats(self._snapshot, self._engine.size(), self.places)

    @property
    def generation(self) -> int:
        """The number of the generation that is open."""
        return self._snapshot.generation

    @property
    def passed_over(self) -> str:
        """What is wrong with a newer generation, which could not be opened; empty without one."""
        return self._snapshot.passed_over

    @property
    def places(self) -> Places:
        """Where the archive's files are."""
        if self._places is None:
            self._places = Places.load(self._snapshot.attachment("roots"), self._home.path)
        return self._places

    @property
    def _references(self) -> References:
        return References(self._snapshot, self.places, self._answers)

    def close(self) -> None:
        """Close the index's files."""
        self._snapshot.close()

    def __enter__(self) -> NewsIndex:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # -- results --------------------------------------------------------------------------

    def _saved(self) -> dict[str, str]:
        """The saved searches, name -> query."""
        from newssearch.saved import saved_queries  # few queries name one

        return saved_queries(self._home.path)

    def _hits(
        self, found: Sequence[Found], question: Question, options: QueryOptions
    ) -> tuple[Hit, ...]:
        documents = self._snapshot.documents([one.id for one in found])
        stories = self._snapshot.members([one.story for one in found])
        show = self._hit_maker(question, options)
        return tuple(
            show.hit(document, one.score, stories[one.story])
            for document, one in zip(documents, found, strict=True)
        )

    def _hit_maker(self, question: Question, options: QueryOptions) -> HitMaker:
        text, wanted = question.parsed.text, matches(question.tree)
        in_cjk = not text.isascii() and CJK_RUN.search(text) is not None
        return HitMaker(self._forms_of_words(), self.places, wanted, options.snippets, in_cjk)

    def _forms_of_words(self) -> Forms:
        """What is known of words so far; anew where it has become much."""
        if self._forms.full:
            self._forms = Forms(self._analyzer)
        return self._forms
