"""Where sentences begin."""

from __future__ import annotations

import pytest

from newssearch.analysis.sentences import sentence_starts

#: sentences are parted by a bar, which is not in the text
TEXTS = [
    "The port is shut.| Pilots strike.| Ships wait",
    "Is it shut?| It is!| We wait…| They wait too... and wait.",
    "“The port is shut.”| “Why?”| He said (at noon.)| Then he left.",
    'He called it "shut."| "Not so," she said.| [Laughter]',
    "Gen. Vela met Sen. Quill and Mr. Örn on St. Elmo Street.| No. 7 was shut.",
    "J. Vela of the U.S. Navy came at 7 a.m. Monday, e.g. Aug. 3, vs. Mrs. Quill.",
    "It cost 3.5 million.| 12 ships wait. or so.| The rest left.",
    "See bay.org for more.The end",
    "第一句。|第二句！|“第三句？”|第四句。 |第五句",
    "港口关闭。|3艘船在等。 |Ships wait",
    "Порт закрыт.| Лоцманы бастуют в г. Ладно и на ул. Морской.| А. Вела ушёл.",
    "العمال مضربون.| الميناء مغلق؟| نعم",
    "Shut.  |The next one.    Too many spaces",
    "Plan.)))) Too many. | A plan.))) |Enough",
    "O. K.",
    "",
    ".",
    ". |A",
]


@pytest.mark.parametrize("text", TEXTS)
def test_sentences_begin_where_the_bars_are(text: str) -> None:
    parts = text.split("|")
    whole = "".join(parts)
    starts = sentence_starts(whole)
    ends = [*starts[1:], len(whole)]
    found = [whole[start:end] for start, end in zip(starts, ends, strict=True)]
    assert [part.strip() for part in found] == [part.strip() for part in parts]
    assert all(not whole[start].isspace() for start in starts[1:])


def test_long_words_and_many_stops_are_read_in_one_go() -> None:
    text = "a" * 200_000 + ". B" + ". " * 200_000
    assert sentence_starts(text) == [0, 200_002]
