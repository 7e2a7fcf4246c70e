from __future__ import annotations

import pytest

from newssearch.article.captions import strip_captions, strip_photo_credit


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Image copyright Getty Images", ""),
        ("Image copyright Orm Harbour Board", ""),
        ("Image copyright Getty Images Image caption The ferry leaves", "The ferry leaves"),
        ("image copyright Mara Quill image caption The ferry leaves", "The ferry leaves"),
        ("Image caption The ferry leaves", "The ferry leaves"),
        ("Image source, Getty Images Image caption, The ferry leaves", "The ferry leaves"),
        ("Image copyright Getty ImagesThe ferry left.", "The ferry left."),
        ("Image copyright EPAAn old ferry left.", "An old ferry left."),
        ("Image copyright OrmcoFerry firm Ormco grew.", "Ferry firm Ormco grew."),
        ("Image copyright AFP/Getty Images Image caption It left", "It left"),
        ("It left at dawn.Image copyright Reuters Image caption A boat", "It left at dawn. A boat"),
        (
            "Media playback is unsupported on your device Media caption How the ferry left",
            "How the ferry left",
        ),
        ("media caption How the ferry left", "How the ferry left"),
        (
            "Image copyright Reuters Image caption People waited at the pierThe ferry left.",
            "People waited at the pier The ferry left.",
        ),
        (
            "Ferry leaves Published duration 3 hours agoimage copyright EPA image caption A boat",
            "Ferry leaves A boat",
        ),
        ("图片版权Getty Images", ""),
        ("图片版权路透社图片标题渡轮离开", "渡轮离开"),
        ("图片版权Getty Images图片说明渡轮离开", "渡轮离开"),
        ("图像版权EPA渡轮离开。", "渡轮离开。"),
        ("您的设备不支持媒体播放媒体标题渡轮离开", "渡轮离开"),
        ("设备上不支持媒体播放。媒体标题：渡轮离开", "渡轮离开"),
        ("The tower at noon. Credit: Mara Quill/Orm Photo Agency", "The tower at noon."),
        ("(Credit: Orm TV) Police came.", "Police came."),
        ("夜里的塔。图片来源：Mara Quill", "夜里的塔。"),
        ("Read More", ""),
        ("阅读更多", ""),
        ("It left. Read More", "It left."),
    ],
)
def test_labels_and_credits_go_and_the_caption_stays(text: str, kept: str) -> None:
    assert strip_captions(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The ferry leaves Orm. Mara Quill/Getty Images", "The ferry leaves Orm."),
        (
            "The ferry leaves in 2020. MARA P. QUILL/AFP via Getty Images",
            "The ferry leaves in 2020.",
        ),
        ('They call it "the boat." Mara Quill/Orm News/AP', 'They call it "the boat."'),
        ("The ferry leaves. Shutterstock", "The ferry leaves."),
        ("The ferry leaves. PHOTO: REUTERS", "The ferry leaves."),
        ("Mara Quill/Getty Images Europe/Getty Images", ""),
        ("渡轮离开。马拉·奎尔（Mara Quill）/法新社/盖蒂图片社", "渡轮离开。"),
        ("渡轮离开。 MARA QUILL / AFP通过Getty Images", "渡轮离开。"),
        ("渡轮离开。图片：Mara Quill / Getty Images", "渡轮离开。"),
        ("渡轮离开。照片：路透社", "渡轮离开。"),
    ],
)
def test_photo_credits_after_the_last_sentence_go(text: str, kept: str) -> None:
    assert strip_photo_credit(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "The board sold the pictures to Getty Images",
        "It was first told by Reuters",
        "The ferry leaves. The board later told AFP",
        "The visit of U.S. Captain Mara Quill/AP",
        "船长告诉法新社",
        "The ferry leaves. Mara Quill/Getty Images took the picture.",
    ],
)
def test_agencies_in_a_sentence_stay(text: str) -> None:
    assert strip_photo_credit(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "She said the image copyright belongs to the harbour board.",
        "The image caption was wrong, the editor said.",
        "Universal Credit: What changes in autumn is not clear.",
        "Readers can read more about the ferry on Sunday.",
        "McOrm told OnlyFerries that the iBoat would come.",
    ],
)
def test_sentences_about_captions_are_left_alone(text: str) -> None:
    assert strip_captions(text) == text
