"""The marks within one block of Markdown and HTML, taken out.

In: a block's text on one line. Out: clean text; `BREAK` stands where an HTML element parted it.
`plaintext` uses it for bodies, `read` for titles. The steps, each only where its mark occurs:
code spans and backslash escapes are hidden as noncharacters, so that nothing in them is taken
for a mark; shortcodes, links, tags and emphasis go; entities are decoded; what was hidden comes
back. No step looks at a character more often than a fixed number of times.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from newssearch.article.invisible import without_invisible
from newssearch.article.model import CJK
from newssearch.article.sparse import left_of

BREAK = "\x1e"

_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
#: The 32 noncharacters that Unicode leaves to a program's own use, for 32 marks.
_HIDE = {ord(mark): 0xFDD0 + number for number, mark in enumerate(_PUNCTUATION)}
_SHOW = {code: mark for mark, code in _HIDE.items()}
_HIDDEN = re.compile("[\ufdd0-\ufdef]")

BLOCK_ELEMENTS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html li link main menu"
    " meta nav ol p pre search section summary table tbody tfoot thead title tr ul".split()
)
_SPACE_ELEMENTS = frozenset("br td th option img iframe video audio embed object input".split())
_TEXT_ELEMENTS = frozenset(
    "a abbr acronym amp-img area b base basefont bdi bdo big blink button canvas cite code col"
    " colgroup data datalist del dfn em font frame frameset i ins kbd label legend map mark"
    " marquee math meter nobr noframes noscript optgroup output param picture progress q rp rt"
    " ruby s samp script select slot small source span strike strong style sub sup template"
    " textarea time track tt u var wbr svg circle clippath defs ellipse g line lineargradient"
    " mask path polygon polyline rect symbol tspan use".split()
)
_ELEMENTS = BLOCK_ELEMENTS | _SPACE_ELEMENTS | _TEXT_ELEMENTS

_CODE = re.compile(r"\\.|`+", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BRACKET = re.compile(r"!?\[|\]")
_TARGET = re.compile(
    r"\((?:\s*+(?:<[^<>\n]*+>|(?![\"'“])[^\s()<]*+(?:\([^\s()]*+\)[^\s()]*+)*+)?"
    r"\s*+(?:\"[^\"]*+\"|'[^']*+'|\([^()]*+\)|“[^”]*+”)?\s*+(?:=\d*x\d*\s*+)?"
    # with a space or a quote too many, as people write it all the same
    r"|(?:https?://|\.{0,2}/|\#|mailto:)[^()\n]{0,500})\)"
    r"(?:\{:?[^{}]{0,500}\})?"
)
_REFERENCE = re.compile(r"[ ]?\[([^\[\]]{0,999})\]")
_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9-]*+)((?:\s(?:[^<>\"]|\"[^\"<]*+\")*+|/)?)(/?)>"
    r"|<(/?)([A-Za-z][A-Za-z0-9-]*+)(\s[^<>]*+)(/?)>"
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:|ftp://)[^<>\s]*+|[\w.+-]{1,64}@[\w.-]{1,255})>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: `H~2~O` and `x^2^`; in Chinese a tilde stands between two numbers.
_SCRIPT = re.compile(
    r"(?<=[A-Za-z)\]])~([A-Za-z0-9+-]{1,12})~(?!~)"
    r"|(?<=[A-Za-z0-9)\]])\^([A-Za-z0-9+-]{1,12})\^(?!\^)"
)
_RUN = re.compile(r"\*+|_+|~~+|==+")
#: Not `f**k`, `snake__case`.
_STRAY = re.compile(
    r"`+|(?<![*\w])\*{2,}|\*{2,}(?![*\w])|(?<!\w)__+(?=\w)|(?<=\w)__+(?!\w)|(?<!\S)_+(?!\S)"
)
_ODD = r"\t\r\n\f\v\x85\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f"
#: White space of any kind and length, which becomes one space.
_SPACE = re.compile(f"[ {_ODD}]{{2,}}|[{_ODD}]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1d\x1f\x7f-\x84\x86-\x9f]")
_WIDE = f"[{CJK}\u3000-\u303f\uff00-\uffef]"
_CJK_BREAK = re.compile(rf"\n(?={_WIDE})(?<={_WIDE}\n)")
_MARKS = re.compile(r"[`\\\[\]<&*_~^{=\x00-\x09\x0b-\x1d\x85\u00a0\u2000-\u200a\u2028\u2029]")
#: The ASCII characters that are none of them.
_UNMARKED = b"\n\x1e\x1f" + bytes(range(0x20, 0x80)).translate(None, b"`\\[]<&*_~^{=")
_MAX_DEPTH = 200  # brackets open at once; deeper ones are text
#: A block with more brackets or emphasis marks than this is data: its marks go without pairing.
_MAX_MARKS = 50_000
_NONE: frozenset[str] = frozenset()


def join_lines(lines: Sequence[str]) -> str:
    """Lines as one: joined by a space, by nothing between two CJK characters."""
    if len(lines) == 1:
        return lines[0]
    text = "\n".join(lines)
    if not text.isascii():
        text = _CJK_BREAK.sub("", text)
    return text.replace("\n", " ")


def clean_inline(text: str, definitions: frozenset[str] = _NONE, closes: bool = True) -> str:
    """The text without marks.

    `definitions` are the names of the body's link definitions; `closes` says that the body has
    closing tags, without which `<B>` and `<DD>` are stock tickers.
    """
    if is_plain(text) and "\n" not in text:
        return text
    if "`" in text:
        text = _hide_code(text)
    if "\\" in text:
        text = _ESCAPED.sub(lambda match: chr(_HIDE[ord(match.group(1))]), text)
    if "{" in text:
        text = _cut_between(_cut_between(text, "{{", "}}"), "{%", "%}")
    if "[" in text:
        text = _unlink(text, definitions)
    if "<" in text:
        text = _AUTOLINK.sub(r"\1", text)
        text = _TAG.sub(lambda match: _tag(match, closes), text)
    if "~" in text or "^" in text:
        text = _SCRIPT.sub(r"\1\2", text)
    if "*" in text or "_" in text or "~~" in text or "==" in text:
        text = _unmark(text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: without_invisible(html.unescape(match.group())), text)
    if "`" in text or "**" in text or "_" in text:
        text = _drop_strays(text)
    return _even(text)


def is_plain(text: str) -> bool:
    """True for a line, or lines, that `clean_inline` leaves as they are."""
    return _MARKS.search(left_of(text, _UNMARKED)) is None and "  " not in text


def _even(text: str) -> str:
    """What was hidden shown, and white space of any kind and length as one space each."""
    if not text.isprintable():  # all that these patterns look for is not
        if _HIDDEN.search(text):
            text = text.translate(_SHOW)
        text = _SPACE.sub(" ", _CONTROL.sub("", text))
    elif "  " in text:
        text = _SPACE.sub(" ", text)
    return text.strip(" ")


def _hide_code(text: str) -> str:
    """Code spans without their backticks, their content hidden."""
    runs = [match for match in _CODE.finditer(text) if match.group()[0] == "`"]
    later: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        later.setdefault(len(runs[number].group()), []).append(number)
    kept: list[str] = []
    end = number = 0
    while number < len(runs):
        run = runs[number]
        same = later[len(run.group())]
        while same and same[-1] <= number:
            same.pop()
        if not same:
            number += 1
            continue
        closing = runs[same[-1]]
        kept.append(text[end : run.start()])
        kept.append(text[run.end() : closing.start()].translate(_HIDE))
        end = closing.end()
        number = same[-1] + 1
    kept.append(text[end:])
    return "".join(kept)


def _cut_between(text: str, opening: str, closing: str) -> str:
    """Without everything from an opening mark to the next closing one."""
    start = text.find(opening)
    if start < 0:
        return text
    kept: list[str] = []
    end = 0
    while start >= 0:
        stop = text.find(closing, start + 2)
        if stop < 0:
            break
        kept.append(text[end:start])
        end = stop + 2
        start = text.find(opening, end)
    kept.append(text[end:])
    return "".join(kept)


def _unlink(text: str, definitions: frozenset[str]) -> str:
    """Links as their text, images and footnote marks gone; other brackets stay."""
    if text.count("]") > _MAX_MARKS or text.count("[") > _MAX_MARKS:
        return text.replace("[", " ").replace("]", " ")
    cuts: list[tuple[int, int]] = []
    opened: list[re.Match[str]] = []
    done = 0
    for match in _BRACKET.finditer(text):
        if match.start() < done:
            continue
        if match.group() != "]":
            if len(opened) < _MAX_DEPTH:
                opened.append(match)
            continue
        if not opened:
            continue
        start = opened.pop()
        end = _link_end(text, start, match, definitions)
        if end < 0:
            continue
        if start.group() == "![" or text.startswith("[^", start.start()):
            cuts.append((start.start(), end))
        else:
            cuts += [start.span(), (match.start(), end)]
        done = end
    if not cuts:
        return text
    kept: list[str] = []
    at = 0
    for begin, end in sorted(cuts):
        if begin >= at:
            kept.append(text[at:begin])
        at = max(at, end)
    kept.append(text[at:])
    return "".join(kept)


def _link_end(
    text: str, start: re.Match[str], closing: re.Match[str], definitions: frozenset[str]
) -> int:
    """Where the link that these brackets open ends; -1 where they are no link."""
    end = closing.end()
    following = text[end : end + 1]
    if following == "(" and (target := _TARGET.match(text, end)):
        return target.end()
    label = text[start.end() : closing.start()] if end - start.end() <= 1000 else ""
    if label.startswith("^"):
        return end
    if following == "[" or text.startswith(" [", end):
        reference = _REFERENCE.match(text, end)
        if reference is not None:
            name = reference.group(1) or label
            if definition_key(name) in definitions:
                return reference.end()
    return end if label and definition_key(label) in definitions else -1


def definition_key(name: str) -> str:
    """What a link definition's name is compared by, in a link with its marks hidden or not."""
    shown = name if name.isascii() else name.translate(_SHOW)
    return " ".join(shown.replace("`", "").replace("\\", "").lower().split())


