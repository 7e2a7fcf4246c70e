"""An export as CSL-JSON, which pandoc, citeproc and reference managers read.

In go the articles and where they are from, out comes an array of items of type
`article-newspaper`. An array has no room for anything but items: where each is from is in its
`custom`, which no style prints.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from newssearch.export import ExportedArticle
from newssearch.render.citation import Name, Provenance, citation, one_line
from newssearch.render.safe import json_text


def render_csl(articles: Iterable[ExportedArticle], origin: Provenance) -> Iterator[str]:
    """An array with an item a line."""
    asked = asdict(origin)
    before = "[\n"
    for exported in articles:
        item = json.dumps(_item(exported, asked), ensure_ascii=False)
        yield before + json_text(item)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def _item(exported: ExportedArticle, asked: dict[str, Any]) -> dict[str, Any]:
    cited, hit = citation(exported), exported.hit
    fields: dict[str, Any] = {
        "id": cited.key,
        "type": "article-newspaper",
        "title": cited.title,
        "translated-title": cited.alternate_title,
        "author": list(map(_name, cited.authors)),
        "issued": {"date-parts": [list(cited.date)]} if cited.date else None,
        "container-title": cited.source,
        "URL": cited.url,
        "language": cited.lang,
        "keyword": ", ".join(cited.keywords),
        "abstract": cited.abstract,
        "custom": {"id": hit.id, "file": one_line(hit.file), "story": hit.story.id} | asked,
    }
    return {name: value for name, value in fields.items() if value}


def _name(name: Name) -> dict[str, str]:
    if name.family:
        return {"family": name.family, "given": name.given}
    return {"literal": name.literal}
