"""Whoever wrote these segments gave them the right checksums: what they say of themselves, of each
other's sections and of their documents is held against what they hold, and every lie is found."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import examined_folder
import numpy as np
import pytest
from examined_folder import faults, segments
from forged_folder import (
    CLAIMS_100_GB,
    FLIPS,
    LIES,
    SEED,
    Change,
    News,
    compressed,
    descending,
    filled,
    forge,
    forged_at_random,
    number,
    packed,
)

from newssearch.engine.columnar.lists import Lists
from newssearch.engine.columnar.lists_writer import ListsWriter
from newssearch.engine.columnar.segment import Segment
from newssearch.engine.columnar.stored import Codec, Stored

pytestmark = pytest.mark.usefixtures("unsynced")

news = examined_folder.news


def relisted(name: str, change: Callable[[dict[bytes, list[int]], int], None]) -> Any:
    """The lists of a segment written anew, changed: what to forge."""

    def forged(news: News, segment: str) -> Change:
        opened = Segment(news.folder / segment)
        lists: Lists = getattr(opened, name)
        held = {term: lists.numbers(n) for n, term in enumerate(lists.terms())}
        universe = lists.universe
        opened.close()
        change(held, universe)
        counts = np.array([len(values) for values in held.values()], np.int64)
        values = np.array([one for values in held.values() for one in values], np.int64)
        written = ListsWriter(news.folder, name, universe)
        written.add(list(held), counts, values)
        sections: dict[str, bytes] = {}

        class Sections:
            def add(self, section: str, chunks: Any) -> None:
                sections[section] = b"".join(bytes(chunk) for chunk in chunks)

        written.write(Sections())  # type: ignore[arg-type]
        return lambda old, meta: old.update(sections)

    return forged


def swapped(held: dict[bytes, list[int]], universe: int) -> None:
    """Two numbers of which only the low bits differ."""
    for values in held.values():
        width = max((universe // len(values)).bit_length() - 1, 0)
        for i in range(len(values) - 1):
            if values[i] < values[i + 1] and values[i] >> width == values[i + 1] >> width:
                values[i], values[i + 1] = values[i + 1], values[i]
                return
    pytest.fail("no such list")


def beyond(held: dict[bytes, list[int]], universe: int) -> None:
    for values in held.values():
        width = max((universe // len(values)).bit_length() - 1, 0)
        if universe - 1 >> width == universe >> width:
            values[-1] = universe
            return
    pytest.fail("no such list")


def another(held: dict[bytes, list[int]], universe: int) -> None:
    """A document is in the list of another story."""
    for values in held.values():
        if len(values) == 1:
            values[0] = (values[0] + 1) % universe
            return
    pytest.fail("no such list")


def another_name(held: dict[bytes, list[int]], universe: int) -> None:
    for term, values in held.items():
        if term.startswith(b"lang\0") and len(values) < universe:
            held[term] = [n for n in range(universe) if n not in values]
            return
    pytest.fail("no such name")


def same_number(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    """Two forms of a word have one number."""
    sections["forms.terms"] = sections["forms.terms"][:4] * 2 + sections["forms.terms"][8:]
    sections["forms.numbers"] = sections["forms.numbers"][:2] * 2 + sections["forms.numbers"][4:]


def reordered(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    """The first word begins with the highest letter."""
    text = sections["words.text"]
    sections["words.text"] = text[:2] + b"\xf4" + text[3:]


def other_heads(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    """The heads of the documents the other way round."""


def with_heads(change: Callable[[list[bytes]], None]) -> Any:
    """All heads of a segment in one block, changed."""

    def forged(news: News, segment: str) -> Change:
        opened = Segment(news.folder / segment)
        stored = Stored(opened, Codec((news.folder / "dictionary").read_bytes()))
        lines = [stored.line("heads", number) for number in range(opened.documents)]
        opened.close()
        change(lines)
        return packed("heads", compressed(b"\n".join(lines)))

    return forged


def other_title(lines: list[bytes]) -> None:
    values = json.loads(lines[0])
    values[1]["path"] += "x"
    lines[0] = json.dumps(values).encode()


def no_document(lines: list[bytes]) -> None:
    lines[0] = b'["news",{"title":"Fog"}]'


def common_frequency(sections: dict[str, bytes], meta: dict[str, Any]) -> None:
    first = sections["common.frequencies"][0]
    sections["common.frequencies"] = bytes([first + 1]) + sections["common.frequencies"][1:]


def shorter(name: str, size: int) -> Change:
    return lambda sections, meta: sections.update({name: sections[name][:-size]})


def meta_in(key: str, change: Callable[[Any], Any]) -> Change:
    return lambda sections, meta: meta.update({key: change(meta[key])})


PLANTED: dict[str, tuple[Any, str]] = {
    "a value twice in a table": (
        meta_in("tables", lambda tables: tables | {"lang": [*tables["lang"], tables["lang"][0]]}),
        "a value stands twice in the table of lang",
    ),
    "a kind that there is not": (
        meta_in("tables", lambda tables: tables | {"kind": ["rumour", *tables["kind"][1:]]}),
        "an unknown value of kind",
    ),
    "kinds from nowhere": (filled("column.kind", 200), "kind has a number from nowhere"),
    "a date that is none": (
        number("column.date", 0, 8, 2020_13_40_00_00_00),
        "date holds what is no date",
    ),
    "a day that is none": (number("column.added", 0, 8, 77), "added holds what is no date"),
    "an id of 16 digits": (number("column.id", 0, 8, 1 << 60), "an id of more than 12 digits"),
    "ids in another order": (number("column.id", 0, 8, 0), "ids do not ascend"),
    "a document twice in the order of ids": (
        lambda sections, meta: sections.update(
            {"ids.documents": sections["ids.documents"][:4] * 2 + sections["ids.documents"][8:]}
        ),
        "the order of ids leaves a document out",
    ),
    "documents from nowhere": (filled("ids.documents", 255), "the order of ids has a number"),
    "paths of other documents": (
        lambda sections, meta: sections.update(
            {"paths.documents": sections["paths.documents"][4:] + sections["paths.documents"][:4]}
        ),
        "the numbers of paths are not those of their order",
    ),
    "slots that do not ascend": (descending, "slots do not ascend"),
    "slots that end early": (filled("column.starts", 0), "the slots do not end where"),
    "more words than places": (
        number("column.lengths", 2, 4, 10**6),
        "a field has more words than places",
    ),
    "other words": (filled("column.lengths", 0), "another number of words than it says"),
    "one more article": (
        meta_in("counted", lambda counted: counted + 1),
        "another number of articles than it says",
    ),
    "words in another order": (reordered, "words are not in their order"),
    "a word that is cut off": (filled("words.text", 0x7F), "a term that is cut off"),
    "terms of nothing": (filled("words.text", 0), "words has a group of .* terms"),
    "groups from nowhere": (filled("names.groups", 255), "names do not fill their text"),
    "more text": (
        lambda sections, meta: sections.update({"forms.text": sections["forms.text"] + b"\0\1x"}),
        "forms do not fill their text",
    ),
    "a list that does not ascend": (relisted("names", swapped), "a list of names does not ascend"),
    "places that do not ascend": (relisted("words", swapped), "a list of words does not ascend"),
    "a document beyond the last": (relisted("names", beyond), "a list of names leads out"),
    "a story of other documents": (relisted("stories", another), "documents of stories leaves"),
    "stories from nowhere": (filled("column.story", 1), "in another story than its column says"),
    "lists without bits": (filled("names.high", 0), "the lists are not as long"),
    "lists that end elsewhere": (shorter("words.low", 1), r"words\.low ends elsewhere"),
    "lists of another length": (number("names.counts", 0, 1, 0), "names have an empty list"),
    "a longer list": (number("words.counts", 0, 1, 200), "words have lists of another length"),
    "long lists that are not there": (
        number("words.counts", 0, 1, 255),
        "words have long lists that are not in their table",
    ),
    "forms of words from nowhere": (filled("forms.terms", 255), "a form of no word"),
    "two forms of one number": (same_number, "two forms of a word have one number"),
    "forms wider than numbers": (filled("varied.widths", 255), "forms of no width"),
    "forms of no width": (filled("varied.widths", 0), "more forms than there is room for"),
    "words of several forms twice": (filled("varied.terms", 0), "several forms do not ascend"),
    "forms that begin elsewhere": (filled("varied.starts", 1), "forms begin elsewhere"),
    "forms that end early": (shorter("varied.bits", 1), "forms end elsewhere"),
    "common words that are others": (number("common.terms", 0, 4, 1 << 20), "words are others"),
    "common words that end elsewhere": (shorter("common.low", 1), "do not fill their sections"),
    "common words of other slots": (filled("common.counts", 1), "common words have other slots"),
    "common words that are fewer": (shorter("common.counts", 4), "are more or fewer"),
    "a common word that is rarer": (common_frequency, "slots are not its places'"),
    "breaks that go back": (number("breaks.first", 0, 4, 1 << 30), "breaks do not ascend"),
    "a block of breaks without its first": (
        number("breaks.distances", 0, 1, 5),
        "a block of breaks does not begin with its first",
    ),
    "breaks far apart": (
        number("breaks.distances", 1, 1, 255),
        "breaks far apart are not in their table",
    ),
    "a block that is none": (packed("bodies", b"not packed"), "is damaged"),
    "a block of 100 GB": (packed("heads", CLAIMS_100_GB), "larger than any can be"),
    "a block of other lines": (packed("heads", compressed(b"\n" * 50_000)), "heads"),
    "a block of brackets": (
        packed("heads", compressed(b"\n".join([b"[" * 50_000] * 40))),
        "heads",
    ),
    "blocks that end early": (shorter("bodies.starts", 8), "another number of blocks"),
    "blocks from another document on": (
        number("heads.first", 0, 4, 1),
        "heads do not begin with the first document",
    ),
    "blocks that do not follow": (number("heads.starts", 0, 8, 7), "heads do not fill"),
    "heads of other documents": (with_heads(list.reverse), "document|of another document"),
    "a path of another document": (with_heads(other_title), "a path of another document"),
    "a head that is no article": (with_heads(no_document), "document 0"),
    "names of other documents": (
        relisted("names", another_name),
        "names are of other documents than they say",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_segment_that_lies_is_found_out(news: News, planted: str) -> None:
    change, expected = PLANTED[planted]
    name = segments(news)[0]
    if not isinstance(change, type(filled)) or change.__name__ == "forged":
        change = change(news, name)
    forge(news, name, change)
    found = faults(news.folder)
    assert any(re.search(f"^{name}: .*{expected}", line) for line in found), found
    assert all("\n" not in line for line in found)


@pytest.mark.parametrize("lie", LIES)
def test_what_searches_refuse_is_found(news: News, lie: str) -> None:
    name = segments(news)[0]
    forge(news, name, LIES[lie])
    assert any(line.startswith(f"{name}: ") for line in faults(news.folder))


def test_random_lies_raise_nothing_and_most_are_found(news: News) -> None:
    print(f"NEWSSEARCH_SEED={SEED}")
    rng = random.Random(SEED)
    found = 0
    for _ in range(FLIPS):
        found += bool(faults(forged_at_random(news, rng).folder))
    assert found > FLIPS // 2
