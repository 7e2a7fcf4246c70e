"""`newssearch suggest`: what the beginning of a query may become."""

from __future__ import annotations

import click

from newssearch.cli.session import current_session, global_options
from newssearch.cli.shared_options import at_most


@click.command("suggest")
@click.argument("words", nargs=-1, required=True, metavar="PREFIX...")
@at_most
@global_options
def command(words: tuple[str, ...], limit: int) -> int:
    """Complete the beginning of a query, one completion a line.

    First with words of the archive, then with titles.

    \b
    newssearch suggest luka
    newssearch suggest belarus pro
    """
    from newssearch.cli.arguments import decoded
    from newssearch.cli.streams import Output
    from newssearch.index_folder import IndexFolder
    from newssearch.render.completions import render_completions
    from newssearch.render.safe import visible
    from newssearch.suggest import suggest

    session = current_session()
    typed = decoded(" ".join(words))
    output = Output.of(session)
    home = IndexFolder.open(session.index_folder())
    snapshot = home.snapshot()
    session.say_damage(snapshot.passed_over)
    try:
        found = suggest(typed, home.analyzer, snapshot, limit)
    finally:
        snapshot.close()
    output.write(render_completions(found, output.look(wrapped=False) if output.terminal else None))
    if not found:
        session.say(f"nothing begins with {visible(typed)}\n")
    return 0 if found else 1
