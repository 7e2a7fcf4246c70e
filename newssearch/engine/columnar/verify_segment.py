"""Is what a segment says of its documents sound: columns, dictionaries, what is stored?

In: a segment whose bytes are as they were written. Out: what is wrong with it, in words; used by
`verify_generation`. Lists of words, names and stories are looked at in `verify_words`. Memory holds
some numbers of each document, and a block of text at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from operator import le, lt

import numpy as np
import zstandard
from numpy.typing import NDArray

from newssearch.article.model import DateSource, Kind
from newssearch.engine.base import Document
from newssearch.engine.columnar.bulk import column, lists_of
from newssearch.engine.columnar.columns import OWN
from newssearch.engine.columnar.keys import name_key, path_key
from newssearch.engine.columnar.lists import GROUP, Dictionary, Lists, varint
from newssearch.engine.columnar.segment import SLOTS, Segment
from newssearch.engine.columnar.segment_file import WRONG
from newssearch.engine.columnar.stored import Codec, Stored
from newssearch.engine.columnar.verify_words import (
    check_breaks,
    check_lists,
    check_words,
    require,
)
from newssearch.engine.fault import fault_of
from newssearch.engine.names import name_terms
from newssearch.errors import EngineError, IndexCorrupt
from newssearch.schema import RANKED_FIELDS

Integers = NDArray[np.int64]

#: called with so many bytes of what was looked at
Meter = Callable[[int], None]
Check = Callable[[Segment, Meter], object]

#: Documents after which the memory of what was read is let go of.
_AT_ONCE = 2000

#: Where what tables name is a class's values, which.
_VALUES = {
    "kind": {kind.value for kind in Kind},
    "date_source": {"", *(source.value for source in DateSource)},
}


def segment_faults(segment: Segment, codec: Codec | None, meter: Meter) -> Iterator[str]:
    """What is wrong with a segment. Stored text is left out where `codec` is None: it cannot be
    read without its dictionary."""
    checks: list[Check] = [
        _check_columns,
        _check_slots,
        _check_terms,
        _check_stories,
        lambda segment, meter: check_lists(segment.names, meter),
        check_words,
        check_breaks,
    ]
    if codec is not None:
        checks.append(lambda segment, meter: _check_stored(segment, codec, meter))
    for check in checks:
        try:
            with np.errstate(all="ignore"):
                check(segment, meter)
        except IndexCorrupt as error:
            yield fault_of(segment.file.path, error).what
        except (*WRONG, zstandard.ZstdError) as error:
            yield f"is damaged ({' '.join(str(error).split())[:200]})"
        except MemoryError as error:
            raise EngineError(f"{segment.file.path}: there is not enough memory") from error
        segment.file.release()


def _check_columns(segment: Segment, meter: Meter) -> None:
    """Numbers lead into their tables and dictionaries; dates are dates; ids are in their order."""
    for name, table in segment.tables.items():
        require(len(set(table)) == len(table), f"a value stands twice in the table of {name}")
        require(set(table) <= _VALUES.get(name, set(table)), f"an unknown value of {name}")
        _below(column(segment, name), len(table), name)
    for name in ("date", "added"):
        _check_dates(column(segment, name), name)
    ids, order = np.asarray(segment.column("id")), _documents(segment, "ids.documents")
    require(not len(ids) or int(ids.max()) < 1 << 48, "an id of more than 12 digits")
    _check_permutation(order, segment.documents, "the order of ids")
    require(
        bool((ids[order][1:] > ids[order][:-1]).all()), "ids do not ascend, or two are the same"
    )
    paths = _documents(segment, "paths.documents")
    _check_permutation(paths, segment.documents, "the order of paths")
    same = column(segment, "path")[paths] == np.arange(segment.documents)
    require(bool(same.all()), "the numbers of paths are not those of their order")


def _check_dates(keys: Integers, name: str) -> None:
    """Keys are 0 or YYYYMMDDhhmmss, unknown parts 0."""
    rest, second = np.divmod(keys, 100)
    rest, minute = np.divmod(rest, 100)
    rest, hour = np.divmod(rest, 100)
    rest, day = np.divmod(rest, 100)
    year, month = np.divmod(rest, 100)
    possible = (second < 62) & (minute < 60) & (hour < 25) & (day < 32) & (month < 13)
    possible &= (year > 0) & (year < 10_000) & ((day == 0) | (month > 0))
    require(bool((possible | (keys == 0)).all()), f"{name} holds what is no date")


def _check_slots(segment: Segment, meter: Meter) -> None:
    """Slots follow one another up to the last place; what counts adds up."""
    starts, lengths = column(segment, "starts"), column(segment, "lengths")
    sizes = np.diff(starts)
    require(starts[0] == 0 and bool((sizes >= 0).all()), "slots do not ascend")
    require(starts[-1] == segment.places, "the slots do not end where the places do")
    require(bool((lengths <= sizes).all()), "a field has more words than places")
    counted = np.ones(segment.documents, np.bool_)
    if Kind.PAGE.value in segment.tables["kind"]:
        counted = column(segment, "kind") != segment.tables["kind"].index(Kind.PAGE.value)
    require(int(counted.sum()) == segment.counted, "another number of articles than it says")
    sums = lengths.reshape(-1, SLOTS)[counted].sum(axis=0).tolist()
    said = [segment.lengths[field.name] for field in RANKED_FIELDS]
    require(sums == said, "another number of words than it says")
    sketches = segment.file.length("column.sketches")
    meter(segment.file.length("column.starts") + segment.file.length("column.lengths") + sketches)


def _check_terms(segment: Segment, meter: Meter) -> None:
    """Every dictionary's terms are in the order of their bytes, each once."""
    for dictionary in (segment.words, segment.forms, segment.names, segment.stories):
        _check_dictionary(dictionary, lt)
        meter(segment.file.length(f"{dictionary.name}.text"))
    _check_dictionary(segment.paths, le)  # a path may be there twice, with two ids


