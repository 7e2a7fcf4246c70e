"""Which of a query's arguments are options and which are words to search for.

In go the arguments after `newssearch query`, out comes the same list put in order for click: the
options, `--`, the words. `newssearch query` uses it before click parses, because click would take
the second word of `belarus -lukashenko` for an option.
"""

from __future__ import annotations

import os
from collections.abc import Sequence, Set
from typing import NamedTuple

from newssearch.errors import UsageError


class OptionNames(NamedTuple):
    """The options that a command has: those that stand alone, and those that take a value."""

    flags: Set[str]
    valued: Set[str]

    def takes_next(self, argument: str) -> bool:
        """Whether the argument after this one is its value. Knows `-qn 5`, but not `-n5`."""
        if argument in self.valued:
            return True
        if argument.startswith("--") or "=" in argument:
            return False
        for position, letter in enumerate(argument[1:], 1):
            if f"-{letter}" in self.valued:
                return position == len(argument) - 1
        return False

    def is_cluster(self, argument: str) -> bool:
        """Whether this is one option or several in one word, as `-l`, `-l0`, `-n5` or `-nall`.

        `-nato` is a word: what short options take are numbers and `all`.
        """
        for position, letter in enumerate(argument[1:], 2):
            if f"-{letter}" in self.valued:
                value = argument[position:]
                return value == "all" or not value.isalpha()
            if f"-{letter}" not in self.flags:
                return False
        return True

    def is_exactly(self, argument: str) -> bool:
        """Whether this is an option as it stands in `--help`, or that with `=value`."""
        if argument in self.flags or argument in self.valued:
            return True
        name, equals, _ = argument.partition("=")
        return bool(equals) and name.startswith("--") and name in self.valued


def options_before_words(arguments: Sequence[str], names: OptionNames) -> list[str]:
    """Put the options first, then `--`, then the words of the query.

    Before the first word, whatever begins with a dash is an option. After it, only what is
    exactly an option is one; other words with one dash are text (`-minsk`, `-n5`), and with two
    dashes are left to click, which knows the nearest name: no query begins so. After `--`, all
    is text. Raises UsageError for an option whose value is missing, and for a first word with a
    dash that is no option.
    """
    options: list[str] = []
    words: list[str] = []
    waiting = list(reversed(arguments))
    while waiting:
        argument = waiting.pop()
        if argument == "--":
            words += reversed(waiting)
            break
        if not _is_option(argument, names, after_words=bool(words)):
            words.append(argument)
            continue
        if not argument.startswith("--") and not names.is_cluster(argument):
            raise UsageError(
                f"there is no option {decoded(argument)!r}; for articles without the word, type "
                f"another word before it, or --: newssearch query -- {argument}"
            )
        options.append(argument)
        if names.takes_next(argument):
            if not waiting:
                raise UsageError(f"option {argument} needs a value")
            options.append(waiting.pop())
    return [*options, "--", *words]


def decoded(argument: str) -> str:
    """An argument as it was typed: UTF-8, also where the locale knows ASCII alone.

    There Python hands over each other byte as a lone surrogate, which no article holds. Not for
    names of files: those open as they were handed over.
    """
    if argument.isascii():
        return argument
    try:
        return os.fsencode(argument).decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # not from the process's arguments: nothing to undo
        return argument


def _is_option(argument: str, names: OptionNames, after_words: bool) -> bool:
    if not argument.startswith("-") or argument == "-":
        return False
    return not after_words or argument.startswith("--") or names.is_exactly(argument)
