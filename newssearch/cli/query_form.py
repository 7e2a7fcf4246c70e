"""Which form the hits of `newssearch query` take, and what that form needs.

In go the options that ask for a form (several together are a mistake) and whether standard
output is a terminal; out comes a `Form`. query_command.py uses it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from newssearch.errors import UsageError

FORMATS = ("text", "table", "tsv", "csv", "trec")
_WITH_SNIPPETS = ("text", "csv", "json", "jsonl")
_WITH_QUERY_FILE = ("jsonl", "trec")


class Form(NamedTuple):
    """`name` is one of FORMATS, or files, ids, count, json, jsonl, template."""

    name: str
    template: str = ""
    zero: bool = False  # end names of files with NUL
    snippets: bool = False  # the form shows them

    @property
    def for_people(self) -> bool:
        return self.name in ("text", "table")


def choose_form(given: dict[str, Any], terminal: bool) -> Form:
    """The form that the options ask for; unasked, text for a terminal and TSV for a program.

    `given` holds the values of the options count, files, null, ids, json, jsonl and format.
    """
    asked = [name for name in ("count", "ids", "json", "jsonl") if given[name]]
    if given["files"] or given["null"]:
        asked.append("files")
    template, wanted = "", given["format"]
    if wanted is not None:
        if wanted not in FORMATS:
            template = wanted
            _template_names(template)
        asked.append("template" if template else wanted)
    if len(asked) > 1:
        raise UsageError(f"only one form of output at a time: {' or '.join(map(_option, asked))}")
    name = asked[0] if asked else "text" if terminal else "tsv"
    snippets = name in _WITH_SNIPPETS
    if template:
        snippets = "snippet" in _template_names(template)
    return Form(name, template, given["null"], snippets and not given["no_snippet"])


def check_query_file_form(form: Form) -> None:
    if form.name not in _WITH_QUERY_FILE:
        raise UsageError("--query-file writes --jsonl or --format trec: ask for one of them")


def _template_names(template: str) -> frozenset[str]:
    if "{" not in template:
        known = ", ".join(FORMATS)
        raise UsageError(
            f"unknown format {template!r}; known are {known}, or a template such as "
            r"'{date}\t{title}'"
        )
    from newssearch.render.template import names_in

    return names_in(template)


def _option(name: str) -> str:
    return {"files": "-l/-0", "template": "--format TEMPLATE"}.get(
        name, f"--format {name}" if name in FORMATS else f"--{name}"
    )
