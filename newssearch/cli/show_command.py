"""`newssearch show`: whole articles, as the index or as their files hold them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from newssearch.cli.session import complain, current_session, error_line, global_options
from newssearch.errors import NotFound, UsageError

if TYPE_CHECKING:
    from newssearch.cli.streams import Output
    from newssearch.query import NewsIndex, StoredArticle


@click.command("show")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--json", "as_json", is_flag=True, help="All fields as JSON, one article a line.")
@click.option("--raw", is_flag=True, help="The file itself, byte for byte.")
@click.option("--translation", is_flag=True, help="The article's translations in its place.")
@global_options
def command(ids: tuple[str, ...], as_json: bool, raw: bool, translation: bool) -> int:
    """Show whole articles.

    Their fields, then their text. ID is an id, its beginning, or a path.

    \b
    newssearch show 4f21b7
    newssearch show 4f21b7 --translation
    newssearch show news/2020/08/17/strike.md --json
    """
    from newssearch.cli.streams import Output
    from newssearch.query import open_index

    if as_json and raw:
        raise UsageError("only one form of output at a time: --json or --raw")
    session = current_session()
    output = Output.of(session)
    form = "json" if as_json else "raw" if raw else "text"
    missing = False
    with open_index(session.index_folder()) as index:
        first = True
        for reference in ids:
            try:
                for stored in _articles(index, reference, translation):
                    _write(stored, form, output, first)
                    first = False
            except NotFound as error:
                complain(error_line(str(error)))
                missing = True
    return 1 if missing else 0


def _articles(index: NewsIndex, reference: str, translation: bool) -> Iterator[StoredArticle]:
    """The article that is meant, or its translations."""
    stored = index.article(reference)
    if not translation:
        yield stored
        return
    if not stored.translations:
        raise NotFound(f"{reference} has no translation in this index")
    for found in stored.translations:
        yield index.article(found.id)


def _write(stored: StoredArticle, form: str, output: Output, first: bool) -> None:
    if form == "raw":
        output.write_bytes([_file_bytes(stored)])
    elif form == "json":
        from newssearch.render.json_form import render_article_json

        output.write([render_article_json(stored)])
    else:
        from newssearch.render.article import render_article

        if not first:
            output.write(["\n\n"])
        output.write(render_article(stored, output.look(wrapped=False)))


def _file_bytes(stored: StoredArticle) -> bytes:
    """The whole file; one that has become a pipe or a device since is not waited for."""
    try:
        if not stat.S_ISREG(os.stat(stored.file).st_mode):
            raise UsageError(f"{stored.file}: is no longer a file; newssearch index updates")
        with open(stored.file, "rb") as stream:
            return stream.read()
    except FileNotFoundError as error:
        raise UsageError(f"{stored.file}: is gone; newssearch index updates the index") from error
