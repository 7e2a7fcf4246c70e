"""`newssearch stats`: what the index holds."""

from __future__ import annotations

import click

from newssearch.cli.session import current_session, global_options


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object (docs/json.md).")
@global_options
def command(as_json: bool) -> int:
    """Show what the index holds.

    Articles, stories, languages, sources, dates, sizes.

    \b
    newssearch stats
    newssearch stats --json
    """
    from newssearch.cli.streams import Output
    from newssearch.query import open_index

    session = current_session()
    output = Output.of(session)
    with open_index(session.index_folder()) as index:
        session.say_damage(index.passed_over)
        stats = index.stats()
    if as_json:
        from newssearch.render.json_form import render_stats_json

        output.write([render_stats_json(stats)])
    else:
        from newssearch.render.stats import render_stats

        output.write(render_stats(stats, output.look(wrapped=False)))
    return 0
