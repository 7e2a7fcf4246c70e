"""`newssearch completion`: the script that teaches a shell to complete our commands."""

from __future__ import annotations

import click

from newssearch.cli.session import global_options

_SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@global_options
def command(shell: str) -> int:
    """Print the completion script for a shell.

    \b
    newssearch completion bash > ~/.local/share/bash-completion/completions/newssearch
    newssearch completion zsh > ~/.zfunc/_newssearch
    newssearch completion fish > ~/.config/fish/completions/newssearch.fish
    """
    from click.shell_completion import get_completion_class

    from newssearch.cli.main import COMPLETION_VARIABLE, PROGRAM

    completion = get_completion_class(shell)
    if completion is None:  # click knows all three
        raise click.UsageError(f"no completion for {shell}")
    root = click.get_current_context().find_root()
    click.echo(completion(root.command, {}, PROGRAM, COMPLETION_VARIABLE).source())
    return 0
