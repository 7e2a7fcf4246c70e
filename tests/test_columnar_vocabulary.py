"""The words of an archive: which an atom stands for, and how often each occurs.

The twin looks at every word of every document, and knows a pattern by its regular expression.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engines import create
from invented_documents import commit, document
from test_syntax_patterns import distance, like

from newssearch.analysis.analyzer import Analyzer
from newssearch.analysis.scripts import is_cjk
from newssearch.engine import evaluate
from newssearch.engine.base import Document
from newssearch.engine.columnar import expansion, vocabulary
from newssearch.engine.columnar.expansion import Expansion
from newssearch.engine.columnar.lists import Dictionary
from newssearch.engine.columnar.lists_writer import DictionaryWriter
from newssearch.engine.columnar.segment_file import SectionsWriter, SegmentFile
from newssearch.engine.columnar.snapshot import ColumnarSnapshot
from newssearch.engine.columnar.vocabulary import Vocabulary
from newssearch.errors import EngineError
from newssearch.syntax.nodes import Atom, Expand
from newssearch.syntax.patterns import bare, is_form

NEWS = [
    document("1.md", "The harbour is closed. Harbours wait; 20 ships, 2020 men.", title="Harbor"),
    document("2.md", "A harbor, harbored. Hardware for the wards. Words. 港口关闭 λιμάνι 2021"),
    document("3.md", "Re-election in the harbour town: the word is the word, ward by ward. 1,020"),
]

Open = Callable[[list[list[Document]]], ColumnarSnapshot]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """A function that indexes documents, each of the lists as a generation, and opens the last."""
    snapshots: list[ColumnarSnapshot] = []

    def make(generations: list[list[Document]]) -> ColumnarSnapshot:
        engine = create("columnar", tmp_path / str(len(snapshots)), Analyzer())
        for documents in generations:
            commit(engine, documents)
        snapshot = engine.snapshot()
        assert isinstance(snapshot, ColumnarSnapshot)
        snapshots.append(snapshot)
        return snapshot

    yield make
    for snapshot in snapshots:
        snapshot.close()


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Callable[[list[bytes]], Dictionary]]:
    """A function that writes a dictionary and opens it."""
    files: list[SegmentFile] = []

    def write(terms: list[bytes]) -> Dictionary:
        writer = DictionaryWriter(tmp_path, "forms")
        writer.add_terms(terms)
        file = SectionsWriter(tmp_path / f"{len(files)}.seg")
        writer.write(file)
        writer.close()
        file.finish({})
        files.append(SegmentFile(file.path))
        return Dictionary(files[-1], "forms", len(terms))

    yield write
    for file in files:
        file.close()


def occurrences(documents: list[Document]) -> tuple[Counter[str], Counter[str]]:
    """How often each unstemmed form stands in documents, and each term."""
    analyzer = Analyzer()
    forms: Counter[str] = Counter()
    terms: Counter[str] = Counter()
    for one in documents:
        article = one.article
        texts = [article.title, *article.keywords, *(part.text for part in article.body)]
        for token in (token for text in texts for token in analyzer.tokens(text)):
            terms[token.terms[0]] += 1
            forms.update(token.terms[1:])
    return forms, terms


def means(atom: Atom, word: str) -> bool:
    text = bare(atom)
    match atom.expand:
        case Expand.PREFIX:
            return word.startswith(text)
        case Expand.PATTERN:
            return like(text, word)
        case Expand.FUZZY:
            return distance(text, word) <= atom.edits
        case _:
            return word == text


def told(atom: Atom, documents: list[Document]) -> dict[str, int]:
    """The words that an atom stands for, as they should be counted."""
    forms, terms = occurrences(documents)
    if is_form(atom):
        return {form[1:]: n for form, n in forms.items() if means(atom, form[1:])}
    exact = atom.expand in (Expand.NONE, Expand.PREFIX)
    stems = {token.terms[0] for form in forms for token in Analyzer().tokens(form)}
    return {
        term: n
        for term, n in terms.items()
        if means(atom, term) and (exact or (term not in stems and not is_cjk(term[0])))
    }


def first(counts: dict[str, int], limit: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].encode()))[:limit]


def fuzzy(text: str, edits: int) -> Atom:
    return Atom(text, Expand.FUZZY, edits=edits)


ATOMS = [
    Atom("=harb", Expand.PREFIX),
    Atom("=w?rd", Expand.PATTERN),
    Atom("=h*r*", Expand.PATTERN),
    Atom("=*d", Expand.PATTERN),
    Atom("=harb?r*", Expand.PATTERN),
    fuzzy("=harbour", 0),
    fuzzy("=harbour", 1),
    fuzzy("=harbour", 2),
    fuzzy("=word", 1),
    Atom("2", Expand.PREFIX),
    Atom("20?0", Expand.PATTERN),
    Atom("*20", Expand.PATTERN),
    fuzzy("2020", 2),
    fuzzy("20", 2),
    fuzzy("λιμανι", 1),
    Atom("港", Expand.PREFIX),
    Atom("=harbour"),
    Atom("=nowhere"),
    Atom("harbour"),
    Atom("2020"),
]


@pytest.fixture(scope="module", params=[[NEWS], [NEWS[:1], NEWS[1:]], [[one] for one in NEWS]])
def held(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Vocabulary]:
    """The words of the news, in one segment or in several."""
    engine = create("columnar", tmp_path_factory.mktemp("words") / "index", Analyzer())
    for documents in request.param:
        commit(engine, documents)
    snapshot = engine.snapshot()
    assert isinstance(snapshot, ColumnarSnapshot)
    yield Vocabulary(snapshot.archive.segments)
    snapshot.close()


@pytest.mark.parametrize("atom", ATOMS, ids=str)
def test_an_atom_stands_for_the_words_that_are_like_it(atom: Atom, held: Vocabulary) -> None:
    expected = told(atom, NEWS)
    mark = "=" if is_form(atom) else ""
    assert held.expand(atom) == sorted(mark + word for word in expected)
    for limit in (1, 3, 100):
        assert [tuple(one) for one in held.words(atom, limit)] == first(expected, limit)


def test_what_it_stands_for_does_not_depend_on_its_place_in_a_phrase(held: Vocabulary) -> None:
    assert held.expand(Atom("=w?rd", Expand.PATTERN, 7)) == ["=ward", "=word"]


def test_each_segment_s_terms_are_those_of_its_forms(opened: Open) -> None:
    archive = opened([NEWS[:1], NEWS[1:]]).archive
    held = Vocabulary(archive.segments)
    found = [
        (segment.words.term(term), form)
        for segment in archive.segments
        for term, form in held.terms(fuzzy("=harbours", 1), segment)
    ]
    assert {term for term, _ in found} == {b"harbour"}
    assert all(form is not None for _, form in found)
    (segment, *_) = archive.segments
    numbers = held.terms(Atom("20*", Expand.PATTERN), segment)
    assert [(segment.words.term(term), form) for term, form in numbers] == [
        (b"20", None),
        (b"2020", None),
    ]


def test_a_pattern_for_too_many_words_is_refused_as_it_was_typed(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = opened([NEWS[:1], NEWS[1:]])
    monkeypatch.setattr(evaluate, "BROADEST", 4)
    held = Vocabulary(snapshot.archive.segments)
    assert len(held.expand(Atom("=harb*", Expand.PATTERN))) == 4  # more in all segments
    for atom, typed in ((Atom("=h*", Expand.PATTERN), "h[*]"), (Atom("=h", Expand.PREFIX), "h[*]")):
        with pytest.raises(EngineError, match=f"^{typed} is too broad"):
            held.expand(atom)
        assert held.words(atom, 1) == [("harbor", 2)]  # who only counts may


def test_a_pattern_that_takes_too_long_is_refused(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = opened([NEWS])
    monkeypatch.setattr(expansion, "SECONDS", -1)
    with pytest.raises(EngineError, match=r"^[*]ord is too broad"):
        Vocabulary(snapshot.archive.segments).expand(Atom("=*ord", Expand.PATTERN))


def random_words(source: random.Random, count: int) -> list[bytes]:
    """Different words that begin alike more often than not, some of them very long."""
    words: set[str] = set()
    while len(words) < count:
        word = "".join(source.choices("abcdeж港", k=source.randrange(1, 9)))
        if words and source.random() < 0.5:
            word = source.choice(sorted(words)[:50])[: source.randrange(1, 9)] + word
        words.add(word if source.random() < 0.98 else word * 40)
    return sorted(word.encode() for word in words)


@pytest.mark.parametrize("seed", range(12))
def test_no_word_of_a_large_dictionary_is_passed_over(
    seed: int, written: Callable[[list[bytes]], Dictionary]
) -> None:
    source = random.Random(seed)
    print("seed", seed)
    words = random_words(source, source.choice((1, 63, 64, 65, 200, 1500)))
    dictionary = written(words)
    texts = [word.decode() for word in words]
    for _ in range(25):
        if source.random() < 0.5:
            text = "".join(source.choices("abcж?*", k=source.randrange(1, 6)))
            atom = Atom("=" + text, Expand.PATTERN)
        else:
            text = "".join(source.choices("abcж", k=source.randrange(1, 8)))
            atom = fuzzy("=" + text, source.randrange(3))
        expected = [
            number
            for number, word in enumerate(texts)
            if not is_cjk(word[0]) and len(word) < 60 and means(atom, word)
        ]
        found = [n for n in Expansion(atom).numbers(dictionary) if len(texts[n]) < 60]
        assert found == expected, atom


@pytest.mark.parametrize("seed", range(12))
def test_random_news_is_counted_as_it_stands(
    seed: int, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random.Random(seed)
    print("seed", seed)
    monkeypatch.setattr(vocabulary, "_LOOKED_AT", source.choice((1, 4, 200)))
    spelt = [
        "strike",
        "strikes",
        "striking",
        "port",
        "ports",
        "harbour",
        "2020",
        "port's",
        "λιμάνι",
    ]
    spelt += ["the", "re-port", "report", "reports", "reported", "porting", "港口", "U.S."]
    news = [
        document(f"{n}.md", " ".join(source.choices(spelt, k=source.randrange(400))))
        for n in range(source.randrange(1, 12))
    ]
    cut = source.randrange(len(news) + 1)
    words = Vocabulary(opened([news[:cut], news[cut:]]).archive.segments).words
    for atom in (
        Atom("=", Expand.PREFIX),
        Atom("=*", Expand.PATTERN),
        Atom("=*port*", Expand.PATTERN),
        fuzzy("=ports", 2),
        Atom("=report"),
        Atom("*", Expand.PATTERN),
    ):
        for limit in (1, 2, 5, 100):
            expected = first(told(atom, news), limit)
            assert [tuple(one) for one in words(atom, limit)] == expected, atom
