"""What a search found, as hits to show.

In: documents, scores, the members of their stories. Out: `Hit`, `Story`, `Translation`; used by
`query`.
"""

from __future__ import annotations

from collections.abc import Sequence

from newssearch.analysis.forms import Forms
from newssearch.analysis.scripts import CJK_RUN
from newssearch.article.model import Article, Kind, Paragraph
from newssearch.engine.base import Document, Member
from newssearch.highlights import highlighted
from newssearch.marks import Marker
from newssearch.places import Places
from newssearch.results import Hit, Snippet, Story, Translation
from newssearch.syntax.nodes import Match


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
    return Story(members[0].id, len(members), tuple(sorted(languages - {""})))


def translations_of(document: Document, members: Sequence[Member]) -> tuple[Translation, ...]:
    """One full article of the story for each other language: a linked one first."""
    article = document.article
    others = [
        member
        for member in members
        if member.lang and member.lang != article.lang and member.kind == Kind.ARTICLE
    ]
    if not others:
        return ()
    folder = article.path.rpartition("/")[0]

    def distance(member: Member) -> tuple[bool, bool]:
        ours, theirs = article.translation_links, member.translation_links
        linked = member.path in ours or article.path in theirs
        return not linked, member.path.rpartition("/")[0] != folder

    found: dict[str, Translation] = {}
    for member in sorted(others, key=distance):
        translation = Translation(member.id, member.lang, member.title, member.path)
        found.setdefault(member.lang, translation)
    return tuple(found[lang] for lang in sorted(found))
