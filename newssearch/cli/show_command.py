"""`newssearch show`: whole articles, as the index or as their files hold them, or what differs
between two of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from newssearch.cli.session import complain, current_session, error_line, global_options
from newssearch.errors import NotFound, UsageError

if TYPE_CHECKING:
    from newssearch.cli.streams import Output
    from newssearch.hits import StoredArticle
    from newssearch.query import NewsIndex

#: What `--diff` takes in place of an id: each other version of the story in the same language.
STORY = "story"
_MOST_OPENED = 5


@click.command("show")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--json", "as_json", is_flag=True, help="All fields as JSON, one article a line.")
@click.option("--raw", is_flag=True, help="The file itself, byte for byte.")
@click.option("--translation", is_flag=True, help="The article's translations in its place.")
@click.option("--open", "opens", is_flag=True, help="Open the original address in a browser.")
@click.option(
    "--diff",
    "other",
    metavar="OTHER",
    help="What differs from another article; 'story': from each other version of it.",
)
@global_options
def command(ids: tuple[str, ...], **given: Any) -> int:
    """Show whole articles.

    Their fields, then their text. ID is an id, its beginning, or a path.

    \b
    newssearch show 4f21b7
    newssearch show 4f21b7 --translation
    newssearch show news/2020/08/17/strike.md --json
    newssearch show 4f21b7 --diff 9c01d2
    newssearch show 4f21b7 --open
    """
    from newssearch.cli.streams import Output
    from newssearch.query import open_index

    form = _form(ids, given)
    session = current_session()
    output = Output.of(session)
    missing = False
    with open_index(session.index_folder()) as index:
        session.say_damage(index.passed_over)
        first = True
        for reference in ids:
            try:
                if given["other"] is not None:
                    _write_differences(index, reference, given["other"], output, form)
                    continue
                for stored in _articles(index, reference, given["translation"]):
                    _write(stored, form, output, first)
                    first = False
            except NotFound as error:
                complain(error_line(str(error)))
                missing = True
    return 1 if missing else 0


def _form(ids: tuple[str, ...], given: dict[str, Any]) -> str:
    """`text`, `json`, `raw` or `open`; raises UsageError for what does not go together."""
    flags = {"json": given["as_json"], "raw": given["raw"], "open": given["opens"]}
    forms = [name for name, wanted in flags.items() if wanted]
    if len(forms) > 1:
        raise UsageError("only one of --json, --raw and --open at a time")
    form = forms[0] if forms else "text"
    if given["other"] is not None:
        if form in ("raw", "open") or given["translation"]:
            raise UsageError(
                "--diff compares two articles as they are: it goes with --json alone; "
                "a translation is named by its id"
            )
        if len(ids) > 1:
            raise UsageError("--diff compares two articles: one ID, and OTHER behind --diff")
    if form == "open" and len(ids) > _MOST_OPENED:
        raise UsageError(f"--open opens at most {_MOST_OPENED} articles at a time")
    return form


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
    elif form == "open":
        from newssearch.cli.opening import open_place, place_to_open

        address = place_to_open(stored)
        output.write([address + "\n"])
        open_place(address)
    else:
        from newssearch.render.article import render_article

        if not first:
            output.write(["\n\n"])
        output.write(render_article(stored, output.look(wrapped=False)))


def _write_differences(
    index: NewsIndex, reference: str, other: str, output: Output, form: str
) -> None:
    """What has to be changed in an article to make it another one, or each other version of it."""
    from newssearch.differences import differences
    from newssearch.render.differences import render_difference
    from newssearch.render.json_form import render_difference_json

    old = index.article(reference)
    others = _versions(old) if other == STORY else [other]
    for number, one in enumerate(others):
        new = index.article(one)
        if old.article.lang != new.article.lang:
            complain(error_line(f"{old.id} and {new.id} are not in the same language"))
        difference = differences(old.article, new.article)
        if form == "json":
            output.write([render_difference_json(old, new, difference)])
            continue
        output.write(["\n\n"] if number else [])
        output.write(render_difference(old, new, difference, output.look(wrapped=False)))


def _versions(stored: StoredArticle) -> list[str]:
    """The ids of the story's other full articles in the article's language, as they were added."""
    found = [
        copy.id
        for copy in stored.copies
        if copy.kind == stored.article.kind and copy.lang == stored.article.lang
    ]
    if not found:
        raise NotFound(f"{stored.id}: its story has no other version in this language")
    return found


def _file_bytes(stored: StoredArticle) -> bytes:
    """The whole file; one that has become a pipe or a device since is not waited for."""
    try:
        if not stat.S_ISREG(os.stat(stored.file).st_mode):
            raise UsageError(f"{stored.file}: is no longer a file; newssearch index updates")
        with open(stored.file, "rb") as stream:
            return stream.read()
    except FileNotFoundError as error:
        raise UsageError(f"{stored.file}: is gone; newssearch index updates the index") from error
