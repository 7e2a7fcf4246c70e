"""Lines in a form that the reader of the results writes: `'{date}\\t{title}'`.

In goes a template, out comes a function from a hit to a line; `newssearch query --format` uses
it. Only names of fields are understood within braces: no attributes, indexes or format specs, so
that a template can reach nothing but the hit's own text. `{{` and `}}` are braces; `\\t`, `\\n`,
`\\0` and `\\\\` are what they are in C.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from newssearch.errors import UsageError
from newssearch.render.rows import hit_fields
from newssearch.render.safe import visible
from newssearch.results import Hit, Results, Story

_PART = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|\\(?P<escape>[tn0\\])|(?P<brace>[{}])")
_ESCAPES = {"t": "\t", "n": "\n", "0": "\0", "\\": "\\"}
_NO_HIT = Hit("", "", "", "", "", "", "", "", "", (), (), "", 0.0, Story("", 1, ()))


def field_names() -> tuple[str, ...]:
    """The names that a template may hold."""
    return tuple(hit_fields(_NO_HIT, 1))


def names_in(template: str) -> frozenset[str]:
    """The fields that a template names; raises UsageError for one that there is not."""
    names = set()
    for match in _PART.finditer(template):
        if match["brace"]:
            raise UsageError(
                f"unbalanced {match['brace']!r} at {match.start() + 1} of the template; "
                "write {{ or }} for a brace"
            )
        if match["name"] is not None:
            names.add(match["name"])
    unknown = sorted(names - set(field_names()))
    if unknown:
        raise UsageError(
            f"unknown field {{{unknown[0]}}} in the template; known are {', '.join(field_names())}"
        )
    return frozenset(names)


def render_template(results: Results, template: str, first_rank: int = 1) -> Iterator[str]:
    """One line a hit; values are escaped, the template's own text is not."""
    names_in(template)
    for rank, hit in enumerate(results.hits, first_rank):
        fields = hit_fields(hit, rank)
        yield _PART.sub(partial(_value, fields=fields), template) + "\n"


def _value(match: re.Match[str], fields: dict[str, str]) -> str:
    if match["name"] is not None:
        return visible(fields[match["name"]])
    if match["escape"]:
        return _ESCAPES[match["escape"]]
    return match[0][0]
