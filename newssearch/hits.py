"""What a search found, as hits to show.

In: documents, scores, the members of their stories. Out: `Hit`, `StoredArticle`, `Story`,
`Translation`, `Copy`; used by `query` and `export`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newssearch.analysis.forms import Forms
from newssearch.analysis.scripts import CJK_RUN
from newssearch.article.language import without_language
from newssearch.article.model import Article, Kind, Paragraph
from newssearch.engine.base import Document, Member
from newssearch.highlights import highlighted
from newssearch.marks import Marker
from newssearch.places import Places
from newssearch.results import Copy, Hit, Snippet, Story, Translation
from newssearch.stories import repaired
from newssearch.syntax.nodes import Match


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One article of the index, whole, with what the index knows of it.

    `copies` are the other articles of its story that are not in `translations`, the one that was
    added first in front.
    """

    id: str
    root: str  # the archive root's name
    file: str  # opens from the working folder
    added: str  # YYYY-MM-DD: when the archive got it
    story: Story
    translations: tuple[Translation, ...]
    article: Article
    copies: tuple[Copy, ...] = ()


class HitMaker:
    """Makes the hits of one answer. `in_cjk`: the query has CJK characters in it."""

    def __init__(
        self,
        forms: Forms,
        places: Places,
        wanted: Sequence[Match],
        with_snippets: bool,
        in_cjk: bool,
    ) -> None:
        self.places, self.wanted = places, wanted
        self.with_snippets, self.in_cjk = with_snippets, in_cjk
        self._titles = Marker(wanted, "title", forms.analyzer, forms)
        self._bodies = Marker(wanted, "body", forms.analyzer, forms)

    def hit(self, document: Document, score: float, members: Sequence[Member]) -> Hit:
        """One document as a hit."""
        article = document.article
        return Hit(
            id=document.id,
            path=article.path,
            file=self.places.file(document.root, article.path),
            title=article.title,
            date=article.date.text if article.date else "",
            date_source=article.date.source.value if article.date else "",
            lang=article.lang,
            source=article.source,
            url=article.url,
            authors=article.authors,
            keywords=article.keywords,
            kind=article.kind.value,
            score=round(score, 6),
            story=story_of(members),
            translations=translations_of(document, members),
            snippets=self._snippets(article),
            title_highlights=highlighted(article.title, self.wanted, self._titles),
        )

    def _snippets(self, article: Article) -> tuple[Snippet, ...]:
        if not self.with_snippets:
            return ()
        from newssearch.snippets import passages  # a plain list of hits needs none of it

        return passages(_read_first(article, self.in_cjk), self.wanted, self._bodies)


def _read_first(article: Article, in_cjk: bool) -> Sequence[Paragraph]:
    """The paragraphs, of a bilingual article those in the query's script in front."""
    if len(article.languages) < 2:
        return article.body
    return sorted(
        article.body,
        key=lambda paragraph: (CJK_RUN.search(paragraph.text) is not None) != in_cjk,
    )


def story_of(members: Sequence[Member]) -> Story:
    """The story that these are, the one added first in front."""
    languages = {lang for member in members for lang in (member.languages or (member.lang,))}
    dates = sorted(member.date[:10] for member in members if member.date)
    first, last = (dates[0], dates[-1]) if dates else ("", "")
    return Story(members[0].id, len(members), tuple(sorted(languages - {""})), first, last)


def _links_to(targets: Sequence[str], path: str) -> bool:
    return path in targets or path in map(repaired, targets)


def translations_of(document: Document, members: Sequence[Member]) -> tuple[Translation, ...]:
    """One full article of the story for each other language: a linked one first, then one that the
    file's name tells, then one of the same folder."""
    article = document.article
    others = [
        member
        for member in members
        if member.lang and member.lang != article.lang and member.kind == Kind.ARTICLE
    ]
    if not others:
        return ()
    folder, name = article.path.rpartition("/")[0], without_language(article.path)

    def distance(member: Member) -> tuple[bool, bool, bool]:
        linked = _links_to(article.translation_links, member.path) or _links_to(
            member.translation_links, article.path
        )
        named = without_language(member.path) == name
        return not linked, not named, member.path.rpartition("/")[0] != folder

    found: dict[str, Translation] = {}
    for member in sorted(others, key=distance):
        translation = Translation(member.id, member.lang, member.title, member.path)
        found.setdefault(member.lang, translation)
    return tuple(found[lang] for lang in sorted(found))


def copies_of(
    document: Document, members: Sequence[Member], translations: Sequence[Translation]
) -> tuple[Copy, ...]:
    """The story's other documents, without the translations that are shown."""
    named = {document.id, *(translation.id for translation in translations)}
    return tuple(
        Copy(one.id, one.path, one.title, one.date, one.lang, str(one.kind), one.added)
        for one in members
        if one.id not in named
    )


def stored_article(document: Document, members: Sequence[Member], places: Places) -> StoredArticle:
    """A document as an article to show, `members` being its story's."""
    translations = translations_of(document, members)
    return StoredArticle(
        document.id,
        document.root,
        places.file(document.root, document.article.path),
        document.added,
        story_of(members),
        translations,
        document.article,
        copies_of(document, members, translations),
    )
