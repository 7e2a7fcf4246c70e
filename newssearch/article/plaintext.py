"""Markdown and HTML to clean paragraphs, each with the line of the file that it starts on.

In: the lines of a body. Out: `Paragraph`s for `Article.body`, and with `clean_inline` the text
of a title. `read` and `digest` use it. A pass over the lines cuts blocks (`blocks.py`), a pass
over each block takes the marks out of it (`inline.py`), and `captions` takes out what a crawler
took for text. Every pass is linear in the length of its input, whatever that is: a hostile file
costs no more than a long one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from newssearch.article.blocks import Block, cut_blocks
from newssearch.article.captions import may_hold_captions, strip_captions
from newssearch.article.inline import BREAK, clean_inline, join_lines
from newssearch.article.model import Paragraph

#: A paragraph of nothing else is what is left of a rule or an ornament.
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ "
_HIDDEN = re.compile(r"<(script|style|noscript|template)\b", re.IGNORECASE)
_ClosingOf = Callable[[re.Match[str]], str]
_BASE64 = re.compile(r"data:[\w.+/-]{0,80};base64,[A-Za-z0-9+/=_-]*+")


def clean_paragraphs(lines: Sequence[str], first_line: int) -> tuple[Paragraph, ...]:
    """The paragraphs of a body; `first_line` is the file's line (from 1) of `lines[0]`."""
    text = remove_hidden("\n".join(lines))
    blocks, definitions = cut_blocks(text.split("\n"))
    closes = "</" in text
    captions = may_hold_captions(text)
    paragraphs: list[Paragraph] = []
    for block in blocks:
        paragraphs.extend(_paragraphs_of(block, definitions, closes, first_line, captions))
    return tuple(paragraphs)


def _paragraphs_of(
    block: Block, definitions: frozenset[str], closes: bool, first_line: int
) -> list[Paragraph]:
    if block.literal:
        text = " ".join(" ".join(block.lines).split())
        return [Paragraph(first_line + block.line, text)] if text else []
    found = []
    joined = join_lines(block.lines)
    for part in clean_inline(joined, definitions, closes).split(BREAK):
        text = strip_captions(part.strip())
        if text and text.strip(_PUNCTUATION):
            found.append(Paragraph(first_line + block.line, text))
    return found


def remove_hidden(text: str) -> str:
    """Without comments, scripts, styles and base64 data; their line breaks stay, for the count."""
    if ";base64," in text:
        text = _BASE64.sub("", text)
    if "<!--" in text:
        text = _cut(text, re.compile("<!--"), lambda match: "-->")
    if "<" in text and _HIDDEN.search(text):
        text = _cut(text, _HIDDEN, lambda match: f"</{match.group(1).lower()}")
    return text


def _cut(text: str, opening: re.Pattern[str], closing_of: _ClosingOf) -> str:
    """Cut from each opening to its closing mark; an opening that is never closed stays."""
    lowered = text.lower()
    kept: list[str] = []
    end = 0
    unclosed: set[str] = set()
    for match in opening.finditer(text):
        if match.start() < end:
            continue
        closing = closing_of(match)
        if closing in unclosed:
            continue
        found = lowered.find(closing, match.end())
        if found < 0:
            unclosed.add(closing)
            continue
        kept.append(text[end : match.start()])
        kept.append("\n" * text.count("\n", match.start(), found))
        end = found + len(closing)
        if closing != "-->":
            end = text.find(">", end) + 1 or len(text)
    kept.append(text[end:])
    return "".join(kept)
