from __future__ import annotations

from newssearch.article.remembered import remembered


def test_an_answer_is_worked_out_once_for_a_text_that_comes_again() -> None:
    asked: list[str] = []

    @remembered
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    assert [length("ferry"), length("pier"), length("ferry")] == [5, 4, 5]
    assert asked == ["ferry", "pier"]


def test_neither_long_texts_nor_more_than_some_thousands_are_kept() -> None:
    asked: list[str] = []

    @remembered
    def first(text: str) -> str:
        asked.append(text)
        return text[:1]

    long = "a" * 301
    assert (first(long), first(long)) == ("a", "a")
    assert asked == [long, long]
    first("ferry")
    for number in range(5000):
        first(f"{number}")
    asked.clear()
    first("ferry")
    assert asked == ["ferry"]
