"""Front matter: the fields at the top of a file, in the forms that site generators read.

In: the lines of a file. Out: a `Header` (fields as text, the line on which the body begins,
warnings), or None where the file has none. `read` makes an article of it. The forms: YAML
between `---` (through python-frontmatter), TOML between `+++`, JSON in braces, Pelican's bare
`Title: …` lines, and `[#]: key: (value)` comments.

Every scalar stays the text that stands in the file: `0123` is no octal number, `no` no boolean,
`12:30:45` no count of seconds. Hostile input is refused before a loader sees it: no more than
64 KiB, no more than 20 levels, no aliases. What a loader refuses is read line by line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from newssearch.article.model import ParseWarning

MAX_BYTES = 64 * 1024
MAX_DEPTH = 20
_SALVAGED_LINES = 2000
_BLOCK_MARKS = frozenset(("|", ">", "|-", ">-", "|+", ">+"))  # YAML: the text follows

Value = str | list["Value"] | dict[str, "Value"]


@dataclass(slots=True)
class Header:
    """The fields of one header, as written, in their order; lines count from 1 in the file."""

    fields: dict[str, Value]
    body: int  # index of the body's first line
    lines: dict[str, int] = field(default_factory=dict)  # where a field stands, where known
    warnings: list[ParseWarning] = field(default_factory=list)


class Refused(Exception):
    """Front matter that no loader may see or that it could not read; `line` as in the file."""

    def __init__(self, reason: str, line: int = 0) -> None:
        self.reason, self.line = reason, line
        super().__init__(reason)


#: A field that is set in by mistake, by a tab for instance; never two words of folded text.
_SET_IN = re.compile(r"[ \t]+(?=[A-Za-z_\u3400-\u9fff][\w-]{0,60}[ \t]*[:=])")
_TOML_LINE = re.compile(r"([A-Za-z_][\w.-]{0,60})\s*=\s*(.*)$")
_YAML_LINE = re.compile(r"([A-Za-z_\u3400-\u9fff][\w .-]{0,60}?)\s*:(?:\s+(.*))?$")
_PELICAN_LINE = re.compile(r"([A-Za-z][\w -]{0,40}?)[ \t]*:[ \t]*(.*)$")
_COMMENT_LINE = re.compile(r"\[#\]:\s*#?\s*[\"'(]?(\w[\w -]{0,40}?)\s*:\s*(.*?)[\"')]?\s*$")
_PELICAN_FIRST = frozenset(
    "title date author authors category tags slug summary status lang modified url source"
    " keywords published subtitle template save_as".split()
)


def find_front_matter(lines: Sequence[str]) -> tuple[Header | None, list[ParseWarning]]:
    """The header at the top of these lines, or None; warnings tell why there is none."""
    first = 0
    while first < len(lines) and not lines[first].strip():
        first += 1
    if first == len(lines):
        return None, []
    line = lines[first].rstrip()
    if line.startswith("---") and not line.strip("-"):
        return _fenced(lines, first, "---")
    if line.startswith("+++") and not line.strip("+"):
        return _fenced(lines, first, "+++")
    if line.startswith("{") and not line.startswith(("{{", "{%")):
        return _json(lines, first)
    if line.startswith("[#]:"):
        return _comments(lines, first), []
    match = _PELICAN_LINE.match(line) if line[0].isalpha() and len(line) < 2000 else None
    if match is not None and match.group(1).lower() in _PELICAN_FIRST:
        return _pelican(lines, first), []
    return None, []


def _fenced(
    lines: Sequence[str], first: int, fence: str
) -> tuple[Header | None, list[ParseWarning]]:
    end = _fence_end(lines, first, fence)
    if end < 0:
        reason = f"front matter is not closed with {fence}; read as text"
        return None, [ParseWarning(first + 1, reason)]
    block = lines[first + 1 : end]
    load = load_yaml if fence == "---" else load_toml
    pattern = _YAML_LINE if fence == "---" else _TOML_LINE
    warnings: list[ParseWarning] = []
    try:
        check_size(block)
        fields, found = load("\n".join(block), first + 2)
        if not fields and any(map(str.strip, block)):  # `# A heading` between two rules
            raise Refused("front matter holds no field")
        warnings += found
    except Refused as refused:
        fields = _salvage(block, pattern)
        if not fields:
            reason = f"{refused.reason}; read as text"
            return None, [ParseWarning(refused.line or first + 1, reason)]
        reason = f"front matter read line by line: {refused.reason}"
        warnings.append(ParseWarning(refused.line or first + 1, reason))
    header = Header(fields, end + 1, _line_numbers(block, pattern, first + 2), warnings)
    return header, []


def _fence_end(lines: Sequence[str], first: int, fence: str) -> int:
    for number in range(first + 1, len(lines)):
        line = lines[number]
        if line[:3] == fence and not line.rstrip().strip(fence[0]):
            return number
        if line[:3] == "..." and fence == "---" and line.rstrip() == "...":
            return number
    return -1


def check_size(block: Sequence[str]) -> None:
    """Refuse what is longer than any header needs, before a loader sees it."""
    if sum(map(len, block)) + len(block) > MAX_BYTES:
        raise Refused(f"longer than {MAX_BYTES // 1024} KiB")


def _line_numbers(block: Sequence[str], pattern: re.Pattern[str], start: int) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for number, line in enumerate(block):
        match = pattern.match(line[:2000]) if line[:1].isalpha() else None
        if match is not None:
            numbers[match.group(1).strip()] = start + number
    for number, line in enumerate(block):
        match = _set_in(line, pattern)
        if match is not None:
            numbers.setdefault(match.group(1).strip(), start + number)
    return numbers


def _set_in(line: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The field in a line that begins with white space, None where it holds none."""
    indent = _SET_IN.match(line) if line[:1] in (" ", "\t") else None
    return pattern.match(line[indent.end() : 4000]) if indent is not None else None


