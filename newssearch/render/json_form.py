"""Results, articles and statistics as JSON: docs/json.md explains it, docs/results.schema.json
describes it.

In go the library's values, out comes text of valid UTF-8 that ends in a line feed. `query`,
`show`, `similar` and `stats` use it. Fields stand in the documented order; a change that could
break a reader is a new `version`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newssearch.render.safe import json_text
from newssearch.results import (
    ArchiveStats,
    Copy,
    Facet,
    Hit,
    Note,
    Results,
    Story,
    Timeline,
    Translation,
)

if TYPE_CHECKING:
    from newssearch.differences import Difference
    from newssearch.hits import StoredArticle
    from newssearch.similar import SimilarHit

VERSION = 1
_SCORE_DIGITS = 6  # scores agree to 1e-5 between engines: more digits would be noise


def render_json(results: Results) -> str:
    """The whole answer as one document, a hit a line."""
    return _document(results, map(_hit, results.hits))


def render_similar_json(article_id: str, found: Sequence[SimilarHit]) -> str:
    """Articles that are like one, as the answer to a query that is its id; the totals are those
    that are listed."""
    hits = (_hit(one.hit) | {"shared": list(one.shared)} for one in found)
    return _document(Results(article_id, len(found), len(found)), hits)


def _document(results: Results, hits: Iterable[dict[str, Any]]) -> str:
    head = {
        "version": VERSION,
        "query": results.query,
        "total": results.total,
        "total_stories": results.total_stories,
        "notes": [_note(note) for note in results.notes],
    }
    lines = ",\n  ".join(map(_dump, hits))
    listed = f"[\n  {lines}\n]" if lines else "[]"
    return f'{_dump(head)[:-1]}, "hits": {listed}, "facets": {_dump(results.facets)}}}\n'


def render_jsonl(results: Results, query_id: str | None = None) -> Iterator[str]:
    """One hit a line; with a `query_id`, that stands first in each."""
    for hit in results.hits:
        first = {} if query_id is None else {"query_id": query_id}
        yield _dump(first | _hit(hit)) + "\n"


def render_article_json(stored: StoredArticle, also: Mapping[str, object] | None = None) -> str:
    """One article with all that the index knows of it, and `also` behind it, as one line."""
    article = stored.article
    date = article.date
    content = {
        "version": VERSION,
        "id": stored.id,
        "root": stored.root,
        "path": article.path,
        "file": stored.file,
        "title": article.title,
        "alternate_title": article.alternate_title,
        "date": date.text if date else "",
        "date_source": str(date.source) if date else "",
        "date_precision": str(date.precision) if date else "",
        "added": stored.added,
        "lang": article.lang,
        "source": article.source,
        "url": article.url,
        "authors": list(article.authors),
        "keywords": list(article.keywords),
        "tags": list(article.tags),
        "kind": str(article.kind),
        "image": article.image,
        "story": _story(stored.story),
        "translations": [_translation(translation) for translation in stored.translations],
        "copies": [_copy(copy) for copy in stored.copies],
        "extra": [{"name": name, "value": value} for name, value in article.extra],
        "body": [{"line": part.line, "text": part.text} for part in article.body],
    }
    return _dump(content | dict(also or {})) + "\n"


def render_difference_json(old: StoredArticle, new: StoredArticle, difference: Difference) -> str:
    """What differs between two articles, all paragraphs in it, as one line."""
    content = {
        "version": VERSION,
        "old": _version_of(old),
        "new": _version_of(new),
        "same_text": difference.same_text,
        "fields": [
            {"name": one.name, "old": list(one.old), "new": list(one.new)}
            for one in difference.fields
        ],
        "paragraphs": [
            {
                "old_line": paragraph.old_line,
                "new_line": paragraph.new_line,
                "pieces": [
                    {"change": str(piece.change), "text": piece.text} for piece in paragraph.pieces
                ],
            }
            for paragraph in difference.paragraphs
        ],
    }
    return _dump(content) + "\n"


def _version_of(stored: StoredArticle) -> dict[str, Any]:
    article = stored.article
    return {
        "id": stored.id,
        "path": article.path,
        "file": stored.file,
        "title": article.title,
        "date": article.date.text if article.date else "",
        "lang": article.lang,
    }


def render_facet_json(found: Facet) -> str:
    """Counts by value as one document, a value a line."""
    values = ",\n  ".join(_dump(asdict(count)) for count in found.values)
    head = _counted(found) | {"field": found.field, "distinct": found.distinct}
    without = {"articles": found.without.articles, "stories": found.without.stories}
    listed = f"[\n  {values}\n]" if values else "[]"
    return f'{_dump(head)[:-1]}, "values": {listed}, "without": {_dump(without)}}}\n'


def render_timeline_json(found: Timeline) -> str:
    """Counts by time as one document, a period a line."""
    rows = (asdict(one) | {"share": round(one.share, _SCORE_DIGITS)} for one in found.periods)
    periods = ",\n  ".join(map(_dump, rows))
    head = _counted(found) | {"by": found.by}
    undated = {"articles": found.undated.articles, "stories": found.undated.stories}
    listed = f"[\n  {periods}\n]" if periods else "[]"
    return f'{_dump(head)[:-1]}, "periods": {listed}, "undated": {_dump(undated)}}}\n'


def _counted(found: Facet | Timeline) -> dict[str, Any]:
    return {
        "version": VERSION,
        "query": found.query,
        "total": found.total,
        "total_stories": found.total_stories,
        "notes": [_note(note) for note in found.notes],
    }


def render_stats_json(stats: ArchiveStats) -> str:
    content = {"version": VERSION} | asdict(stats)
    for name in ("languages", "date_sources"):
        content[name] = {value or "none": count for value, count in content[name].items()}
    return _dump(content) + "\n"


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "path": hit.path,
        "file": hit.file,
        "title": hit.title,
        "date": hit.date,
        "date_source": hit.date_source,
        "lang": hit.lang,
        "source": hit.source,
        "url": hit.url,
        "authors": list(hit.authors),
        "keywords": list(hit.keywords),
        "kind": hit.kind,
        "score": round(float(hit.score), _SCORE_DIGITS),
        "story": _story(hit.story),
        "translations": [_translation(translation) for translation in hit.translations],
        "snippets": [
            {
                "text": snippet.text,
                "highlights": [[start, end] for start, end in snippet.highlights],
                "line": snippet.line,
            }
            for snippet in hit.snippets
        ],
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "code": note.code,
        "message": note.message,
        "start": note.start,
        "end": note.end,
        "suggestion": note.suggestion,
    }


def _story(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "size": story.size,
        "languages": list(story.languages),
        "first_date": story.first_date,
        "last_date": story.last_date,
    }


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "id": copy.id,
        "path": copy.path,
        "title": copy.title,
        "date": copy.date,
        "lang": copy.lang,
        "kind": copy.kind,
        "added": copy.added,
    }


def _translation(translation: Translation) -> dict[str, Any]:
    return {
        "id": translation.id,
        "lang": translation.lang,
        "title": translation.title,
        "path": translation.path,
    }


def _dump(value: object) -> str:
    return json_text(json.dumps(value, ensure_ascii=False))
