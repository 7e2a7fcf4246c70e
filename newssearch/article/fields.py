"""Which header field means what: the names that generators and crawlers use for ours.

In: the fields of front matter. Out: the same under our names, the unknown ones apart.
`assemble` uses it.
"""

from __future__ import annotations

from newssearch.article.frontmatter import Value
from newssearch.article.invisible import without_invisible

#: Ours -> theirs, the one that is trusted most first.
_NAMES = {
    "title": "title subject headline name display_name",
    "alternate_title": "subtitle alternate_title alt_title original_title",
    "keywords": "keywords keyword news_keywords 关键词",
    "authors": "authors author by byline writers writer creator contributors 作者",
    "tags": "tags tag topics topic categories category taxonomies.tags taxonomies.categories",
    "date": "date published publish_date publishdate pubdate pub_date published_at published_date"
    " date_published datepublished published_time article:published_time publication_date posted"
    " post_date datetime issued created created_at created_date 发表日期 日期",
    "url": "url original original_url source_url canonical canonical_url link original_article"
    " via external_url permalink original_link",
    "address": "path permalink url slug link",  # of our own site: may hold a date
    "source": "source publisher site site_name publication outlet 来源",
    "lang": "lang language locale 语言",
    "image": "image featured_image cover_image thumbnail cover og_image og:image banner hero",
    "summary": "summary excerpt description abstract deck",
    "translations": "translation translations",
}
NAMES = {ours: tuple(theirs.split()) for ours, theirs in _NAMES.items()}
_KNOWN = frozenset(name for names in NAMES.values() for name in names)
#: Read for what they may hold, and shown all the same.
_ALSO_EXTRA = frozenset(("slug", "path", *NAMES["summary"]))
#: Of an image, an author or a site that is written as a mapping: the part that names it.
_INNER = ("name", "title", "display_name", "displayname", "url", "src", "path", "image", "id")


class Fields:
    """Front matter under normalised names: `Publish Date` and `publish-date` are `publish_date`."""

    __slots__ = ("names", "values")

    def __init__(self, fields: dict[str, Value]) -> None:
        self.values: dict[str, Value] = {}
        self.names: dict[str, str] = {}
        self._add(fields, "")

    def _add(self, fields: dict[str, Value], prefix: str) -> None:
        for written, value in fields.items():
            name = without_invisible(written)
            key = prefix + name.strip().lower().replace(" ", "_").replace("-", "_")
            if isinstance(value, dict) and key not in _KNOWN:
                self._add(value, key + ".")
            else:
                self.values[key] = _visible(value)
                self.names[key] = (prefix + name).strip()

    def text(self, ours: str) -> str:
        """The first of the field's names that says something, as text."""
        for name in NAMES[ours]:
            found = texts_of(self.values.get(name, ""))
            if found:
                return ", ".join(found)
        return ""

    def all(self, ours: str) -> list[tuple[str, str]]:
        """(name as written, text) of every one of the field's names that says something."""
        found = ((name, ", ".join(texts_of(self.values.get(name, "")))) for name in NAMES[ours])
        return [(self.names[name], text) for name, text in found if text]

    def value(self, ours: str) -> Value:
        """The value of the first of the field's names that says something."""
        for name in NAMES[ours]:
            if texts_of(self.values.get(name, "")):
                return self.values[name]
        return ""

    def extra(self) -> tuple[tuple[str, str], ...]:
        """The unknown fields, as written, in their order."""
        return tuple(
            (self.names[key], ", ".join(texts_of(value)))
            for key, value in self.values.items()
            if key not in _KNOWN or key in _ALSO_EXTRA
        )


def _visible(value: Value) -> Value:
    """The value without the invisible characters that a loader made of escapes."""
    if isinstance(value, str):
        return without_invisible(value)
    if isinstance(value, list):
        return [_visible(item) for item in value]
    return {without_invisible(name): _visible(item) for name, item in value.items()}


def texts_of(value: Value) -> list[str]:
    """The texts in a value: a list's items; of a mapping the part that names it."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    lowered = {key.lower(): item for key, item in value.items()}
    for name in _INNER:
        if name in lowered:
            return texts_of(lowered[name])
    return [text for item in value.values() for text in texts_of(item)]
