"""Captions: the labels and credits that a crawler took for text, in English and in Chinese.

In: a clean paragraph. Out: the paragraph without `Image copyright Getty Images`, `Media playback
is unsupported on your device`, `图片版权…`, with the caption's sentence kept. `plaintext` calls it
for the paragraphs of a body that holds one of the markers. Where credit and text run together
(`Image copyright CapitaOutsourcing firm …`), the credit ends where a new word begins without a
space.
"""

from __future__ import annotations

import re

#: A text without any of these is left alone at once.
MARKERS = ("copyright", "caption", "Media playback", "Image source", "redit:", "版权", "图片",
           "图像", "媒体", "Read ", "READ ", "Published duration", "阅读更多", "视频",
           "Video content")  # fmt: skip
#: Any of them. Those that begin with a frequent letter are found by a rarer one, at which a
#: search stops less often: it takes half the time.
_BY_RARER = r"p(?:yright(?<=copyright)|tion(?<=caption))|:(?<=redit:)|"
_OTHERS = [marker for marker in MARKERS if marker not in ("copyright", "caption", "redit:")]
_MARKER = re.compile(_BY_RARER + "|".join(_OTHERS))
#: Those that an ASCII text can hold: found in three quarters of the time.
_ASCII_MARKER = re.compile(_BY_RARER + "|".join(filter(str.isascii, _OTHERS)))

_AGENCY = (
    r"(?:Getty Images(?: Europe)?|Getty|Reuters|EPA|AFP|PA Media|PA Wire|PA|AP|Alamy|BBC(?: News)?"
    r"|NASA|Nasa|ESA|Twitter|Facebook|Instagram|Google|YouTube|TikTok|Shutterstock|iStock"
    r"|Science Photo Library|SPL|Rex Features|Rex|Mirrorpix|Bloomberg|Press Association|Handout"
    r"|via REUTERS|REUTERS|AFPTV|CNN|Netflix|Disney|Xinhua|HBO|ITV|DNCC|Family handout|Other"
    r"|路透社|法新社|美联社|新华社|欧新社|盖蒂图片社|盖蒂图片|盖蒂图像|推特|脸书|谷歌|英国广播公司|美国宇航局)"
)
_AGENCIES = re.compile(rf"(?:{_AGENCY})(?:\s*(?:/|via)\s*(?:{_AGENCY}))*")

#: `Mara Quill/Orm News/Getty Images`, `AFP via Getty Images`, `马拉·奎尔/法新社`, `照片：路透社`.
_PHOTO_AGENCY = (
    r"(?:Getty Images(?: (?:Europe|North America|AsiaPac))?|Getty|AFP|AP|EPA|PA|Reuters|REUTERS"
    r"|Alamy(?:图片)?|Shutterstock|盖蒂图片社?(?:欧洲|北美)?|路透社|法新社|美联社|欧新社)"
)
_PHOTO_ENDS = ("Getty Images", "Getty", "Europe", "North America", "AsiaPac", "AFP", "AP", "EPA",
               "PA", "Reuters", "REUTERS", "Alamy", "Alamy图片", "Shutterstock", "盖蒂图片",
               "盖蒂图片社", "欧洲", "北美", "路透社", "法新社", "美联社", "欧新社")  # fmt: skip
_PHOTO_LAST = frozenset(end[-1] for end in _PHOTO_ENDS)
_PHOTOGRAPHER = (
    r"(?:[^\W\d_a-z\u3400-\u9fff][\w.'’-]{0,30}(?: [^\W\d_a-z\u3400-\u9fff][\w.'’-]{0,30}){0,4}"
    r"|[\u3400-\u9fff·]{2,16}(?:（[A-Za-zÀ-ɏ .'’-]{2,40}）)?)"
)
_PARTS = rf"(?:/ ?)?(?:(?:{_PHOTO_AGENCY}|{_PHOTOGRAPHER})(?: ?/ ?| via |通过))"
_PHOTO_CREDIT = re.compile(
    r"(?:^|(?<![A-Z][.。])(?<=[.!?。！？”\"）)])) *(?:"
    r"(?:PHOTO|Photo|照片|图片|图片提供|图片来源|来源|提供者) ?[:：] ?"
    rf"{_PARTS}{{0,4}}{_PHOTO_AGENCY}"
    rf"|{_PARTS}{{1,4}}{_PHOTO_AGENCY}|Getty Images|Shutterstock|Alamy(?:图片)?)$"
)
_PHOTO_LENGTH = 140  # characters in which a photograph's credit ends a paragraph