def _check_dictionary(dictionary: Dictionary, ascend: Callable[[bytes, bytes], bool]) -> None:
    before: bytes | None = None
    for terms in strict_terms(dictionary):
        if before is not None:
            terms.insert(0, before)
        require(all(map(ascend, terms, terms[1:])), f"{dictionary.name} are not in their order")
        b"\0".join(terms).decode("utf-8", "surrogatepass")
        before = terms[-1]


def strict_terms(dictionary: Dictionary) -> Iterator[list[bytes]]:
    """The terms of each group; raises ValueError where one is not exactly what it should be."""
    name, file = dictionary.name, dictionary.file
    starts = np.frombuffer(file.read(f"{name}.groups"), "<u8").reshape(-1, 3)[:, 0]
    edges = starts.astype(np.int64).tolist()
    ends = file.length(f"{name}.text")
    require(edges[0] == 0 and edges[-1] == ends, f"{name} do not fill their text")
    for group, (begin, end) in enumerate(pairwise(edges)):
        require(0 <= begin <= end, f"{name} have groups that do not ascend")
        terms = _unfolded(bytes(file.read(f"{name}.text", begin, end)))
        expected = min(GROUP, dictionary.size - group * GROUP)
        require(len(terms) == expected, f"{name} has a group of {len(terms)} terms")
        yield terms


def _unfolded(content: bytes) -> list[bytes]:
    terms: list[bytes] = []
    term, at, end = b"", 0, len(content)
    while at < end:
        shared, length = content[at], content[at + 1]
        at += 2
        if length > 127:
            length, at = varint(content, at - 1)
        if shared > len(term) or at + length > end:
            raise ValueError("a term that is cut off")
        term = term[:shared] + content[at : at + length]
        terms.append(term)
        at += length
    return terms


def _check_stories(segment: Segment, meter: Meter) -> None:
    """Each document is in one story's list, the one that its column says."""
    numbers = check_lists(segment.stories, meter)
    _check_permutation(numbers.values, segment.documents, "the documents of stories")
    stories = np.repeat(np.arange(segment.stories.size), numbers.counts)
    same = column(segment, "story")[numbers.values] == stories
    require(bool(same.all()), "a document is in another story than its column says")