def check_depth(text: str) -> None:
    """Refuse brackets nested deeper than any header needs, before a loader recurses into them."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for match in re.finditer(r"[\[{]|[\]}]", text):
        depth = depth + 1 if match.group() in "[{" else max(0, depth - 1)
        if depth > MAX_DEPTH:
            raise Refused(f"nested deeper than {MAX_DEPTH} levels")


def load_yaml(block: str, first_line: int) -> tuple[dict[str, Value], list[ParseWarning]]:
    """The fields of a YAML mapping, through python-frontmatter; raises Refused."""
    from newssearch.article.yaml_text import load

    check_depth(block)
    return load(block, first_line)


def load_toml(block: str, first_line: int) -> tuple[dict[str, Value], list[ParseWarning]]:
    """The fields of a TOML document; raises Refused."""
    import tomllib

    check_depth(block)
    try:
        loaded = tomllib.loads(block, parse_float=str)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        at = re.search(r"at line (\d+)", str(error))
        line = first_line - 1 + int(at.group(1)) if at else 0
        raise Refused(f"no TOML: {str(error).partition(' (at')[0]}", line) from None
    return {key: _text_of(value) for key, value in loaded.items()}, []


def _text_of(value: object) -> Value:
    """A loaded value as the text that stands for it in the file."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, dict):
        return {str(key): _text_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_text_of(item) for item in value]
    return str(value)


def _salvage(block: Sequence[str], pattern: re.Pattern[str]) -> dict[str, Value]:
    """The fields that can be read line by line: `key: value`, and lists of `- item` lines.

    Nothing where most lines are neither: that is a text between two rules.
    """
    fields: dict[str, Value] = {}
    entries: list[Value] = []  # of the list that is being read
    key = ""
    block_text = False  # the lines below a `|` or `>` are text, whatever they look like
    strange = 0
    for line in block[:_SALVAGED_LINES]:
        item = line.strip()[:4000]
        match = pattern.match(line[:4000]) if line[:1].isalpha() else None
        if match is None and isinstance(fields.get(key, []), str) and fields[key]:
            match = None if block_text else _set_in(line, pattern)
        if match is not None:
            key = match.group(1).strip()
            block_text = (match.group(2) or "").strip() in _BLOCK_MARKS
            fields[key] = _salvaged(match.group(2) or "")
            entries = []
        elif item.startswith("- ") and key and fields[key] in ("", entries):
            entries.append(_salvaged(item[2:]))
            fields[key] = entries
        elif key and item and line[:1].isspace():
            current = fields[key]
            if isinstance(current, str) and len(current) < 4000:
                begun = "" if current in _BLOCK_MARKS else current
                fields[key] = f"{begun} {item}".strip()
        elif item and item[0] not in "#[{}]-,\"'":
            strange += 1
    return fields if strange <= len(fields) else {}


def _salvaged(text: str) -> Value:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    if len(text) > 1 and text[0] == "[" and text[-1] == "]":
        return [part.strip().strip("\"'") for part in text[1:-1].split(",") if part.strip()]
    return "" if text in ("~", "null") else text


def _json(lines: Sequence[str], first: int) -> tuple[Header | None, list[ParseWarning]]:
    text = "\n".join(lines[first : first + 4000])[:MAX_BYTES]
    try:
        check_depth(text[: text.find("\n}\n") + 1] or text)
        decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False)
        loaded, end = decoder.raw_decode(text)
    except (ValueError, RecursionError, Refused):
        if lines[first].strip() == "{" or lines[first].startswith('{"'):
            return None, [ParseWarning(first + 1, "no JSON front matter; read as text")]
        return None, []
    rest = text[end : text.find("\n", end) if "\n" in text[end:] else len(text)]
    if not isinstance(loaded, dict) or not loaded or rest.strip():
        return None, []
    fields = {str(key): _text_of(value) for key, value in loaded.items()}
    return Header(fields, first + text.count("\n", 0, end) + 1), []


def _pelican(lines: Sequence[str], first: int) -> Header:
    fields: dict[str, Value] = {}
    numbers: dict[str, int] = {}
    warnings: list[ParseWarning] = []
    key = ""
    number = first
    while number < len(lines) and lines[number].strip() and len(lines[number]) < 4000:
        line = lines[number]
        match = _PELICAN_LINE.match(line)
        if line[:1].isspace() and key:
            fields[key] = f"{fields[key]} {line.strip()}"
        elif match is not None:
            key, value = match.group(1), match.group(2).strip()
            if fields.setdefault(key, value) != value:
                other = f"{key!r} stands here again, with another value: this one is read"
                warnings.append(ParseWarning(number + 1, other))
            fields[key] = value
            numbers[key] = number + 1
        else:
            break
        number += 1
    return Header(fields, number, numbers, warnings)


def _comments(lines: Sequence[str], first: int) -> Header:
    fields: dict[str, Value] = {}
    numbers: dict[str, int] = {}
    number = first
    while number < len(lines) and (not lines[number].strip() or lines[number][:4] == "[#]:"):
        match = _COMMENT_LINE.match(lines[number][:4000])
        if match is not None:
            fields[match.group(1)] = match.group(2).strip().strip("()\"'")
            numbers[match.group(1)] = number + 1
        number += 1
    return Header(fields, number, numbers)
