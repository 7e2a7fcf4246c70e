from __future__ import annotations

import random

import pytest

from newssearch.cli.arguments import OptionNames, decoded, options_before_words
from newssearch.errors import UsageError

NAMES = OptionNames(
    flags={"-q", "--quiet", "-l", "--files", "-0", "--null", "--json", "-v", "--any"},
    valued={"-n", "--limit", "--since", "--index"},
)


def put_in_order(line: str) -> str:
    return " ".join(options_before_words(line.split(), NAMES))


@pytest.mark.parametrize(
    ("typed", "ordered"),
    [
        ("belarus", "-- belarus"),
        ("belarus -lukashenko", "-- belarus -lukashenko"),
        ("belarus -minsk", "-- belarus -minsk"),
        ("belarus -n5", "-- belarus -n5"),
        ("belarus -n 5", "-n 5 -- belarus"),
        ("belarus --limit 5 minsk", "--limit 5 -- belarus minsk"),
        ("belarus --limit=5", "--limit=5 -- belarus"),
        ("-n5 belarus", "-n5 -- belarus"),
        ("-n 5 belarus -q", "-n 5 -q -- belarus"),
        ("-ln 5 belarus", "-ln 5 -- belarus"),
        ("-l0 belarus", "-l0 -- belarus"),
        ("belarus -l0", "-- belarus -l0"),
        ("belarus -- -n 5 --json", "-- belarus -n 5 --json"),
        ("-- -minsk -- belarus", "-- -minsk -- belarus"),
        ("belarus - minsk", "-- belarus - minsk"),
        ("-nall belarus", "-nall -- belarus"),
        ("--since -7d belarus", "--since -7d -- belarus"),
        ("belarus --limt 5", "--limt -- belarus 5"),
        ("belarus -q=1", "-- belarus -q=1"),
        ("", "--"),
    ],
)
def test_options_are_told_from_words(typed: str, ordered: str) -> None:
    assert put_in_order(typed) == ordered


def test_an_empty_word_stays_a_word() -> None:
    assert options_before_words(["", "-minsk"], NAMES) == ["--", "", "-minsk"]


@pytest.mark.parametrize("line", ["belarus -n", "--limit", "-qn", "belarus --since"])
def test_an_option_without_its_value_is_an_error_and_takes_no_word(line: str) -> None:
    with pytest.raises(UsageError, match="needs a value"):
        put_in_order(line)


@pytest.mark.parametrize("word", ["-lukashenko", "-minsk", "-nato", "-é", "-l-"])
def test_a_first_word_with_a_dash_is_named_whole_with_the_way_out(word: str) -> None:
    with pytest.raises(UsageError) as caught:
        put_in_order(f"-q {word} belarus")
    assert str(caught.value).startswith(f"there is no option {word!r}; ")
    assert str(caught.value).endswith(f"newssearch query -- {word}")
    assert put_in_order(f"-- {word}") == f"-- {word}"


def test_an_argument_is_decoded_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    word = "卢卡申科 \udcff"
    with monkeypatch.context() as patch:  # os.fsencode where the locale knows ASCII alone
        patch.setattr("os.fsencode", lambda text: text.encode("ascii", "surrogateescape"))
        handed_over = word.encode("utf-8", "surrogateescape").decode("ascii", "surrogateescape")
        assert "卢" not in handed_over
        assert decoded(handed_over) == word
        assert decoded(word) == word
    assert decoded("minsk") == "minsk"


def test_no_argument_is_lost_or_invented() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    pick = random.Random(seed)
    pieces = ["a", "-a", "-n5", "-q", "--json", "--limit=3", "x", "-", "", "--files"]
    for _ in range(500):
        typed = ["-l0", "b", *pick.choices(pieces, k=pick.randrange(8))]
        ordered = options_before_words(typed, NAMES)
        ordered.remove("--")
        assert sorted(ordered) == sorted(typed)
