"""What a person typed, and the options, as one question to an engine.

In: a query as typed, options. Out: `Question`; used by `query`.

    parse ─ to terms ─ aliases ─ conditions of the options ─ no pages unless asked for ─ Search
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.scripts import CJK_LANGUAGES, CJK_RUN
from newssearch.article.model import Kind
from newssearch.engine.base import Search
from newssearch.errors import QuerySyntaxError, UsageError
from newssearch.options import QueryOptions, Sort
from newssearch.syntax.nodes import (
    And,
    Everything,
    Filter,
    Node,
    Not,
    conjunction,
    has_words,
    names_field,
)
from newssearch.syntax.notes import HINTS
from newssearch.syntax.parser import ParsedQuery, parse
from newssearch.syntax.terms import to_terms
from newssearch.syntax.values import Unreadable, raw_filter

if TYPE_CHECKING:
    from newssearch.expansion import Added
    from newssearch.syntax.aliases import Aliases


@dataclass(frozen=True, slots=True)
class Question:
    """A query as parsed; its tree in terms, with the conditions of the options but without what
    every search leaves out; and the search. Both are None where it asks nothing."""

    parsed: ParsedQuery
    conditions: tuple[Filter, ...]
    tree: Node | None
    search: Search | None


class Questions:
    """Makes questions for an archive, by its analyzer; keeps the aliases that were used last.

    `saved_queries` gives the saved searches, name -> query; asked only where a query has an @.
    """

    def __init__(
        self, analyzer: Analyzer, saved_queries: Callable[[], Mapping[str, str]] = dict
    ) -> None:
        self._analyzer, self._saved_queries = analyzer, saved_queries
        self._groups: tuple[tuple[str, ...], ...] = ()
        self._aliases: Aliases | None = None  # of `_groups`

    def understood(self, text: str, options: QueryOptions, today: datetime.date) -> Question:
        """The question that a query is.

        Raises QuerySyntaxError for a query over the limits, and with `strict` for any diagnostic;
        UsageError for options that cannot be meant.
        """
        found = conditions(options, today)
        if options.expand and options.sort not in (None, Sort.RELEVANCE, Sort.RECENT):
            raise UsageError("--expand finds much that matches little: it is sorted by relevance")
        parsed = self._parsed(text, options, today, options.any_word)
        if options.strict:
            for note in parsed.notes:
                if note.code not in HINTS:
                    raise QuerySyntaxError(note.message, note.start, note.end)
        return self._question(parsed, found, options, options.any_word)

    def counted(self, text: str, options: QueryOptions, today: datetime.date) -> Question:
        """The same, where without a query and options everything is meant."""
        question = self.understood(text, options, today)
        if question.tree is not None or text.strip():
            return question
        tree = Everything()
        return replace(question, tree=tree, search=Search(without_pages(tree)))

    def any_word(self, question: Question, options: QueryOptions, today: datetime.date) -> Question:
        """The same, where one of the words is enough."""
        parsed = self._parsed(question.parsed.text, options, today, any_word=True)
        return self._question(parsed, question.conditions, options, any_word=True)

    def saved(self, text: str) -> Mapping[str, str]:
        """The saved searches, as far as a query may name one."""
        return self._saved_queries() if "@" in text else {}

    def _parsed(
        self, text: str, options: QueryOptions, today: datetime.date, any_word: bool
    ) -> ParsedQuery:
        leading = options.leading_wildcards
        return parse(text, today, any_word, allow_leading=leading, saved=self.saved(text))

    def in_terms(self, typed: Node, options: QueryOptions, any_word: bool = False) -> Node | None:
        """A part of a query in terms, under all its names; None where it holds no word."""
        tree = to_terms(typed, self._analyzer, loose=any_word)
        if tree is None or not options.aliases:
            return tree
        if self._aliases is None or self._groups != options.aliases:
            from newssearch.syntax.aliases import Aliases  # few have any

            self._groups, self._aliases = options.aliases, Aliases(options.aliases, self._analyzer)
        return self._aliases.added(tree)

    def _question(
        self,
        parsed: ParsedQuery,
        found: tuple[Filter, ...],
        options: QueryOptions,
        any_word: bool,
    ) -> Question:
        typed = parsed.tree
        nothing = Question(parsed, found, None, None)
        if typed is None and (parsed.text.strip() or not found):
            return nothing
        tree = None if typed is None else self.in_terms(typed, options, any_word)
        if tree is None and typed is not None:
            return nothing
        whole = conjunction(tuple(node for node in (tree, *found) if node is not None))
        sort = options.sort or (Sort.RELEVANCE if has_words(whole) else Sort.NEWEST)
        search = Search(
            without_pages(whole),
            options.limit,
            options.offset,
            sort,
            options.collapse,
            foreign=CJK_LANGUAGES if not CJK_RUN.search(parsed.text) else _not_cjk(parsed.text),
        )
        return Question(parsed, found, whole, search)


def expanded(question: Question, added: Sequence[Added]) -> Search | None:
    """The search of a question, with words of its best hits added to it."""
    if not added or question.search is None or question.tree is None:
        return question.search
    from newssearch.expansion import expanded as with_words  # only where somebody asks

    return replace(question.search, tree=without_pages(with_words(question.tree, added)))


def without_pages(tree: Node) -> Node:
    """The same, pages apart, unless it asks for kinds itself."""
    if names_field(tree, "kind"):
        return tree
    return And((tree, Not(Filter("kind", Kind.PAGE.value))))


def conditions(options: QueryOptions, today: datetime.date) -> tuple[Filter, ...]:
    """The conditions that options ask for; raises UsageError."""
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
            condition = raw_filter(field, written, today)
            if isinstance(condition, Unreadable):
                raise UsageError(f"{name} {value}: {condition.message.replace(written, value)}")
            found.append(condition)
    if options.since and options.until and (found[0].low or 0) > (found[1].high or 0):
        raise UsageError(f"--since {options.since} is after --until {options.until}")
    return tuple(found)


def _not_cjk(text: str) -> tuple[str, ...]:
    """The languages that a query with CJK characters in it is not in."""
    from newssearch.article.language import language_of

    lang = language_of(text)
    return tuple(other for other in ("en", *CJK_LANGUAGES) if other != lang)
