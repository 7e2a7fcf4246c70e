"""What has come for a saved search since it was last run: each story once.

In: an open index, a query, what the search has reported so far (`Seen`). Out: `New`; used by the
command line. What is written down after that is the caller's affair (`saved.Kept`).

A story is new for a search if the search has reported none of its articles, under whatever name. An
article is known again by marks, short hashes of what stays while an archive changes:

    story   its own address, or its story's key where it has none: a copy, a translation
    text    title and body, from 50 words on: a file without an address that was renamed
    file    its id, of a full article without an address: its text was edited
    known   its id and the story that it was in: nothing to look at in the next run

A digest's entry has no mark by its number, which another one takes as soon as an entry is put
before it; one that leads nowhere is known by its text alone, however short.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import NamedTuple

from newssearch.article.model import Kind, count_words
from newssearch.engine.base import Document, Found
from newssearch.errors import UsageError
from newssearch.options import QueryOptions
from newssearch.query import NewsIndex
from newssearch.results import Results
from newssearch.saved import Seen
from newssearch.stories import linked_story, own_story
from newssearch.syntax.parser import parse

_LEAST_WORDS = 50  # shorter texts may be equal by chance: "No report today."


class New(NamedTuple):
    """The stories that are new for a search, and what it has reported once they are reported."""

    results: Results
    seen: Seen


def what_is_new(news: NewsIndex, query: str, seen: Seen, options: QueryOptions) -> New:
    """The stories that match and were not reported yet, all of them, in the order of `options`.

    Where neither the index nor what is asked has changed, nothing is searched. Raises
    QuerySyntaxError for any diagnostic: what runs unseen must not be half understood.
    """
    options = replace(options, limit=None, offset=0, collapse=True, strict=True)
    asked = _asked(news, query, options)
    if seen.asked == asked:
        return New(Results(query, 0, 0), seen)
    stories = _stories(news, query, options)
    marks, fresh, count = set(seen.marks), set[str](), 0
    unknown = {
        story: found
        for story, found in stories.items()
        if any(_known(one) not in marks for one in found)
    }
    for story, members in news.stories(list(unknown)).items():
        found = unknown[story]
        positions = _positions(members)
        looked_for = {mark for one in members for mark in _marks(one, positions)}
        if marks.isdisjoint(looked_for):
            fresh.add(story)
            count += len(found)
        marks |= _reported(found, members)
    results = news.query_stories(query, fresh, options) if fresh else Results(query, 0, 0)
    return New(replace(results, total=count), Seen(frozenset(marks), asked, now()))


def all_seen(news: NewsIndex, query: str, options: QueryOptions) -> Seen:
    """Everything that matches now, as if it had been reported. Raises as `what_is_new`."""
    options = replace(options, limit=None, offset=0, collapse=True, strict=True)
    stories = _stories(news, query, options)
    marks = set[str]()
    for story, members in news.stories(list(stories)).items():
        marks |= _reported(stories[story], members)
    return Seen(frozenset(marks), _asked(news, query, options), now())


def now() -> str:
    """This second, ISO 8601 with its offset."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def check_query(name: str, query: str, saved: Mapping[str, str]) -> None:
    """Refuse a query that asks, through others perhaps, for what it is going to be called."""
    today = datetime.date.today()
    parsed = parse(f"@{name}", today, saved={**saved, name: query})
    if any(note.code == "saved-in-itself" for note in parsed.notes):
        raise UsageError(f"{name} would ask for itself: {query}")


def _asked(news: NewsIndex, query: str, options: QueryOptions) -> str:
    """What is asked of which state of the index: how hits are shown does not matter."""
    return news.state_of(query, replace(options, snippets=True))


def _stories(news: NewsIndex, query: str, options: QueryOptions) -> dict[str, list[Found]]:
    """The articles that match, by their stories, the best story first."""
    stories: dict[str, list[Found]] = {}
    for one in news.found(query, replace(options, collapse=False)):
        stories.setdefault(one.story, []).append(one)
    return stories


def _reported(found: Sequence[Found], members: Sequence[Document]) -> set[str]:
    """The marks that a story leaves: those of its articles that match."""
    positions = _positions(members)
    matching = {one.id for one in found}
    marks = {
        mark for one in members if one.id in matching for mark in _marks(one, positions)
    }  # fmt: skip
    return marks.union(_known(one) for one in found if one.story not in positions)


def _positions(members: Sequence[Document]) -> set[str]:
    """The keys that a story's digest entries would have by their numbers alone."""
    return {
        linked_story(one.root, one.article.path, (), lambda path: None).story
        for one in members
        if one.article.kind == Kind.DIGEST
    }


def _marks(document: Document, positions: set[str]) -> Iterator[str]:
    article, own = document.article, own_story(document.article)
    in_digest = article.kind == Kind.DIGEST
    if own:
        yield _mark("story", own)
    elif document.story not in positions:
        yield _mark("story", document.story)
    text = article.text
    if in_digest or count_words(text) >= _LEAST_WORDS:
        yield _mark("text", article.title, text)
    if not in_digest and not own:
        yield _mark("file", document.id)


def _known(found: Found) -> str:
    return _mark("known", found.id, found.story)


def _mark(*parts: str) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
