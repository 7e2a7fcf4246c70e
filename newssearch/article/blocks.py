"""The lines of a Markdown body, cut into blocks.

In: lines. Out: `Block`s (a paragraph, a heading, a list's item, a table's row, the code between
two fences) without the marks that made them blocks, and the names of the link definitions.
Only `plaintext` uses it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newssearch.article.inline import BLOCK_ELEMENTS, definition_key


@dataclass(slots=True)
class Block:
    """Consecutive lines that belong together; `line` counts from 0 in the body."""

    line: int
    lines: list[str]
    literal: bool = False  # code: no mark in it means anything
    item: bool = False  # of a list: the next number begins the next item


_FENCE = re.compile(r"(`{3,}|~{3,})([^`]*)$")
#: Quote marks, list marks and task boxes, in any nesting.
_PREFIX = re.compile(r"(?:>[ \t]?|[-*+][ \t]+|\d{1,9}[.)][ \t]+(?=\S)|\[[ xX]\][ \t]+|[ \t]++)+")
_ITEM = re.compile(r"[-*+](?:[ \t]|$)|\d{1,9}[.)][ \t]")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_HEADING_END = re.compile(r"(?:[ \t]\#+)?[ \t]*$")
#: `{#ferry}`, `{: .wide }`; the id also before what is glued to it.
_HEADING_ID = re.compile(r"[ \t]*(?:\{#[\w:.-]+\}|\{[:#][^{}]*\}(?=[ \t#]*$))")
#: A shortcode in front of a block's mark: `{{< note >}}## Ferry`.
_SHORTCODES = re.compile(r"(?:(?:\{\{[^{}]*+\}\}|\{%[^{}%]*+%\})[ \t]*+)++(?=[#>|*+`~\d[-])")
_RULE = frozenset("-*_= \t")
#: With a title, which may go on in the next line; `[Ada]: "We stay." She left.` is text.
_DEFINITION = re.compile(
    r"\[([^\[\]]{1,999})\]:(?:[ \t]*\S+(?:[ \t]+"
    r"(?:\".*\"|\"[^\"]*|'.*'|'[^']*|\(.*\)|\([^()]*))?)?[ \t]*$"
)
_FOOTNOTE = re.compile(r"\[\^[^\[\]]{1,999}\]:[ \t]*")
_TABLE_RULE = frozenset("|-: \t")
_TAG_LINE = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")


#: What may make a line other than one of a paragraph, where no mark of `inline` and no bar is;
#: and what it begins with.
_LINE_MARK = re.compile(r"[>+#-]|:::|[0-9]{1,9}[.)]")
_MARK_FIRST = frozenset(">+#-:0123456789")


def cut_paragraphs(lines: Sequence[str]) -> list[tuple[int, list[str]]] | None:
    """The blocks of a body that `plaintext` finds plain, as `cut_blocks` would find them: line
    from 0, and lines. None unless its lines are all lines of paragraphs."""
    blocks: list[tuple[int, list[str]]] = []
    inside = False
    for number, line in enumerate(lines):
        text = line.strip()
        if not text:
            inside = False
            continue
        if text[0] in _MARK_FIRST and _LINE_MARK.match(text):
            return None
        if inside:
            blocks[-1][1].append(text)
        else:
            blocks.append((number, [text]))
            inside = True
    return blocks


def cut_blocks(lines: Sequence[str]) -> tuple[list[Block], frozenset[str]]:
    """The blocks in their order, and the link definitions' names in lower case."""
    cutter = _Cutter()
    for number, line in enumerate(lines):
        if line or cutter.fence:
            cutter.feed(number, line)
        else:  # every second line of an article
            cutter.open, cutter.table = None, False
    return cutter.blocks, frozenset(cutter.definitions)


def without_heading_id(text: str) -> str:
    """A heading without the id and the attributes that follow it in braces."""
    return _HEADING_ID.sub("", text) if "{" in text else text


