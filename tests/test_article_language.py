from __future__ import annotations

import pytest

from newssearch.article.language import (
    declared_language,
    language_of,
    languages_of,
    split_language,
    without_language,
)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The ferry left the harbour at dawn and it was full.", "en"),
        ("Le bateau quitte le port ce matin.", ""),
        ("第一艘船在黎明时分出发。", "zh"),
        ("船は朝に港を出ました。", "ja"),
        ("배가 새벽에 항구를 떠났다.", "ko"),
        ("Паром вышел из порта на рассвете.", "ru"),
        ("Пором вийшов із порту на світанку, її чекали.", "uk"),
        ("غادرت العبارة الميناء عند الفجر", "ar"),
        ("Το πλοίο έφυγε την αυγή", "el"),
        ("המעבורת עזבה את הנמל", "he"),
        ("2020-08-27 100%", ""),
        ("Orm Ferry Resumes", "en"),
        ("LA ferry boss Dan Venn quits over Rio de Orm deal", "en"),
        ("New café opens on pier", "en"),
        ("We’ve seen 40 ferries per day: pour more money, do it, buy a van", "en"),
        ("Die Fähre verließ den Hafen", ""),
        ("Der Minister tritt heute zurück", ""),
        ("El presidente renuncia", ""),
        ("Nuevo barco para la ciudad", ""),
        ("Le bateau coule", ""),
        ("De veerboot is niet op tijd", ""),
        ("", ""),
    ],
)
def test_language_by_script(text: str, lang: str) -> None:
    assert language_of(text) == lang


def test_names_in_latin_do_not_make_a_chinese_text_english() -> None:
    assert (
        language_of("渡轮公司（Orm Ferry Company）说，船长马拉·奎尔（Mara Quill）很高兴。") == "zh"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Der Rat hat am Montag mit den Stimmen der Mehrheit beschlossen, dass die Fähre an allen"
        " Tagen fährt und nicht im Winter ruht. Was das kostet, ist noch nicht bekannt. ",
        "Le conseil a voté une aide pour les pêcheurs du lac, qui sont privés de bateau depuis"
        " un mois. On ne sait pas ce que cela va coûter aux habitants des deux rives. ",
        "El consejo aprobó ayer una ayuda para los pescadores del lago, que no tienen barco desde"
        " hace un mes. No se sabe cuánto va a costar a los vecinos de las dos orillas. ",
    ],
)
def test_other_languages_in_latin_letters_are_never_english(text: str) -> None:
    for part in (text, text * 20, text.split(". ", maxsplit=1)[0]):
        assert language_of(part) == ""
        assert language_of(part, expected="en") == ""


def test_long_text_without_english_words_is_english_only_where_expected() -> None:
    table = "Orm ferry tonnage north pier south pier winter summer autumn spring " * 10
    assert language_of(table) == ""
    assert language_of(table, expected="en") == "en"


def test_languages_of_a_text_in_two() -> None:
    text = (
        "The ferry left the harbour at dawn with forty passengers."
        " 第一艘船在黎明时分载着四十名乘客出发。"
    )
    assert set(languages_of(text)) == {"en", "zh"}


@pytest.mark.parametrize(
    ("declared", "lang"),
    [("en", "en"), ("en-US", "en"), ("zh_Hans", "zh"), ("Chinese", "zh"), ("xx", ""), ("", "")],
)
def test_declared_languages(declared: str, lang: str) -> None:
    assert declared_language(declared) == lang


@pytest.mark.parametrize(
    ("path", "stem", "lang"),
    [
        ("a/Ferry_zh.md", "Ferry", "zh"),
        ("a/Ferry.zh-CN.md", "Ferry", "zh"),
        ("a/ferry-pt-BR.md", "ferry", "pt"),
        ("a/ferry-zh.md", "ferry", "zh"),
        ("ferry_en.md", "ferry", "en"),
        ("what-this-is.md", "what-this-is", ""),
        ("how_we_use_it.md", "how_we_use_it", ""),
        ("news-from-the-uk.md", "news-from-the-uk", ""),
        ("x.it.md", "x", "it"),
        ("ferry_xx.md", "ferry_xx", ""),
        ("_zh.md", "_zh", ""),
    ],
)
def test_language_suffixes(path: str, stem: str, lang: str) -> None:
    assert split_language(path) == (stem, lang)


@pytest.mark.parametrize("around", ["{}", "“{}”", "{} Zoë"])
def test_a_text_is_judged_alike_in_ascii_with_other_quotes_and_with_an_accent(around: str) -> None:
    english = "The ferry to Rio de Janeiro was full and Angela van der Orm left la Rosa at dawn."
    assert language_of(around.format(english)) == "en"
    assert language_of(around.format("De ferry naar Urk voer niet uit voor een storm")) == ""


def test_a_digests_languages_are_weighed_by_characters_and_words() -> None:
    assert languages_of("渡轮出发了。 The ferry left.") == ("en", "zh")
    assert languages_of("渡轮在黎明时分出发了。 The ferry.") == ("zh", "en")
    assert languages_of("渡轮在黎明时分出发了，船上满是人。 “Ferry”") == ("zh",)
    assert languages_of("“Ferry” — 2020") == ("en",)
    assert languages_of("“2020” — …") == ()


@pytest.mark.parametrize(
    ("path", "without"),
    [
        ("day/rain_zh.md", "day/rain.md"),
        ("day_fr/rain.zh-Hans.markdown", "day_fr/rain.markdown"),
        ("rain.md", "rain.md"),
        ("day/what_it_is.md", "day/what_it_is.md"),
    ],
)
def test_a_path_without_its_language_suffix(path: str, without: str) -> None:
    assert without_language(path) == without
