"""A query tree drawn for a person: what was understood.

In: a tree as parsed, perhaps a way to count what a leaf of it finds. Out: lines of text, a level of
the tree for each indentation; used by `query --explain`.

    all of
      belarus                   at 1-7      1,204 articles
      near, at most 4 words between, any order
        "mass rally"            at 9-20     31 articles
        strike                  at 25-30    406 articles
      not
        lang:en                 at 33-39    5,120 articles
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from newssearch.syntax.nodes import (
    LEAD_WORDS,
    And,
    AtLeast,
    Everything,
    Filter,
    Form,
    Lead,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Unit,
    Word,
    below,
)

#: How many articles a leaf finds; None where that is not known.
Count = Callable[[Node], int | None]

_INDENT = "  "
#: Columns of what stands beside the leaves, where these are not wider.
_WIDTH, _PLACE = 28, 12

_MARKS = {
    Form.STEM: "{}",
    Form.EXACT: "={}",
    Form.PREFIX: "{}*",
    Form.PATTERN: "{}",
    Form.FUZZY: "{}~",
}


def drawn(tree: Node | None, count: Count | None = None) -> str:
    """The tree as text, each line ended; places are counted from 1, both ends in them."""
    if tree is None:
        return "nothing to search for\n"
    return "".join(f"{line.rstrip()}\n" for line in _lines(tree, "", count))


def _lines(node: Node, indent: str, count: Count | None) -> Iterator[str]:
    if isinstance(node, Word | Phrase | Filter | Everything):
        yield indent + _leaf(node, _WIDTH - len(indent), count)
        return
    yield indent + _title(node)
    for child in below(node):
        yield from _lines(child, indent + _INDENT, count)


def _leaf(node: Word | Phrase | Filter | Everything, width: int, count: Count | None) -> str:
    start, end = (0, 0) if isinstance(node, Everything) else (node.start, node.end)
    place = f"at {start + 1}-{end}" if end else ""
    found = None if count is None else count(node)
    counted = "" if found is None else f"{found:,} article{'' if found == 1 else 's'}"
    return f"{leaf_text(node):{max(width, 1)}} {place:{_PLACE}}{counted}"


def leaf_text(node: Word | Phrase | Filter | Everything) -> str:
    """A leaf as it could be typed."""
    match node:
        case Word(text, form, field):
            edits = str(node.edits) if node.edits else ""
            return _in(field, _MARKS[form].format(text) + edits + _boost(node.boost))
        case Phrase(words, field):
            spelt = " ".join(leaf_text(word).removeprefix(f"{word.field}:") for word in words)
            slop = f"~{node.slop}" if node.slop else ""
            return _in(field, f'"{spelt}"{slop}{_boost(node.boost)}')
        case Filter():
            return _in(node.field, _condition(node))
        case _:
            return "every article"


def _in(field: str, text: str) -> str:
    return f"{field}:{text}" if field else text


def _boost(boost: float) -> str:
    return "" if boost == 1 else f"^{boost:g}"


def _condition(condition: Filter) -> str:
    low, high = condition.low, condition.high
    if low is not None or high is not None:
        read = _date if condition.field in ("date", "added") else str
        ends = ("" if end is None else read(end) for end in (low, high))
        return "..".join(ends)
    if condition.present:
        return "*"
    return condition.text + ("*" if condition.prefix else "")


def _date(key: int) -> str:
    """The day of a date key; the month or year, where the key is of the time before its days."""
    digits = f"{key:014}"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}".removesuffix("-00").removesuffix("-00")


def _title(node: Node) -> str:
    match node:
        case And():
            return "all of"
        case Or():
            return "any of"
        case Not():
            return "not"
        case Near(_, slack, unit, ordered):
            order = "in this order" if ordered else "in any order"
            if unit is not Unit.WORDS:
                return f"in the same {unit}, {order}"
            return f"near, at most {slack} word{'' if slack == 1 else 's'} between, {order}"
        case AtLeast(count):
            return f"at least {count} times"
        case Lead():
            return f"in the title or the first {LEAD_WORDS} words"
        case _:
            raise AssertionError(node)
