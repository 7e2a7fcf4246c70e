from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

import pytest

from newssearch.config import (
    Settings,
    find_index,
    load_settings,
    normal_extension,
    settings_and_index,
)
from newssearch.errors import UsageError
from newssearch.inventory import DEFAULT_EXTENSIONS


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_without_files_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(None, tmp_path, {}) == Settings()


def test_a_file_in_a_folder_above_is_found(tmp_path: Path) -> None:
    write(tmp_path / "newssearch.toml", 'index = "ix"\nextensions = ["MD", ".txt"]\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    settings = load_settings(None, below, {})
    assert settings.index == tmp_path / "ix"
    assert settings.extensions == (".md", ".txt")


def test_the_nearer_file_wins_key_by_key(tmp_path: Path) -> None:
    write(tmp_path / "xdg" / "newssearch" / "config.toml", 'index = "x"\nmax_file_bytes = 5\n')
    work = tmp_path / "work"
    write(work / "newssearch.toml", "max_file_bytes = 7\n")
    settings = load_settings(None, work, {"XDG_CONFIG_HOME": str(tmp_path / "xdg")})
    assert settings.max_file_bytes == 7
    assert settings.index == tmp_path / "xdg" / "newssearch" / "x"


def test_the_users_file_is_under_home_where_xdg_is_not_set(tmp_path: Path) -> None:
    write(tmp_path / ".config" / "newssearch" / "config.toml", 'encodings = "gbk"\n')
    work = tmp_path / "work"
    work.mkdir()
    assert load_settings(None, work, {"HOME": str(tmp_path)}).encodings == ("gbk",)


def test_a_file_beside_or_above_the_archive_is_read_between_the_two(tmp_path: Path) -> None:
    write(tmp_path / "xdg" / "newssearch" / "config.toml", "max_file_bytes = 1\nindex = 'x'\n")
    write(tmp_path / "far" / "newssearch.toml", "max_file_bytes = 2\nextensions = 'a'\n")
    write(tmp_path / "work" / "newssearch.toml", "extensions = 'b'\n")
    write(tmp_path / "far" / "deep" / "news" / "newssearch.toml", "max_file_bytes = 3\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    for archive in ("far/news", "far/deep/news", "work/../far/news"):
        settings = load_settings(None, tmp_path / "work", environ, tmp_path / archive)
        assert settings.max_file_bytes == 2
        assert settings.extensions == (".b",)
        assert settings.index == tmp_path / "xdg" / "newssearch" / "x"
    write(tmp_path / "far" / "deep" / "newssearch.toml", "max_file_bytes = 4\n")
    nearer = load_settings(None, tmp_path / "work", environ, tmp_path / "far" / "deep" / "news")
    assert nearer.max_file_bytes == 4


def test_without_an_archive_the_file_beside_the_index_is_read(tmp_path: Path) -> None:
    write(tmp_path / "far" / "newssearch.toml", "max_file_bytes = 2\nindex = 'other'\n")
    work = tmp_path / "work"
    work.mkdir()
    environ = {"NEWSSEARCH_INDEX": "../far/ix"}
    for settings, index in (
        settings_and_index(None, "../far/ix", work, {}),
        settings_and_index(None, None, work, environ),
    ):
        assert index.resolve() == tmp_path / "far" / "ix"
        assert settings.max_file_bytes == 2
    settings, index = settings_and_index(None, None, work, {}, "../far/news")
    assert (settings.max_file_bytes, index) == (2, tmp_path / "far" / "other")
    assert settings_and_index(None, None, work, {}) == (Settings(), work / "index")


@pytest.mark.parametrize("variable", ["HOME", "XDG_CONFIG_HOME"])
def test_a_folder_that_cannot_be_looked_into_holds_no_file(tmp_path: Path, variable: str) -> None:
    environ = {variable: f"/{'x' * 5000}"}  # even root is refused
    with pytest.raises(OSError, match="too long"):
        os.stat(environ[variable])
    assert load_settings(None, tmp_path, environ) == Settings()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_forbidden_folder_holds_no_file_but_a_named_file_must_be_readable(tmp_path: Path) -> None:
    file = write(tmp_path / "closed" / "newssearch" / "config.toml", "max_file_bytes = 2\n")
    file.chmod(0)
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings(str(file), tmp_path, {})
    (tmp_path / "closed").chmod(0)
    try:
        environ = {"XDG_CONFIG_HOME": str(tmp_path / "closed")}
        assert load_settings(None, tmp_path, environ) == Settings()
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_named_file_is_read_alone(tmp_path: Path) -> None:
    write(tmp_path / "newssearch.toml", "max_file_bytes = 7\n")
    write(tmp_path / "other.toml", 'encodings = ["utf-8", "gb18030"]\n')
    settings = load_settings("other.toml", tmp_path, {}, tmp_path / "news")
    assert settings.encodings == ("utf-8", "gb18030")
    assert settings.max_file_bytes == Settings().max_file_bytes


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml"):
        load_settings("none.toml", tmp_path, {})


@pytest.mark.parametrize(
    ("written", "count"),
    [('"16MB"', 16 * 2**20), ('"2 GiB"', 2 * 2**30), ('"64k"', 65536), ("10", 10), ('"10"', 10)],
)
def test_sizes_are_understood(tmp_path: Path, written: str, count: int) -> None:
    write(tmp_path / "newssearch.toml", f"max_file_bytes = {written}\n")
    assert load_settings(None, tmp_path, {}).max_file_bytes == count


def test_memory_is_a_size_and_jobs_a_number(tmp_path: Path) -> None:
    write(tmp_path / "newssearch.toml", 'memory = "64MB"\njobs = 1\n')
    settings = load_settings(None, tmp_path, {})
    assert (settings.memory, settings.jobs) == (64 * 2**20, 1)


def test_an_unknown_key_is_named_with_the_nearest_good_one(tmp_path: Path) -> None:
    file = write(tmp_path / "newssearch.toml", 'encoding = "latin-1"\n')
    with pytest.raises(UsageError) as caught:
        load_settings(None, tmp_path, {})
    assert str(caught.value) == f"{file}: unknown key 'encoding'; did you mean 'encodings'?"


@pytest.mark.parametrize(
    "line",
    [
        "index = 3",
        'index = ""',
        "extensions = [1]",
        "extensions = []",
        'extensions = "a/b"',
        'encodings = ["klingon"]',
        'encodings = ["utf-8", "hex"]',
        'encodings = ["undefined"]',
        'max_file_bytes = "big"',
        "max_file_bytes = true",
        "max_file_bytes = 0",
        "max_file_bytes = -1",
        'memory = "63MB"',
        "memory = 512",
        "jobs = 0",
        "jobs = true",
        'jobs = "2"',
        'stemmer = "english"',
        'stemmer = {greek = "greek"}',
        "this is not toml",
    ],
)
def test_a_wrong_value_names_the_file(tmp_path: Path, line: str) -> None:
    file = write(tmp_path / "newssearch.toml", line + "\n")
    with pytest.raises(UsageError) as caught:
        load_settings(None, tmp_path, {})
    assert str(caught.value).startswith(f"{file}: ")
    assert "\n" not in str(caught.value)


def test_stemmers_are_a_table(tmp_path: Path) -> None:
    write(tmp_path / "newssearch.toml", '[stemmer]\nlatin = "german"\n')
    assert load_settings(None, tmp_path, {}).stemmer == {"latin": "german"}


def test_the_index_is_found_in_the_documented_order(tmp_path: Path) -> None:
    work = tmp_path / "a" / "b"
    work.mkdir(parents=True)
    settings = Settings(index=tmp_path / "configured")
    environ = {"NEWSSEARCH_INDEX": "env"}
    assert find_index("flag", environ, work, settings) == work / "flag"
    assert find_index(None, environ, work, settings) == work / "env"
    assert find_index(None, {}, work, settings) == tmp_path / "configured"
    assert find_index(None, {}, work, Settings()) == work / "index"
    write(tmp_path / "index" / "newssearch.json", "{}")
    assert find_index(None, {}, work, Settings()) == tmp_path / "index"
    (tmp_path / "a" / "index").mkdir()  # somebody else's folder
    assert find_index(None, {}, work, Settings()) == tmp_path / "index"
    write(work / "index" / "newssearch.json", "{}")
    assert find_index(None, {}, work, Settings()) == work / "index"


def test_extensions_are_written_with_or_without_dot() -> None:
    assert [normal_extension(text) for text in ("md", ".MD", " .Markdown ")] == [
        ".md",
        ".md",
        ".markdown",
    ]
    for wrong in (".", "a/b", "md#1"):
        with pytest.raises(UsageError):
            normal_extension(wrong)


def test_the_file_of_aliases_is_relative_to_the_configuration(tmp_path: Path) -> None:
    write(tmp_path / "newssearch.toml", 'aliases = "names/people.txt"\nleading_wildcards = true')
    settings = load_settings(None, tmp_path, {})
    assert settings.aliases == tmp_path / "names" / "people.txt"
    assert settings.leading_wildcards is True
    for wrong in ("aliases = 3", 'leading_wildcards = "yes"'):
        write(tmp_path / "newssearch.toml", wrong)
        with pytest.raises(UsageError, match="must be"):
            load_settings(None, tmp_path, {})


def test_the_documented_configuration_is_the_default(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / "docs" / "command-line.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    write(tmp_path / "newssearch.toml", example)
    settings = load_settings(None, tmp_path, {})
    first = DEFAULT_EXTENSIONS  # what a folder is read with that was not indexed before
    assert settings == Settings(
        tmp_path / "index",
        first,
        stemmer=settings.stemmer,
        jobs=2,
        aliases=tmp_path / "aliases.txt",
    )
    assert settings.stemmer == {"latin": "english", "cyrillic": "russian"}
    for field in dataclasses.fields(Settings):
        assert re.search(rf"^{field.name} = ", example, re.MULTILINE)
