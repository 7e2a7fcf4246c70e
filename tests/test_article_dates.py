from __future__ import annotations

import pytest

from newssearch.article.dates import (
    date_in_path,
    date_in_url,
    folder_date,
    is_no_date,
    parse_date,
)
from newssearch.article.model import Precision


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2020-08-27", "2020-08-27"),
        ("2020-8-7", "2020-08-07"),
        ("2020/08/27", "2020-08-27"),
        ("2020-08-27 10:05:09", "2020-08-27T10:05:09"),
        ("2020-08-27T10:05", "2020-08-27T10:05:00"),
        ("2020-08-27 9:05:09 -0400", "2020-08-27T09:05:09-04:00"),
        ("2020-08-27 12:00:00 -4", "2020-08-27T12:00:00-04:00"),
        ("2020-08-27T10:05:09.123456+08:00", "2020-08-27T10:05:09+08:00"),
        ("2020-08-27T10:05:09Z", "2020-08-27T10:05:09+00:00"),
        ("2020-08-27 10:05 UTC", "2020-08-27T10:05:00+00:00"),
        ("August 27, 2020", "2020-08-27"),
        ("Aug. 27th, 2020", "2020-08-27"),
        ("27 Aug 2020", "2020-08-27"),
        ("27-Aug-2020", "2020-08-27"),
        ("Thu, 27 Aug 2020 10:00:00 GMT", "2020-08-27T10:00:00+00:00"),
        ("Thu Aug 27 10:00:00 +0800 2020", "2020-08-27T10:00:00+08:00"),
        ("August 27, 2020 at 3:05 pm", "2020-08-27T15:05:00"),
        ("August 27, 2020, 12:05 a.m.", "2020-08-27T00:05:00"),
        ("August 27, 2020 10:00 EST", "2020-08-27T10:00:00"),
        ("2020年8月27日", "2020-08-27"),
        ("2020年8月27日 10:05", "2020-08-27T10:05:00"),
        ("20200827", "2020-08-27"),
        ("20200827T100509Z", "2020-08-27T10:05:09+00:00"),
        ("27/08/2020", "2020-08-27"),
        ("08/27/2020", "2020-08-27"),
        ("2020-08", "2020-08"),
        ("2020年8月", "2020-08"),
        ("August 2020", "2020-08"),
        ("2020", "2020"),
        ("2020-08-27 25:00:00", "2020-08-27"),
        ("2020-08-27 24:00:00", "2020-08-27"),
        ("2020-08-27 23:60:00", "2020-08-27"),
        ("2020-08-27 23:59:60", "2020-08-27"),
        ("'2020-08-27 23:59:59'", "2020-08-27T23:59:59"),
        ("1066-10-14 09:00:00", "1066-10-14T09:00:00"),
    ],
)
def test_written_dates_are_read_as_written(written: str, text: str) -> None:
    found = parse_date(written)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize(
    "written",
    ["2020-13-45", "2020-02-30", "2020-02-30 10:00:00", "03/04/2020", "0001-01-01", "0999-01-01",
     "yesterday", "27", "1598486400", "2020-00-10", "x" * 5000, "2020-08-27 and more", "20201301"],
)  # fmt: skip
def test_what_is_no_date_is_none(written: str) -> None:
    assert parse_date(written) is None


def test_precision_and_key_follow_what_is_written() -> None:
    year, month, day = parse_date("2020"), parse_date("2020-08"), parse_date("2020-08-27 10:05:09")
    assert year is not None
    assert month is not None
    assert day is not None
    assert [d.precision for d in (year, month, day)] == [
        Precision.YEAR, Precision.MONTH, Precision.DAY,
    ]  # fmt: skip
    assert day.key == 20200827100509
    assert year.key < month.key < day.key


def test_none_and_its_like_are_no_dates_and_no_errors() -> None:
    assert all(map(is_no_date, ("None", "", " null ", "true", "N/A")))
    assert not is_no_date("2020")


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://example.com/2020/08/27/world/x/index.html", "2020-08-27"),
        ("https://example.com/world/2020/aug/27/x", "2020-08-27"),
        ("https://example.com/story-20200827", "2020-08-27"),
        ("https://example.com/2020-08-27-x", "2020-08-27"),
        ("inside/2020/08/27/x", "2020-08-27"),
        ("/2020/08/x", "2020-08"),
        ("https://example.com/2020/13/45/x", None),
        ("https://example.com/news/business-54144434", None),
        ("https://example.com/x?d=2020-08-27", None),
        ("https://20200827.example.com", None),
        ("https://example.com/v1.2020.08.27", None),
    ],
)
def test_dates_in_addresses(url: str, text: str | None) -> None:
    found = date_in_url(url)
    assert (found and found.text) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("2020/08/27/x.md", "2020-08-27"),
        ("2020/08/27/2020-08-25-x.md", "2020-08-25"),
        ("a/20200825 x.md", "2020-08-25"),
        ("a/x-2020-08-25.md", "2020-08-25"),
        ("a/2020-08.md", "2020-08"),
        ("2020-08-27/x.md", "2020-08-27"),
        ("2020/08/x.md", "2020-08"),
        ("a/2020/x.md", "2020"),
        ("a/2020 in review.md", None),
        ("a/Orm 1.2020.3.md", None),
        ("1234/56/78/x.md", None),
    ],
)
def test_dates_in_paths(path: str, text: str | None) -> None:
    found = date_in_path(path)
    assert (found and found.text) == text


def test_folder_date_is_a_whole_day_of_the_folders_alone() -> None:
    assert folder_date("2020/08/27/x.md") == "2020-08-27"
    assert folder_date("2020/08/2020-08-25-x.md") == ""
    assert folder_date("x.md") == ""
