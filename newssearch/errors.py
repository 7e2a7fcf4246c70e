"""The one tree of errors that newssearch raises.

    NewsSearchError             a message of one line: what, where, what to do
    ├── UsageError              options or configuration that cannot be meant
    ├── ArticleError            a file that could not be read as an article (path, line)
    ├── QuerySyntaxError        a query that cannot be understood (start, end)
    ├── NotFound                an article id or path that the index does not hold
    └── EngineError             the index could not be read or written
        ├── IndexMissing        there is no index here
        ├── IndexLocked         another process is writing it
        └── IndexCorrupt        its files are damaged, or of a format this version cannot read

Foreign exceptions are translated into these where they enter (article/, engine/); the library
never prints and never exits.
"""

from __future__ import annotations


class NewsSearchError(Exception):
    """Base of every error that newssearch raises on purpose."""


class UsageError(NewsSearchError):
    """An option, argument or configuration value that cannot be meant."""


class ArticleError(NewsSearchError):
    """A file that could not be read as an article.

    `path` is relative to the archive root; `line` counts from 1, 0 where no line can be named.
    """

    def __init__(self, path: str, reason: str, line: int = 0) -> None:
        self.path, self.reason, self.line = path, reason, line
        super().__init__(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")


class QuerySyntaxError(NewsSearchError):
    """A query that cannot be understood; `start` and `end` are character offsets into it."""

    def __init__(self, message: str, start: int = 0, end: int = 0) -> None:
        self.start, self.end = start, end
        super().__init__(message)


class NotFound(NewsSearchError):
    """An article id or path that the index does not hold, or an id prefix of several articles."""


class EngineError(NewsSearchError):
    """The index could not be read or written."""


class IndexMissing(EngineError):
    """There is no index at the place that was named."""


class IndexLocked(EngineError):
    """Another process is writing the index."""


class IndexCorrupt(EngineError):
    """Files of the index are damaged, or of a format that this version cannot read."""
