"""What is known of the reference archive's stories, by code of its own.

In: the files beside the archive, and its digests. Out: `Truth`; used by `bench_stories`. Nothing
here asks newssearch: `same_url.tsv` and `pairs.tsv` say what was imported more than once and what
translates what, and a digest's entry is of the article that its links name, or its title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

_ENTRY = re.compile(r"^## .*\n+### (.*)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^()\s]+\.md)\)")
_REFUSED = re.compile(r'[:?*"<>|]')


@dataclass(frozen=True, slots=True)
class Truth:
    """Paths as the archive has them. `same` holds the files of each repeated address, `pairs`
    articles and translations, `entries` for each digest's entry the article that it repeats, ""
    where that is not in the archive, and `group` one name for all files of an address, in both
    languages."""

    same: list[list[str]]
    pairs: list[tuple[str, str]]
    entries: dict[str, str]
    group: dict[str, str]


def truth_of(folder: Path) -> Truth:
    """What the files in a corpus's folder say."""
    archive = folder / "articles"
    same = [line[1:] for line in _rows(folder / "same_url.tsv")]
    pairs = [(one, other) for one, other in _rows(folder / "pairs.tsv")]
    paths = {file.relative_to(archive).as_posix() for file in archive.rglob("*.md")}
    group = {path: path.removesuffix("_zh.md").removesuffix(".md") for path in paths}
    for files in same:
        for file in files:
            group[file] = group[translation(file)] = files[0]
    return Truth(same, pairs, _entries(archive, paths), group)


def translation(path: str) -> str:
    """The Chinese file beside an English one."""
    return path.removesuffix(".md") + "_zh.md"


def _rows(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text("utf-8").splitlines()]


def _entries(archive: Path, paths: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(paths):
        if PurePosixPath(path).stem in ("BBC", "CNN", "ST"):
            text = (archive / path).read_text("utf-8")
            heads = list(_ENTRY.finditer(text))
            ends = [head.start() for head in heads[1:]] + [len(text)]
            for number, (head, end) in enumerate(zip(heads, ends, strict=True), start=1):
                part = text[head.end() : end]
                found[f"{path}#{number}"] = _article(path, head.group(1), part, paths)
    return found


def _article(digest: str, title: str, text: str, paths: set[str]) -> str:
    """The English file that an entry repeats: by its links, the last one first, else its title."""
    names = [unquote(target) for target in reversed(_LINK.findall(text))] + [f"{title.strip()}.md"]
    folder = PurePosixPath(digest).parent
    for name in names:
        english = re.sub(r"_zh\.md$", ".md", name)
        for one in (
            english,
            _REFUSED.sub("_", english),
            _REFUSED.sub("_", english.replace("/", "_")),
        ):
            if str(folder / one) in paths:
                return str(folder / one)
    return ""
