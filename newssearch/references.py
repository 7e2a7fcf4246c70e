"""What people name an article by: its id, the beginning of it, a path.

In: a reference as typed. Out: the document that is meant; and the shortest id to show. Used by
`query`.
"""

from __future__ import annotations

from newssearch.answers import Answers
from newssearch.engine.base import Document, Snapshot
from newssearch.errors import NotFound
from newssearch.places import Places
from newssearch.syntax.nodes import Filter

#: Characters that a shown id has at least, so that new articles seldom make it ambiguous.
SHORTEST_ID = 5


class References:
    """Looks up what is named."""

    def __init__(self, snapshot: Snapshot, places: Places, answers: Answers) -> None:
        self._snapshot, self._places, self._answers = snapshot, places, answers

    def document(self, reference: str) -> Document:
        """The document with this id, unique id prefix, or path; raises NotFound."""
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
        return self._snapshot.documents(ids)[0]

    def short_id(self, whole: str) -> str:
        """An id's shortest beginning, of SHORTEST_ID characters or more, that no other has."""
        for length in range(SHORTEST_ID, len(whole)):
            if len(self._snapshot.find(whole[:length], limit=2)) < 2:
                return whole[:length]
        return whole

    def _entries(self, reference: str) -> int:
        """How many articles the digest in a file holds, named by its path in the archive or not."""
        for path in filter(None, (reference, self._places.archive_path(reference))):
            found = self._answers.count(Filter("path", path))
            if found and self._snapshot.find(f"{path}#1"):
                return found
        return 0

    def _find_file(self, path: str) -> list[str]:
        """Ids of the article in a file that is named from the working folder."""
        place = self._places.archive_path(path)
        return self._snapshot.find(place) if place else []
