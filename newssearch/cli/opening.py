"""An article in the reader's browser: `newssearch show --open`.

In goes a `StoredArticle`; its original address is opened, or its file where it has none. Addresses
come from articles, which anyone can have written: only http and https are opened, and what is
handed over is one percent-encoded argument, never a command line.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from newssearch.errors import UsageError

if TYPE_CHECKING:
    from newssearch.hits import StoredArticle

#: What stands in an address as it is: the reserved and unreserved signs of RFC 3986, and `%`.
_PLAIN = "!#$%&'()*+,-./:;=?@[]_~"


def place_to_open(stored: StoredArticle) -> str:
    """The address to open; raises UsageError where there is none that may be opened."""
    from urllib.parse import quote, urlsplit

    url = stored.article.url
    if not url:
        return _file_address(stored.file)
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UsageError(f"{stored.id}: its address is none: {url}") from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{stored.id}: only http and https are opened, not {url}")
    return quote(url, safe=_PLAIN, errors="surrogateescape")


def open_place(address: str) -> None:
    """Hand an address to the browser; raises UsageError where there is none."""
    import webbrowser  # not click.launch, which on some systems goes through a shell

    if not webbrowser.open(address):
        raise UsageError(f"no browser could be started; set BROWSER, or open {address} yourself")


def _file_address(file: str) -> str:
    try:
        if not stat.S_ISREG(os.stat(file).st_mode):
            raise UsageError(f"{file}: is no longer a file; newssearch index updates")
    except FileNotFoundError as error:
        raise UsageError(f"{file}: is gone; newssearch index updates the index") from error
    return Path(file).absolute().as_uri()
