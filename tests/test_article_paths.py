from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newssearch.article.paths import decode_path, encode_path, resolve_link

_PIECES = st.lists(
    st.one_of(
        st.binary(max_size=4), st.sampled_from([b"%", b"%41", b"4", b"\xff", b"\n", "中".encode()])
    ),
    max_size=12,
)


@given(_PIECES.map(b"".join))
@example(b"%\xff")
@example(b"%2\xff5")
@example(b"100% sure.md")
def test_every_sequence_of_bytes_comes_back(raw: bytes) -> None:
    text = encode_path(raw)
    text.encode()  # no lone surrogates
    assert not any(c in text for c in "\n\r\t\x00\x1b\u2028")
    assert decode_path(text) == raw


def test_ordinary_names_read_as_they_are() -> None:
    assert encode_path("2020/奥姆 #1 100% 'x'.md".encode()) == "2020/奥姆 #1 100% 'x'.md"
    assert encode_path(b"a%20b\xff\n") == "a%2520b%FF%0A"


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("x_zh.md", "2020/08/27/x_zh.md"),
        ("A%20b%3A%20c%3F.md", "2020/08/27/A b: c?.md"),
        ("..md", "2020/08/27/..md"),
        (".", "2020/08/27"),
        ("..", "2020/08"),
        ("../26/x.md#part", "2020/08/26/x.md"),
        ("x%2541.md", "2020/08/27/x%2541.md"),
        ("x%ff.md", "2020/08/27/x%FF.md"),
        ("../../../../etc/passwd", ""),
        ("%2e%2e/%2e%2e/%2e%2e/%2e%2e/x", ""),
        ("/etc/passwd", ""),
        ("https://example.com/x.md", ""),
        ("mailto:x@example.com", ""),
        ("#part", ""),
        ("", ""),
    ],
)
def test_links_resolve_inside_the_root_only(target: str, found: str) -> None:
    assert resolve_link(target, "2020/08/27/x.md") == found


@pytest.mark.parametrize("folder", ["", "2020/", "2020//08/", "./2020/", "2020/08/../", "../", "/"])
def test_a_link_into_the_same_folder_resolves_as_one_that_goes_round(folder: str) -> None:
    path = folder + "x.md"
    for name in ("y.md", "...", "..y.md", "y"):
        assert resolve_link(name, path) == resolve_link("./" + name, path)
