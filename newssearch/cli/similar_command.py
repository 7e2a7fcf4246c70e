"""`newssearch similar`: articles like one article, and the words that they share."""

from __future__ import annotations

import click

from newssearch.cli.session import complain, current_session, error_line, global_options
from newssearch.cli.shared_options import at_most
from newssearch.errors import NotFound


@click.command("similar")
@click.argument("reference", metavar="ID")
@at_most
@click.option("--json", "as_json", is_flag=True, help="One JSON document (docs/json.md).")
@global_options
def command(reference: str, limit: int, as_json: bool) -> int:
    """List articles like one article, and the words that they share.

    ID is an id, its beginning, or a path. The article's own story is left out.

    \b
    newssearch similar 4f21b7
    newssearch similar news/2020/08/17/strike.md -n 3
    """
    from newssearch.cli.arguments import decoded
    from newssearch.cli.streams import Output
    from newssearch.query import open_index
    from newssearch.render.safe import visible
    from newssearch.render.similar import render_similar, render_similar_tsv

    session = current_session()
    output = Output.of(session)
    reference = decoded(reference)
    with open_index(session.index_folder()) as index:
        session.say_damage(index.passed_over)
        try:
            article = index.article(reference)
        except NotFound as error:
            complain(error_line(str(error)))
            return 1
        found = index.similar(article.id, limit)
        short = index.short_ids([one.hit.id for one in found]) if output.terminal else {}
    if as_json:
        from newssearch.render.json_form import render_similar_json

        output.write([render_similar_json(article.id, found)])
    elif output.terminal:
        output.write(render_similar(found, output.look(), short))
    else:
        output.write(render_similar_tsv(found))
    if not found:
        session.say(f"no article is like {visible(reference)}\n")
    return 0 if found else 1
