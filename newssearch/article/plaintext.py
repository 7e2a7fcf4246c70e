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

from newssearch.article.blocks import Block, cut_blocks, cut_paragraphs
from newssearch.article.captions import (
    marked_lines,
    strip_captions,
    strip_photo_credit,
)
from newssearch.article.inline import BREAK, clean_inline, is_plain, join_lines
from newssearch.article.model import Paragraph

#: A paragraph of nothing else is what is left of a rule or an ornament.
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ "
_HIDDEN = re.compile(r"<(script|style|noscript|template)\b", re.IGNORECASE)
#: A list's box to tick, in an HTML list or with nothing after it.
_TASK_BOX = re.compile(r"^\[[ xX]\](?:[ \t]+|$)")
_ClosingOf = Callable[[re.Match[str]], str]
_BASE64 = re.compile(r"data:[\w.+/-]{0,80};base64,[A-Za-z0-9+/=_-]*+")


def clean_paragraphs(lines: Sequence[str], first_line: int) -> tuple[Paragraph, ...]:
    """The paragraphs of a body; `first_line` is the file's line (from 1) of `lines[0]`."""
    text = "\n".join(lines)
    visible = remove_hidden(text)
    if visible != text:
        text, lines = visible, visible.split("\n")
    captions = marked_lines(text)
    # most bodies have no mark, no code then: one look at the whole spares one at each paragraph
    plain = "|" not in text and BREAK not in text and is_plain(text)
    unmarked = cut_paragraphs(lines) if plain else None
    if unmarked is not None:
        return _unmarked_paragraphs(unmarked, first_line, captions)
    blocks, definitions = cut_blocks(lines)
    closes = "</" in text
    paragraphs: list[Paragraph] = []
    for block in blocks:
        if plain:
            texts = [join_lines(block.lines).strip()]
        else:
            texts = _texts_of(block, definitions, closes)
        # a marker may come together from two lines, or from around a mark: then any may have one
        captioned = block.line in captions if plain and len(block.lines) == 1 else bool(captions)
        for text in texts:
            clean = text if block.literal else _without_captions(text, block, captioned)
            if clean and clean.strip(_PUNCTUATION):
                paragraphs.append(Paragraph(first_line + block.line, clean))
    return tuple(paragraphs)


def _unmarked_paragraphs(
    blocks: Sequence[tuple[int, list[str]]], first_line: int, captions: set[int]
) -> tuple[Paragraph, ...]:
    """The same for a body without any marks, as nearly all that a crawler saves are."""
    paragraphs: list[Paragraph] = []
    for number, block in blocks:
        text = block[0] if len(block) == 1 else join_lines(block)
        if captions and (number in captions or len(block) > 1):
            text = strip_captions(text)
        text = strip_photo_credit(text)
        if text[:1].isalpha() or text.strip(_PUNCTUATION):  # the first spares most the second
            paragraphs.append(Paragraph(first_line + number, text))
    return tuple(paragraphs)


def _without_captions(text: str, block: Block, captioned: bool) -> str:
    if captioned:
        text = strip_captions(text)
    return text if block.item else strip_photo_credit(text)


def _texts_of(block: Block, definitions: frozenset[str], closes: bool) -> list[str]:
    """The texts of one block: several where HTML parts it."""
    if block.literal:
        return [" ".join(" ".join(block.lines).split())]
    text = clean_inline(join_lines(block.lines), definitions, closes)
    parts = [part.strip() for part in text.split(BREAK)]
    return [_TASK_BOX.sub("", part) if part[:1] == "[" else part for part in parts]


def remove_hidden(text: str) -> str:
    """Without comments, scripts, styles and base64 data; their line breaks stay, for the count."""
    if ";base64," in text:
        text = _BASE64.sub("", text)
    if "<!--" in text:
        text = _cut(text, re.compile("<!--"), lambda match: "-->")
    if "<" in text and _HIDDEN.search(text):
        text = _cut(text, _HIDDEN, lambda match: rf"</{match.group(1).lower()}\s*>")
    return text


def _cut(text: str, opening: re.Pattern[str], closing_of: _ClosingOf) -> str:
    """Cut from each opening to its closing mark; an opening that is never closed stays."""
    kept: list[str] = []
    end = 0
    unclosed: set[str] = set()
    for match in opening.finditer(text):
        closing = closing_of(match)
        if match.start() < end or closing in unclosed:
            continue
        found = re.compile(closing, re.IGNORECASE).search(text, match.end())
        if found is None:
            unclosed.add(closing)
            continue
        kept.append(text[end : match.start()])
        end = found.end()
        kept.append("\n" * text.count("\n", match.start(), end))
    kept.append(text[end:])
    return "".join(kept)
