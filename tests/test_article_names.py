from __future__ import annotations

import pytest

from newssearch.article.names import names_in_byline, names_in_list


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("", ()),
        ("Mara Quill", ("Mara Quill",)),
        ("By Mara Quill and Tobias Venn", ("Mara Quill", "Tobias Venn")),
        ("Mara Quill, Business Editor", ("Mara Quill",)),
        ("Us Correspondent, Mara Quill", ("Mara Quill",)),
        ("Bbc News", ()),
        ("Cnn Business", ()),
        ("Mara Quill, Cnn", ("Mara Quill",)),
        ("Cnn'S Mara Quill In Orm", ("Mara Quill",)),
        ("Cnn S Mara Quill", ("Mara Quill",)),
        ("Cnn Video Produced Mara Quill", ("Mara Quill",)),
        ("Analysis Mara Quill", ("Mara Quill",)),
        ("Mara Quill For Cnn Business Perspectives", ("Mara Quill",)),
        ("For The Straits Times", ()),
        ("Mara Quill, Orm", ("Mara Quill",)),
        ("Mara P. O'Quill-Venn", ("Mara P. O'Quill-Venn",)),
        ("Gen. Mara Quill", ("Gen. Mara Quill",)),
        ("Jan Willem Van Ormen", ("Jan Willem Van Ormen",)),
        ("Mara Quill <mara@example.com>", ("Mara Quill",)),
        ("Mara Quill, Mara Quill", ("Mara Quill",)),
        ("Mara Quill with Tobias Venn", ("Mara Quill", "Tobias Venn")),
        ("mquill", ("mquill",)),
        ("张伟，李娜", ("张伟", "李娜")),
        ("The Lake Council", ("The Lake Council",)),
        ("Mara Quill Us Correspondent", ("Mara Quill",)),
        ("Business Editor Mara Quill", ("Mara Quill",)),
        ("Bbc News Reporter Mara Quill", ("Mara Quill",)),
        ("Mara Quill Correspondent, Tobias Venn Reporter", ("Mara Quill", "Tobias Venn")),
        ("Mara Quill, Unheard Of Trade Editor", ("Mara Quill",)),
        ("Reporting By Mara Quill", ("Mara Quill",)),
        ("Reporting by Mara Quill; Editing by Tobias Venn", ("Mara Quill", "Tobias Venn")),
        ("South Korea Correspondent", ()),
        ("Personal Finance Reporter", ()),
        ("Orm Engineers Association", ()),
        ("Reporting", ()),
    ],
)
def test_names_in_a_byline(byline: str, names: tuple[str, ...]) -> None:
    assert names_in_byline(byline) == names


def test_lists_keep_slugs_and_teams_and_lose_roles() -> None:
    assert names_in_list(["mquill", "tvenn", "Science Correspondent"]) == ("mquill", "tvenn")
    assert names_in_list(["The Lake Team", "Mara Quill and Tobias Venn"]) == (
        "The Lake Team", "Mara Quill", "Tobias Venn",
    )  # fmt: skip
    assert names_in_list(["Mara Quill, Tobias Venn, and Ada Lunt"]) == (
        "Mara Quill", "Tobias Venn", "Ada Lunt",
    )  # fmt: skip
    assert names_in_list(["Mara Quill Us Correspondent", "Reporting By Tobias Venn"]) == (
        "Mara Quill", "Tobias Venn",
    )  # fmt: skip
    assert names_in_list([]) == names_in_list([""]) == ()
