"""Invented articles as the text of their files, and the reading of one of them.

Used by test_article_read.py, test_article_read_matter.py and test_article_read_hostile.py.
"""

from __future__ import annotations

from newssearch.article.model import Article
from newssearch.article.read import read_articles

ENGLISH = """\
## Ferry service returns to Lake Orm: what changes?

keywords: ferry orm lake returns harbours

authors: Mara Quill, Business Editor, Cnn'S Tobias Venn In Orm

publish date: 2020-08-25 06:30:15.123456+08:00

![](https://img.example.com/ferry.jpg)

[中文翻译](Ferry%20service%20returns%20to%20Lake%20Orm%3A%20what%20changes%3F_zh.md)

[Original Article](https://edition.example.com/2020/08/24/ferry/index.html?utm_source=feed&id=7#top)

Image copyright Getty Images Image caption The ferry leaves the northern pier

The first boat left at dawn\\#1 with **forty** passengers, [officials](https://x.example) said.

It will run twice a day.
"""
CHINESE = """\
## 奥姆湖渡轮恢复运营

关键词: ferry orm lake

作者: Mara Quill

发表日期: None

![](https://img.example.com/ferry.jpg)

[English](Ferry.md)

[原网页](https://www.example.com/news/ferry-54321)

图片版权Getty Images图片说明渡轮离开北码头

第一艘船在黎明时分出发。
"""
DIGEST = """\
## 奥姆湖渡轮恢复运营

### Ferry service returns to Lake Orm

keywords/关键词: ferry orm

authors/作者: Mara Quill

publish date/发表日期: None

![](https://img.example.com/ferry.jpg)

第一艘船在黎明时分出发。
船上有四十名乘客。

The first boat left at dawn.
It had forty passengers.

[详情](Ferry_zh.md) [Details](Ferry.md)


## 山口的雪

### Snow closes the Tarn pass

keywords/关键词: snow

authors/作者:

publish date/发表日期: 2020-08-26 00:00:00

山口因雪关闭。

Snow has closed the pass.

[详情](Snow_zh.md) [Details](Snow.md)
"""


def read_one(text: str, path: str = "2020/08/27/x.md") -> Article:
    articles = read_articles(text.encode(), path)
    assert len(articles) == 1
    return articles[0]
