"""A columnar engine's folder, spoilt as disks do it; or forged, so that its checksums are right.

Used by test_columnar_files.py, test_columnar_files_writers.py, test_columnar_lies.py,
test_columnar_verify.py and its parts. `News` is the folder, `LIES` are what one of its segments may
say.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from generated_archive import Generated
from invented_documents import commit, document

from newssearch.analysis.analyzer import Analyzer
from newssearch.engine.base import Search, Snapshot
from newssearch.engine.columnar import compaction, writer
from newssearch.engine.columnar.engine import create_engine, open_engine
from newssearch.engine.columnar.segment_file import SectionsWriter, SegmentFile, file_sum
from newssearch.engine.columnar.snapshot import ColumnarSnapshot

SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))
FLIPS = int(os.environ.get("NEWSSEARCH_TRIALS", "100"))
WAYS = (-1, 1 << 40)  # with arrays, and without: `ColumnarSnapshot.most_plain`


class News:
    """A folder with two segments, tombstones, a dictionary; and what it answers."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, monkeypatch
        monkeypatch.setattr(writer, "SAMPLE", 300)
        made = Generated(SEED)
        self.searches = [made.search() for _ in range(12)]
        self.ids: list[str] = []
        engine = create_engine(folder, Analyzer())
        for _ in range(2):
            added = [made.document() for _ in range(40)]
            begun = engine.writer()
            begun.sample([part.text for one in added for part in one.article.body])
            begun.delete(self.ids[::7])
            for one in added:
                begun.add(one)
            begun.commit({"inventory": b"all of it"})
            self.ids += [one.id for one in added]
        self.late = made.document()
        self.expected = self.answers()

    def files(self) -> list[str]:
        return sorted(os.listdir(self.folder))

    def copy(self, name: str) -> News:
        """The same in another folder."""
        other = object.__new__(News)
        other.__dict__.update(self.__dict__)
        other.folder = self.folder.with_name(name)
        shutil.rmtree(other.folder, ignore_errors=True)
        shutil.copytree(self.folder, other.folder)
        return other

    def answers(self) -> list[Any]:
        """All that can be asked, in both ways."""
        snapshot = open_engine(self.folder, Analyzer()).snapshot()
        try:
            return [ask() for ask in self.questions(snapshot)]
        finally:
            snapshot.close()

    def questions(self, snapshot: ColumnarSnapshot) -> Iterator[Callable[[], Any]]:
        for search in self.searches:
            for way in WAYS:
                yield lambda search=search, way=way: self._ask(snapshot, search, way)
        yield lambda: snapshot.documents(self.ids)
        yield lambda: snapshot.members([f"s{n}" for n in range(40)])
        yield lambda: [snapshot.find(part) for part in ("5.md", "2020/08/3.md", "a", "1")]
        yield snapshot.totals
        yield lambda: snapshot.attachment("inventory")

    def _ask(self, snapshot: Snapshot, search: Search, way: int) -> Any:
        self.patch.setattr(ColumnarSnapshot, "most_plain", way)
        answer = snapshot.search(search)
        found = [(one.id, one.story, round(one.score, 9)) for one in answer.found]
        return answer.total, answer.total_stories, found

    def merge(self) -> None:
        """One more generation, in which all segments become one."""
        self.patch.setattr(compaction, "FAN_IN", 2)
        begun = open_engine(self.folder, Analyzer()).writer()
        try:
            begun.delete(self.ids[3:30:4])
            begun.add(self.late)
            begun.commit({})
        finally:
            begun.cancel()
            self.patch.setattr(compaction, "FAN_IN", 8)


def flipped(news: News, rng: random.Random) -> tuple[News, str, int]:
    """A copy in which one bit is another; the name of its file, and which bit it is."""
    work = news.copy("work")
    path = work.folder / rng.choice(news.files())
    content = bytearray(path.read_bytes())
    bit = rng.randrange(8 * len(content))
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    return work, path.name, bit


def exchanged(news: News, name: str, what: str) -> News:
    """A copy in which a file is missing, empty or unreadable, or is another, a folder or a pipe."""
    work = news.copy("work")
    path = work.folder / name
    other = next(one for one in news.files() if one.endswith(".seg") and one != name)
    path.unlink()
    if what == "another":
        path.write_bytes((work.folder / other).read_bytes())
    elif what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "empty":
        path.touch()
    elif what == "unreadable":
        path.touch(mode=0)
    else:
        assert what == "missing"
    return work


def halfway(news: News, spoil: Callable[[Path], None]) -> News:
    """The files of generation 2 and, not whole, of generation 3: the power was cut in a commit, and
    the disk had not written what it said it had."""
    cut = news.copy("cut")
    commit(open_engine(news.folder, Analyzer()), [document("new.md", "fog")])
    for path in news.folder.iterdir():
        if not (cut.folder / path.name).exists():
            shutil.copy(path, cut.folder)
    spoil(cut.folder)
    return cut


SPOILS: list[Callable[[Path], None]] = [
    lambda folder: (folder / "generation-3.json").write_bytes(b""),
    lambda folder: os.truncate(folder / "generation-3.json", 200),
    lambda folder: os.truncate(folder / "commit-3.seg", 100),
    lambda folder: (folder / "commit-3.seg").unlink(),
    lambda folder: (folder / "commit-3.seg").write_bytes(bytes(5000)),
]