def _tag(match: re.Match[str], closes: bool) -> str:
    """What stands for a tag: nothing, a space or a break; the tag itself if it is no HTML."""
    name = match.group(2) or match.group(6)
    element = name.lower()
    if element not in _ELEMENTS:
        return match.group()
    bare = not match.group(1) and not match.group(3) and not match.group(4) and match.group(2)
    if bare and not closes and not name.islower():
        return match.group()
    if element in BLOCK_ELEMENTS:
        return BREAK
    return " " if element in _SPACE_ELEMENTS else ""


def _unmark(text: str) -> str:
    """Without emphasis: runs of marks that open and close around something."""
    if text.count("*") > _MAX_MARKS or text.count("_") > _MAX_MARKS:
        return text.replace("*", "").replace("_", " ")
    left: list[tuple[int, int]] = []  # spans to cut
    opened: dict[str, list[list[int]]] = {"*": [], "_": [], "~": [], "=": []}
    for match in _RUN.finditer(text):
        begin, end = match.span()
        mark = text[begin]
        before = text[begin - 1] if begin else " "
        after = text[end] if end < len(text) else " "
        opens = not after.isspace() and (before.isspace() or not before.isalnum() or mark != "_")
        shuts = not before.isspace() and (after.isspace() or not after.isalnum() or mark != "_")
        if mark in "~=" and end - begin != 2:
            continue
        stack = opened[mark]
        if shuts and not _glued(before, after, opens):
            while stack and begin < end:
                start, stop = stack.pop()
                width = min(stop - start, end - begin)
                left += [(stop - width, stop), (begin, begin + width)]
                begin += width
                if stop - width > start:
                    stack.append([start, stop - width])
        if opens and begin < end and len(stack) < 10_000:
            stack.append([begin, end])
    if not left:
        return text
    kept: list[str] = []
    at = 0
    for begin, end in sorted(left):
        kept.append(text[at:begin])
        at = end
    kept.append(text[at:])
    return "".join(kept)


def _drop_strays(text: str) -> str:
    """Without marks that found no partner; `` and '' that stand for quotes become quotes."""
    if "``" in text and "''" in text:
        text = text.replace("``", "“").replace("''", "”")
    return _STRAY.sub("", text)


def _glued(before: str, after: str, opens: bool) -> bool:
    """A mark that can only open, as `(` before it and a letter after it say."""
    return opens and before in "([{“‘\"'" and after.isalnum()
