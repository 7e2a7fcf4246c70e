"""YAML whose scalars stay text, as a handler of python-frontmatter.

In: the YAML between two fences. Out: the fields of its mapping as text, lists and mappings.
`frontmatter` calls `load`, only for files that have YAML: the import alone takes some 25 ms.

The mapping is built from the parser's events, not by a loader: so `0123`, `no` and `12:30:45`
stay what they are, no tag can construct anything, and depth and aliases are seen as they come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

from newssearch.article.frontmatter import MAX_DEPTH, Refused, Value
from newssearch.article.model import ParseWarning

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: The tags that YAML itself defines; `!!python/object/apply:…` only borrows their prefix.
_TAGS = frozenset(
    "tag:yaml.org,2002:" + name
    for name in (
        "binary", "bool", "float", "int", "map", "merge", "null", "omap", "pairs", "seq", "set",
        "str", "timestamp", "value", "yaml",
    )
)  # fmt: skip
#: Ends of lines to YAML, though not to who wrote the file, nor to who counts its lines.
_MORE_BREAKS = ("\x85", "\u2028", "\u2029")
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class _TextHandler(YAMLHandler):
    """Loads the first mapping of a YAML stream, every scalar as the text that stands there."""

    def __init__(self, first_line: int) -> None:
        super().__init__()
        # python-frontmatter hands over the text from the line break after the fence on
        self.before = first_line - 1
        self.warnings: list[ParseWarning] = []

    def load(self, fm: str, **kwargs: object) -> Any:
        events = yaml.parse(fm, Loader=_Loader)
        try:
            for event in events:
                if isinstance(event, yaml.MappingStartEvent):
                    self._check_tag(event)
                    fields = self._mapping(events, 1)
                    self._check_end(events)
                    return fields
                if isinstance(event, yaml.ScalarEvent | yaml.SequenceStartEvent):
                    raise Refused("front matter is no mapping", self._line(event))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
            raise Refused(f"no YAML: {problem}", self.before + mark.line if mark else 0) from None
        return {}

    def _check_end(self, events: Iterator[Any]) -> None:
        """Refuse what has text behind its mapping, which would be lost."""
        for event in events:
            if not isinstance(event, yaml.DocumentEndEvent | yaml.StreamEndEvent):
                raise Refused("no YAML: there is more behind the mapping", self._line(event))

    def _line(self, event: Any) -> int:
        return self.before + int(event.start_mark.line)

    def _check_tag(self, event: Any) -> None:
        """Warn of a tag that YAML does not define; its value is read as if it were not there."""
        if event.tag and event.tag != "!" and event.tag not in _TAGS:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")[:60]
            self.warnings.append(ParseWarning(self._line(event), f"unknown tag {tag} ignored"))

    def _mapping(self, events: Iterator[Any], depth: int) -> dict[str, Value]:
        fields: dict[str, Value] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            name = self._value(event, events, depth)
            key = name if isinstance(name, str) else str(name)
            value = self._value(next(events), events, depth)
            if fields.setdefault(key, value) != value:
                other = f"{key[:60]!r} stands here again, with another value: this one is read"
                self.warnings.append(ParseWarning(self._line(event), other))
            fields[key] = value
        return fields

    def _value(self, event: Any, events: Iterator[Any], depth: int) -> Value:
        if isinstance(event, yaml.AliasEvent):
            raise Refused("YAML aliases are not read", self._line(event))
        self._check_tag(event)
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style is None or event.style == ""
            return "" if plain and event.value in _NULLS else str(event.value)
        if depth >= MAX_DEPTH:
            raise Refused(f"nested deeper than {MAX_DEPTH} levels", self._line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, depth + 1)
        values: list[Value] = []
        for item in events:
            if isinstance(item, yaml.SequenceEndEvent):
                break
            values.append(self._value(item, events, depth + 1))
        return values


def load(block: str, first_line: int) -> tuple[dict[str, Value], list[ParseWarning]]:
    """The fields of the block, whose first line is the file's `first_line`; raises Refused."""
    for character in _MORE_BREAKS:
        block = block.replace(character, " ")
    handler = _TextHandler(first_line)
    fields, _ = frontmatter.parse(f"---\n{block}\n---\n", handler=handler)
    return cast(dict[str, Value], fields), handler.warnings