def _check_stored(segment: Segment, codec: Codec, meter: Meter) -> None:
    """Every block is as many lines of JSON as it has documents, and articles are what the columns,
    paths and names say of them."""
    for name in ("heads", "bodies"):
        _check_blocks(segment, name)
    stored = Stored(segment, codec)
    paths, names = np.zeros(segment.documents, np.int64), 0  # hashes of them; a sum of hashes
    size = segment.file.length("heads.blocks") + segment.file.length("bodies.blocks")
    columns = [segment.column(name) for name in ("date", "lang", "kind", "date_source")]
    for number, (date, *numbers) in enumerate(zip(*columns, strict=True)):
        document = stored.document(number)
        article = document.article
        known = [segment.tables[name][n] for name, n in zip(_NAMED, numbers, strict=True)]
        when = (article.date.key, article.date.source.value) if article.date else (0, "")
        if [date, *known] != [when[0], article.lang, article.kind.value, when[1]]:
            raise ValueError(f"document {number} is another than its columns say")
        paths[number] = hash(path_key(article.path, document.root))
        names += sum(hash((name, number)) for name in _names(document))
        if number % _AT_ONCE == _AT_ONCE - 1:
            meter(size * _AT_ONCE // segment.documents)
            segment.file.release()
    of = _documents(segment, "paths.documents")
    at = 0
    for terms in strict_terms(segment.paths):
        here = np.fromiter(map(hash, terms), np.int64, len(terms))
        require(bool((paths[of[at : at + len(terms)]] == here).all()), "a path of another document")
        at += len(terms)

    for term, documents in _named(segment.names):
        names -= sum(hash((term, number)) for number in documents)
    require(not names, "names are of other documents than they say")


_NAMED = ("lang", "kind", "date_source")


def _names(document: Document) -> set[bytes]:
    """A document's terms of `names`."""
    return {
        name_key(field, value)
        for field, values in name_terms(document).items()
        if field not in OWN
        for value in values
    }


def _named(names: Lists) -> Iterator[tuple[bytes, list[int]]]:
    """Each name with its documents."""
    first = 0
    for terms in strict_terms(names):
        counts, values = lists_of(names, first, first + len(terms))
        ends = np.cumsum(counts)
        for term, some in zip(terms, np.split(values, ends[:-1]), strict=True):
            yield term, some.tolist()
        first += len(terms)


def _check_blocks(segment: Segment, name: str) -> None:
    first = np.frombuffer(segment.file.read(f"{name}.first"), "<u4").astype(np.int64)
    starts = np.frombuffer(segment.file.read(f"{name}.starts"), "<u8").astype(np.int64)
    require(len(starts) == len(first) + 1, f"{name} have another number of blocks")
    require(bool((np.diff(first, append=segment.documents) > 0).all()), f"{name} do not ascend")
    require(not len(first) or first[0] == 0, f"{name} do not begin with the first document")
    require(bool(len(first)) == bool(segment.documents), f"there are no {name}")
    ends = segment.file.length(f"{name}.blocks")
    require(starts[0] == 0 and starts[-1] == ends, f"{name} do not fill their blocks")
    require(bool((np.diff(starts) > 0).all()), f"the blocks of {name} do not ascend")


def _documents(segment: Segment, section: str) -> Integers:
    documents: Integers = np.asarray(segment.column_of(section)).astype(np.int64)
    return documents


def _below(numbers: Integers, size: int, name: str) -> None:
    require(not len(numbers) or int(numbers.max()) < size, f"{name} has a number from nowhere")


def _check_permutation(numbers: Integers, size: int, name: str) -> None:
    """Each number below `size` once."""
    _below(numbers, size, name)
    once = len(numbers) == size and bool((np.bincount(numbers, minlength=size) == 1).all())
    require(once, f"{name} leaves a document out")