_CAPTION = re.compile(
    r"(?:[Ii]mage|[Mm]edia|Video) caption,?:?\s*|(?:图片|图像|媒体|视频)(?:说明|标题)[:：]?\s*"
)
_CREDIT = re.compile(
    r"[Ii]mage (?:copyright|source),?\s*|(?:图片|图像|[Ii]mage\s*)版权(?:所有)?[:：]?\s*"
)
_PLAYBACK = re.compile(
    r"Media playback is (?:unsupported|not supported) on (?:your|this) device\.?\s*"
    r"|(?:[您你]的)?设备上?不支持媒体播放[。，]?\s*|Video content\s+(?=Video caption)"
)
_MORE = re.compile(r"(?:Read more|阅读更多|在这里阅读更多|Read more here)[.。]?", re.IGNORECASE)
_LAST_MORE = re.compile(r"(?:Read More|(?<=[。！？”])阅读更多)$")
_AGE = re.compile(
    r"\s*Published duration \d{1,3} \w{1,8} ago\s*|发布时间\s?\d{1,3}\s?(?:小时|分钟|天)前\s*"
)
#: `Credit: Ashley Gilbertson/VII`; not `Universal Credit: what changes`, a benefit.
_SOURCE_LABEL = re.compile(
    r"图片来源[:：]?\s*"
    r"|(?<!\bUniversal )(?<!\bTax )(?<!\bPension )(?:(?:Photo|Image|Picture) )?"
    r"\bCredit: (?=[A-Z©@\"“]|courtesy|from)"
)
_BRACKETED = re.compile(
    r"\s*[(（](?:(?:Photo|Image|Picture) ?)?(?:[Cc]redit|图片来源|信用)[:：] ?"
    r"[^()（）]{1,90}[)）]"
)

#: `CapitaOutsourcing`, `NASATeams`: where a credit ends and the text goes on without a space.
_JOINT = re.compile(
    r"(?<=[a-zß-ɏ)])(?<!Mc)(?<!Mac)(?<!De)(?=[A-Z])|(?<=[A-Za-zß-ɏ])(?=[\"“])"
    r"|(?<=[a-z]\.)(?=[A-Z\"“])|(?<=[A-Z0-9])(?=[A-Z][a-z])|(?=[\u3400-\u9fff])"
)
#: A person in Chinese, with the name as it is written at home in brackets.
_HAN_NAME = re.compile(r"[\u3400-\u9fff·]{2,20}（[A-Za-zÀ-ɏ .'’-]{2,40}）")
#: `in courtSurvivors of`: where a caption ends; not `McMichael`, `OnlyFans`, `iPhone`.
_CAPTION_JOINT = re.compile(r"(?<![A-Za-z])([a-z]{3,25}[.\"”’)]?)(?=[A-Z][a-z])")
_INITIAL = re.compile(r"\b(?:[A-Z]|Inc|Ltd|Co|St|Dr|Jr)\.")
_SENTENCE_END = re.compile(r"[.?!](?:\s|$)|[。？！]")
_CREDIT_LENGTH = 60  # characters in which a credit ends; the longest real ones have some 50
_SHORT = 40  # characters of a paragraph that is a credit and nothing else
_MAX_LENGTH = 20_000  # characters of a paragraph that may be a caption's


def marked_lines(text: str) -> set[int]:
    """The lines of a body, counted from 0, that hold one of the boilerplate's words."""
    lines: set[int] = set()
    line = at = 0
    marker = _ASCII_MARKER if text.isascii() else _MARKER
    for match in marker.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        lines.add(line)
    return lines


