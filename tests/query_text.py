"""Query trees as text: for tests that compare trees, and for queries that are made at random."""

from __future__ import annotations

from newssearch.syntax.drawing import leaf_text
from newssearch.syntax.nodes import (
    And,
    AtLeast,
    Everything,
    Filter,
    Lead,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Unit,
    Word,
)


def spell(node: Node | None) -> str:
    """A tree as short text, made to be read in a test: `(a & (b | -c))`."""
    match node:
        case None:
            return "nothing"
        case Word() | Phrase():
            return leaf_text(node)
        case Filter(field, text, prefix, present, low, high):
            if low is not None or high is not None:
                ends = ("" if end is None else str(end) for end in (low, high))
                return f"[{field}:{'..'.join(ends)}]"
            return f"[{field}:{text}{'*' if prefix or present else ''}]"
        case And(children):
            return "(" + " & ".join(map(spell, children)) + ")"
        case Or(children):
            return "(" + " | ".join(map(spell, children)) + ")"
        case Not(child):
            return "-" + spell(child)
        case Near(parts, slack, unit, ordered):
            reach = unit.value if unit is not Unit.WORDS else str(slack)
            operator = f" {'then' if ordered else 'near'}[{reach}] "
            return "(" + operator.join(map(spell, parts)) + ")"
        case AtLeast(count, parts):
            return f"atleast{count}({', '.join(map(spell, parts))})"
        case Lead(child):
            return f"lead({spell(child)})"
        case Everything():
            return "everything"
    raise AssertionError(node)


def written(node: Node) -> str:
    """A tree as a query that means it."""
    match node:
        case Filter(field, text, prefix, present, low, high):
            if low is not None or high is not None:
                return f"{field}:{'' if low is None else low}..{'' if high is None else high}"
            return f"{field}:*" if present else f"{field}:{text}{'*' if prefix else ''}"
        case And(children):
            return "(" + " AND ".join(map(written, children)) + ")"
        case Or(children):
            return "(" + " OR ".join(map(written, children)) + ")"
        case Not(child):
            return "NOT " + written(child)
        case Near(parts, slack, unit, ordered):
            reach = {Unit.SENTENCE: "S", Unit.PARAGRAPH: "P"}.get(unit, str(slack + 1))
            name = "PRE" if ordered else "W"
            return "(" + f" {name}/{reach} ".join(map(written, parts)) + ")"
        case AtLeast(count, parts):
            return f"atleast{count}({written(parts[0])})"
        case Lead(child):
            return f"lead({written(child)})"
        case Everything():
            return "*"
    return spell(node)
