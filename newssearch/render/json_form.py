"""Results, articles and statistics as JSON: docs/json.md explains it, docs/results.schema.json
describes it.

In go the library's values, out comes text of valid UTF-8 that ends in a line feed. `query`,
`show`, `similar` and `stats` use it. Fields stand in the documented order; a change that could
break a reader is a new `version`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newssearch.render.safe import json_text
from newssearch.results import ArchiveStats, Hit, Note, Results, Story, Translation

if TYPE_CHECKING:
    from newssearch.query import StoredArticle
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


def render_article_json(stored: StoredArticle) -> str:
    """One article with all that the index knows of it, as one line."""
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
        "extra": [{"name": name, "value": value} for name, value in article.extra],
        "body": [{"line": part.line, "text": part.text} for part in article.body],
    }
    return _dump(content) + "\n"


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
    return {"id": story.id, "size": story.size, "languages": list(story.languages)}


def _translation(translation: Translation) -> dict[str, Any]:
    return {
        "id": translation.id,
        "lang": translation.lang,
        "title": translation.title,
        "path": translation.path,
    }


def _dump(value: object) -> str:
    return json_text(json.dumps(value, ensure_ascii=False))