def strip_captions(text: str) -> str:
    """The paragraph without labels, credits and notices; "" where it was nothing else."""
    if len(text) > _MAX_LENGTH or _MARKER.search(text) is None:
        return text
    if _MORE.fullmatch(text):
        return ""
    # a pattern is slow to find nothing: each is tried only where it has something to find
    if "Read More" in text or "阅读更多" in text:
        text = _LAST_MORE.sub("", text)
    if "layback is" in text or "媒体播放" in text or "Video content" in text:
        text = _PLAYBACK.sub("", text)
    if "redit:" in text or "图片来源" in text:
        text = _BRACKETED.sub("", text)
        text = _cut_credits(text, _SOURCE_LABEL)
    if "mage copyright" in text or "mage source" in text or "版权" in text:
        text = _cut_credits(text, _CREDIT)
    if " caption" in text or "说明" in text or "标题" in text:
        text = _cut_labels(text)
    if "Published duration" in text or "发布时间" in text:
        text = _AGE.sub(" ", text)
    return text.strip()


def strip_photo_credit(text: str) -> str:
    """The paragraph without the photographer and the agency after its last sentence."""
    if text[-1:] not in _PHOTO_LAST or not text.endswith(_PHOTO_ENDS):
        return text
    at = max(0, len(text) - _PHOTO_LENGTH)
    match = _PHOTO_CREDIT.search(text, at)
    return text if match is None else text[: match.start()].rstrip()


def _cut_credits(text: str, label: re.Pattern[str]) -> str:
    """Without each credit label and the credit after it."""
    kept: list[str] = []
    end = 0
    for match in label.finditer(text):
        if match.start() < end or not _is_label(text, match):
            continue
        kept.append(text[end : match.start()])
        end = _credit_end(text, match.end())
    if not kept:
        return text
    # what stood before a label was glued to it; a caption may be glued to the text after it
    return " ".join([*filter(None, map(str.strip, kept)), _part_caption(text[end:])])


def _is_label(text: str, match: re.Match[str]) -> bool:
    """True for boilerplate; false for `the image copyright belongs to` in a sentence.

    A label opens the paragraph, is glued to the word before it, follows the end of a sentence or
    of another credit, or stands before a caption's label or an agency's name.
    """
    before, label = text[: match.start()], match.group()
    if not before or label[0] not in "im" or not before[-1].isspace():
        return True
    if _CREDIT.match(label) is None:  # a caption's label inside a sentence
        return before.rstrip()[-1:] in '.?!"”'
    return bool(
        _AGENCIES.match(text, match.end())
        or _CAPTION.search(text, match.end(), match.end() + _CREDIT_LENGTH + 20)
    )


def _credit_end(text: str, start: int) -> int:
    """Where the credit that begins at `start` ends, a caption's label after it included."""
    labels = (
        _CAPTION.search(text, start, start + 2 * _CREDIT_LENGTH),
        _CREDIT.search(text, start, start + 2 * _CREDIT_LENGTH),
    )
    label = min((found for found in labels if found), key=lambda m: m.start(), default=None)
    if label is not None and not _has_sentence(text[start : label.start()]):
        return label.end() if label is labels[0] else label.start()
    agency = _AGENCIES.match(text, start)
    if agency is not None:
        after = text[agency.end() : agency.end() + 1]
        if not after.isalpha() or after.isupper() or _is_han(after):
            return agency.end()
    rest = text[start:] if len(text) - start <= 2 * _CREDIT_LENGTH else ""
    if rest and len(rest) <= _SHORT and not _has_sentence(rest):
        return len(text)
    if _is_han(text[start : start + 1]):
        name = _HAN_NAME.match(text, start)
        if name is not None:
            return name.end()
    else:
        joint = _JOINT.search(text, start + 1, start + _CREDIT_LENGTH)
        if joint is not None:
            return joint.start()
    return len(text) if rest and not _has_sentence(rest) else start


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _has_sentence(text: str) -> bool:
    """True where a sentence ends in the text, which no credit holds."""
    return _SENTENCE_END.search(_INITIAL.sub(" ", text)) is not None


def _cut_labels(text: str) -> str:
    """Without the captions' labels; the first word that is glued to a caption is set apart."""
    kept: list[str] = []
    end = 0
    for match in _CAPTION.finditer(text):
        if not _is_label(text, match):
            continue
        kept.append(text[end : match.start()].rstrip())
        end = match.end()
    if not end:
        return text
    return " ".join([*filter(None, kept), _part_caption(text[end:])])


def _part_caption(text: str) -> str:
    """Set the text apart that a caption runs into: `seen in courtSurvivors said`."""
    return _CAPTION_JOINT.sub(r"\1 ", text, count=1)