class _Cutter:
    """The state between two lines: the block that is open, if any, and whether it is code."""

    __slots__ = ("blocks", "definitions", "fence", "item", "open", "quoted", "table")

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.definitions: set[str] = set()
        self.open: Block | None = None
        self.fence = ""
        self.quoted = False  # the open fence is in a quote, and ends with it
        self.table = False
        self.item = False  # the line that is being fed opens a list's item

    def feed(self, number: int, line: str) -> None:
        stripped = line.strip()
        if self.fence and self._feed_fenced(number, line, stripped):
            return
        if not stripped:
            self.open = None
            self.table = False
        elif stripped[0].isalpha() and "|" not in stripped:  # nearly every line of an article
            self._append(number, stripped if line[-1:] != "\\" else stripped[:-1])
        else:
            shortcodes = _SHORTCODES.match(stripped) if stripped[0] == "{" else None
            self._feed_marked(number, stripped[shortcodes.end() :] if shortcodes else stripped)

    def _feed_fenced(self, number: int, line: str, stripped: str) -> bool:
        """Take a line below an open fence; False where a quote ended, and the fence with it."""
        if self.quoted and stripped[:1] != ">":
            self.fence, self.open = "", None
            return False
        if self.quoted:
            line = line.lstrip("> \t")
            stripped = line.strip()
        self._feed_code(number, line, stripped)
        return True

    def _feed_code(self, number: int, line: str, stripped: str) -> None:
        if stripped.startswith(self.fence) and not stripped.strip(self.fence[0]):
            self.fence, self.open = "", None
        elif not stripped:
            self.open = None
        else:
            self._append(number, line, literal=True)

    def _feed_marked(self, number: int, text: str) -> None:
        quoted = text[0] == ">"
        if text[0] in ">-*+0123456789[":
            text = self._strip_prefix(text)
        if not text:
            return
        first = text[0]
        if first in "`~" and (fence := _FENCE.match(text)):
            self.fence, self.quoted, self.open = fence.group(1), quoted, None
        elif first == "#" and (heading := _HEADING.match(text)):
            self._feed_heading(number, text[heading.end() :])
        elif first in "-=*_" and len(text) > 1 and self._is_rule(text):
            if first in "-=" and self.open is not None and len(self.open.lines) == 1:
                self.open.lines[0] = without_heading_id(self.open.lines[0])  # a setext heading
            self.open = None
        elif first == "[" and self._is_definition(number, text):
            pass
        elif "|" in text and self._feed_table(number, text):
            pass
        elif first == ":" and text.startswith(":::"):
            self.open = None
        elif first == "{" and text.startswith(("{:", "{.")) and text.endswith("}"):
            self.open = None
        else:
            tag = _TAG_LINE.match(text) if first == "<" else None
            if tag is not None and tag.group(1).lower() in BLOCK_ELEMENTS:
                self.open = None
            self._append(number, text[:-1] if text.endswith("\\") else text)

    def _strip_prefix(self, text: str) -> str:
        """The line without quote and list marks; an item begins a block of its own."""
        if len(text) > 2 and self._is_rule(text) and text[0] != ">":
            return text
        inside = self.open is not None and not self.open.item
        if inside and text[0].isdigit() and text[:2] not in ("1.", "1)"):
            return text  # a sentence that was broken before `3)`: only a 1 begins a list here
        prefix = _PREFIX.match(text)
        if prefix is None:
            return "" if text in ("-", "*", "+", ">") else text
        marks = prefix.group()
        if _ITEM.search(marks):
            self.open, self.item = None, True
        rest = text[prefix.end() :]
        if not rest:
            self.open = None
        return rest

    def _feed_heading(self, number: int, text: str) -> None:
        at = max(len(text) - 2000, 0)  # an id stands at the end
        text = (text[:at] + without_heading_id(text[at:])).rstrip()
        bare = text.rstrip("#")
        text = bare if not bare or bare[-1] in " \t" else text
        self.open = None
        if text.strip():
            self._append(number, text.strip())
            self.open = None

    @staticmethod
    def _is_rule(text: str) -> bool:
        """A thematic break or a setext underline: one mark, repeated, with or without spaces."""
        if text[-1] not in _RULE or text[0] not in _RULE:
            return False
        marks = set(text) - {" ", "\t"}
        return len(marks) == 1 and (len(text) > 2 or marks <= {"-", "="})

    def _is_definition(self, number: int, text: str) -> bool:
        """Take a link definition out; a footnote's text is kept as a paragraph."""
        footnote = _FOOTNOTE.match(text)
        if footnote is not None:
            self.open = None
            if footnote.end() < len(text):
                self._append(number, text[footnote.end() :])
            return True
        definition = _DEFINITION.match(text)
        if definition is None:
            return False
        self.definitions.add(definition_key(definition.group(1)))
        return True

    def _feed_table(self, number: int, text: str) -> bool:
        """Take a table's row, each a block of its own, cells parted by a space."""
        if "-" in text and not set(text) - _TABLE_RULE:
            self.table = True
            if self.open is not None and len(self.open.lines) == 1:
                self.open.lines[0] = _cells(self.open.lines[0])
            self.open = None
            return True
        if not self.table and not text.startswith("|"):
            return False
        self.open = None
        self._append(number, _cells(text))
        self.open = None
        return True

    def _append(self, number: int, text: str, literal: bool = False) -> None:
        if self.open is None:
            self.open = Block(number, [text], literal, self.item)
            self.blocks.append(self.open)
        else:
            self.open.lines.append(text)
        self.item = False


def _cells(row: str) -> str:
    """A row without its bars; escaped ones stay for `inline`."""
    return row.replace("\\|", "\ufdd0").replace("|", " ").replace("\ufdd0", "\\|")
