"""Pairs of characters, put together again."""

from __future__ import annotations

import random
from itertools import pairwise

from newssearch.analysis.pairs import Runs, seams


def test_a_pair_between_two_frequent_ones_joins_words() -> None:
    frequencies = {"水手": 40, "手船": 3, "船厂": 40}
    assert seams("水手船厂", frequencies) == {"手船"}
    assert seams("水手船厂", frequencies | {"手船": 20}) == set()


def test_a_pair_at_a_words_end_joins_what_follows_only_where_the_word_stands_alone_too() -> None:
    frequencies = {"船厂": 90, "厂说": 3}
    assert seams("船厂说。船厂。", frequencies) == {"厂说"}
    assert seams("船厂说。", frequencies) == set()


def test_letters_are_no_pairs() -> None:
    assert seams("abc", {"ab": 90, "bc": 1}) == set()


def test_pieces_are_as_long_as_both_texts_have_them() -> None:
    runs = Runs("渡轮停航。", {"渡轮": 1.0, "轮停": 0.0, "停航": 2.0})
    assert runs.pieces("昨天渡轮停航了") == {"渡轮停航": {"渡轮": 1.0, "轮停": 0.0, "停航": 2.0}}
    assert runs.pieces("渡轮和停航") == {"渡轮": {"渡轮": 1.0}, "停航": {"停航": 2.0}}
    assert runs.pieces("轮停") == {}  # weighs nothing
    assert runs.pieces("渡口") == {}


def test_what_follows_a_name_once_is_not_part_of_it() -> None:
    weights = {"港口": 1.0, "口周": 1.0, "周二": 1.0}
    assert set(Runs("港口周二。港口。", weights).pieces("港口周二")) == {"港口", "周二"}
    assert set(Runs("港口周二。", weights).pieces("港口周二")) == {"港口周二"}


def test_a_fragment_of_a_name_that_comes_again_is_no_piece() -> None:
    weights = {"登布": 1.0, "布鲁": 1.0}
    assert Runs("登布鲁。登布鲁。", weights).pieces("登布先生") == {}
    assert Runs("登布鲁。登布。", weights).pieces("登布先生") == {"登布": {"登布": 1.0}}


def test_pieces_stand_in_both_texts_and_know_all_their_pairs() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(300):
        first, second = ("".join(rng.choices("港口渡轮。", k=rng.randint(0, 30))) for _ in "ab")
        pairs = {a + b for a, b in pairwise(first) if "。" not in a + b}
        weights = {pair: 1.0 for pair in pairs if rng.random() < 0.8}
        found = Runs(first, weights).pieces(second)
        for piece, held in found.items():
            assert piece in first
            assert piece in second
            assert list(held) == list(dict.fromkeys(map("".join, pairwise(piece))))
        named = {pair for held in found.values() for pair in held}
        assert named <= {pair for pair in weights if pair in second}