Change = Callable[[dict[str, bytes], dict[str, Any]], Mapping[str, tuple[Any, Any]] | None]


def forge(news: News, name: str, change: Change) -> None:
    """Write a file of sections anew, changed, with checksums that hold, in the manifest too."""
    path = news.folder / name
    file = SegmentFile(path)
    sections = {section: bytes(file.read(section)) for section in file._sections}
    meta = json.loads(json.dumps(file.meta))
    file.close()
    places = change(sections, meta) or {}
    path.unlink()
    forged = SectionsWriter(path)
    for section, content in sections.items():
        forged.add(section, [content])
    forged._sections |= places
    known = file_sum(forged, forged.finish(meta))

    def with_checksum(values: dict[str, Any]) -> None:
        if name in values["segments"]:
            values["segments"][name] = known
        else:
            values["commit"] = known

    forge_manifest(news, with_checksum)


def forge_manifest(news: News, change: Callable[[dict[str, Any]], Any]) -> None:
    path = news.folder / "generation-2.json"
    values = json.loads(path.read_bytes().partition(b"\n")[2])
    change(values)
    text = json.dumps(values).encode()
    path.write_bytes(sha256(text).hexdigest().encode() + b"\n" + text)


def forged_at_random(news: News, rng: random.Random) -> News:
    """A copy in which a file of sections says something else, or says less."""

    def lie(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
        name = rng.choice([name for name, content in sections.items() if content])
        content = bytearray(sections[name])
        for _ in range(rng.choice((1, 3, 30))):
            content[rng.randrange(len(content))] = rng.choice((0, 1, 127, 128, 255))
        sections[name] = bytes(content[: rng.choice((None, None, len(content) // 2))])

    work = news.copy("work")
    forge(work, rng.choice([name for name in news.files() if name.endswith(".seg")]), lie)
    return work


def packed(name: str, content: bytes) -> Change:
    """All stored blocks of one kind replaced by one."""

    def change(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
        sections[f"{name}.blocks"] = content
        sections[f"{name}.first"] = struct.pack("<I", 0)
        sections[f"{name}.starts"] = struct.pack("<2Q", 0, len(content))

    return change


def meta(key: str, value: Any) -> Change:
    return lambda sections, meta: meta.update({key: value})


def filled(name: str, byte: int) -> Change:
    return lambda sections, meta: sections.update({name: bytes([byte]) * len(sections[name])})


def number(name: str, place: int, size: int, value: int) -> Change:
    def change(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
        content = bytearray(sections[name])
        content[place * size : (place + 1) * size] = value.to_bytes(size, "little")
        sections[name] = bytes(content)

    return change


def placed(name: str, start: Any, length: Any) -> Change:
    return lambda sections, meta: {name: (start, length)}


def compressed(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def descending(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    sections["column.starts"] = np.frombuffer(sections["column.starts"], "<u4")[::-1].tobytes()


def large(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    sections["words.counts"] = b"\xff" + sections["words.counts"][1:]
    sections["words.large"] = struct.pack("<2I", 0, 0xFFFFFFFF)


CLAIMS_100_GB = b"\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", 10**11) + b"\x01\0\0"

LIES: dict[str, Change] = {
    "documents without end": meta("documents", 10**18),
    "infinitely many documents": meta("documents", float("inf")),
    "fewer than no documents": meta("documents", -40),
    "terms without end": meta("words", 10**12),
    "places without end": meta("places", 10**30),
    "no tables": meta("tables", []),
    "slots that do not ascend": descending,
    "slots of no length": filled("column.starts", 0),
    "slots beyond all places": filled("column.starts", 255),
    "a length without end": filled("words.text", 0x80),
    "terms of nothing": filled("words.text", 0),
    "long lists": filled("words.counts", 255),
    "a list of four thousand million": large,
    "groups from nowhere": filled("words.groups", 255),
    "groups in a circle": number("names.groups", 0, 8, 1 << 63),
    "lists without bits": filled("words.high", 0),
    "lists with all bits": filled("names.high", 255),
    "documents from nowhere": filled("ids.documents", 255),
    "stories from nowhere": filled("column.story", 255),
    "kinds from nowhere": filled("column.kind", 200),
    "forms of terms from nowhere": filled("forms.terms", 255),
    "forms wider than numbers": filled("varied.widths", 255),
    "a section before the file": placed("column.date", -(1 << 40), 320),
    "a section behind the file": placed("column.date", 1 << 40, 320),
    "a section of nothing but a name": placed("column.date", "here", None),
    "a section without end": placed("words.text", 64, 1 << 60),
    "blocks of 100 GB": packed("heads", CLAIMS_100_GB),
    "a block of other lines": packed("heads", compressed(b"\n" * 50_000)),
    "a block of one endless line": packed("bodies", compressed(b"1" * 50_000_000)),
    "a block of brackets": packed("heads", compressed(b"\n".join([b"[" * 50_000] * 40))),
    "a block of no documents": packed("heads", compressed(b"\n".join([b"[1,2]"] * 40))),
    "a block that is none": packed("bodies", b"not packed"),
}
