"""Authors: real names out of bylines, without the roles, desks and outlets around them.

In: what a header has as its authors, a byline or a list. Out: names as written. Crawlers split
bylines at commas and lose the rest of the sentence, so that `Simon Jack, Business Editor` and
`Cnn'S Al Goodman In Madrid` arrive as if they were names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from newssearch.article.remembered import remembered

_ROLES = frozenset(
    "correspondent correspondents editor editors editor-at-large reporter reporters report chief"
    " presenter commentator commentators meteorologist meteorologists columnist columnists analyst"
    " analysts producer producers contributor contributors lawyer founder co-founder engineer"
    " director ceo consultant passenger worker association group monitoring staff writer writers"
    " bureau desk website newsroom journalist journalists photographer anchor host admin".split()
)
#: Jobs that only a person has: before or after them may stand the name.
_JOBS = frozenset(
    "correspondent editor editor-at-large reporter presenter commentator meteorologist columnist"
    " analyst producer contributor writer journalist photographer anchor host chief staff".split()
)
#: What a job is in or of: it goes with the job.
_BEATS = frozenset(
    "us uk u.s. u.k. eu un asia asian africa african europe european america american north south"
    " east west middle central latin southeast pacific atlantic gulf china chinese hong kong japan"
    " korea taiwan india indonesia malaysia philippines thailand vietnam cambodia myanmar pakistan"
    " singapore australia zealand russia ukraine germany france spain italy turkey israel iran"
    " iraq canada mexico brazil scotland wales ireland england london paris berlin brussels moscow"
    " beijing shanghai washington york delhi tokyo jerusalem cairo nairobi world global foreign"
    " international regional national state local city home business business's economics economy"
    " economic finance financial money markets consumer personal work employment industry energy"
    " politics political diplomatic parliamentary government house white security defence defense"
    " military legal law crime justice court royal religious religion education school family"
    " social affairs community health mental medical science environment climate weather space"
    " technology tech cyber digital data media online web video social gaming sport sports football"
    " travel transport aviation property rural food style fashion design features arts art books"
    " culture entertainment film music tv radio news breaking special investigations"
    " investigative reality check senior junior deputy managing assistant associate executive"
    " acting former general contributing night and".split()
)
_OUTLETS = frozenset("cnn cnn's cnne's cnns bbc bbc's reuters afp ap upi bloomberg xinhua".split())
_AGENCIES = frozenset(
    ("the straits times", "straits times", "associated press", "the associated press",
     "agence france-presse", "press association", "the new york times", "the guardian",
     "news agency", "news desk", "special to", "guest author", "none", "null", "unknown", "n/a",
     "anonymous")
)  # fmt: skip
#: What stands between an outlet and the name of who made this part of a story.
_CREDITS = frozenset(
    "video videos photographs photograph photos photo editing produced text words story"
    " illustrations illustration analysis opinion exclusive writer journalist translation by"
    " filmed edited reported reporting editing additional perspective commentary interview".split()
)
_DESKS = frozenset("s business health arabic style travel sport politics money".split())
#: A part of a sentence, not a name, begins so.
_SENTENCE = frozenset("a an the of for to no in at on and from with".split())
_TAIL = re.compile(r"\s+(?:for|in|of|at|to)\b.*$", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(r"\s+(?:and|with|&)\s+|\s*[;|]\s*|\s*[,，、]\s*(?:and\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|&)\s+|\s*[;|，、]\s*|\s*,\s*(?:and\s+)?", re.IGNORECASE)
_SUFFIX = re.compile(r",\s*(?=(?:Jr|Sr|Ph\.?D|M\.?D|Esq|II|III)\b)", re.IGNORECASE)
_BY = re.compile(
    r"^(?:(?:additional\s+)?(?:story|words|text|reporting|reported|written|edited|editing)\s+)?"
    r"by:?\s+",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\s*(?:<[^<>]*>|\([^()]*@[^()]*\)|https?://\S+)\s*")


@remembered
def names_in_byline(byline: str) -> tuple[str, ...]:
    """The names in one line of text that people or a crawler wrote.

    After a full name, a single word is the place or the desk that followed it (`Jill Li, Seoul`).
    """
    names: list[str] = []
    without_job = False  # a name stood alone: a job that follows is that person's
    for part in _BETWEEN.split(_BY.sub("", _ADDRESS.sub(" ", _SUFFIX.sub(" ", byline)).strip())):
        name = _name(part, alone=not without_job)
        if " " not in name and any(" " in earlier for earlier in names):
            continue
        names.append(name)
        without_job = without_job or (" " in name and not _JOBS & set(part.lower().split()))
    whole = " ".join(byline.split())
    if not any(names) and whole.lower().startswith(("the ", "a ")) and len(whole) < 60:
        return () if _is_role(whole.lower().split()) else (whole,)  # `The Core Team`
    return unique(names)


def names_in_list(values: Sequence[str]) -> tuple[str, ...]:
    """The names of a front matter's list: each an author, unless it is nothing but a role."""
    if len(values) == 1 and _BETWEEN.search(values[0]):
        return names_in_byline(values[0])
    names: list[str] = []
    for value in values:
        parts = _AND.split(_SUFFIX.sub(" ", _BY.sub("", _ADDRESS.sub(" ", value).strip())))
        if not all(" " in part.strip() for part in parts):
            parts = [" ".join(value.split())]
        for part in parts:
            words = part.split()
            names.append(_beside_job(words) if _is_role(part.lower().split()) else part)
    return unique(names)


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are not empty, trimmed, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, map(str.strip, values))))


def _is_role(words: list[str]) -> bool:
    """True for what names a job or an outlet: `us correspondent`, `bbc news`, `cnn business`."""
    if not words or " ".join(words).strip(".") in _AGENCIES:
        return True
    return any(word in _ROLES for word in words) or words[0] in _OUTLETS


def _beside_job(words: Sequence[str]) -> str:
    """The name that stands before or after a job: `Ann Lee Us Correspondent`; "" if none does."""
    lowered = [word.lower() for word in words]
    jobs = [at for at, word in enumerate(lowered) if word in _JOBS]
    if not jobs or any(word in _ROLES - _JOBS for word in lowered):
        return ""  # `Orm Engineers Association`
    around = _BEATS | _OUTLETS | _JOBS
    end = jobs[0]
    while end and lowered[end - 1] in around:
        end -= 1
    start = jobs[-1] + 1
    while start < len(words) and lowered[start] in around:
        start += 1
    for part in (words[:end], words[start:]):
        strange = {word.lower() for word in part} & (_SENTENCE | _DESKS)
        if 2 <= len(part) <= 4 and not strange and all(word[0].isupper() for word in part):
            return " ".join(part)
    return ""


def _name(part: str, alone: bool) -> str:
    """The name in one part of a byline, "" where it holds none.

    `alone` says that a job in it has its name beside it; else the name came before.
    """
    part = " ".join(_BY.sub("", part).split()).strip(" .:-–—") if part else ""
    words = part.split()
    if not words:
        return ""
    written, words = words, _drop_credit(words)
    if not words:
        return _beside_job(written) if alone else ""  # `Bbc News Reporter Ann Lee`
    if len(words) > 1 and words[0].lower() in _SENTENCE:
        return ""
    name = _TAIL.sub("", " ".join(words)) if len(words) > 2 else " ".join(words)
    words = name.split()
    while words and words[-1].lower() in _OUTLETS | {"for"}:
        words.pop()
    lowered = [word.lower() for word in words]
    if _is_role(lowered):
        return _beside_job(words) if alone else ""
    if len(words) > 5:
        return ""
    return _with_initial(part, words)


def _drop_credit(words: list[str]) -> list[str]:
    """Without `Cnn'S`, `Cnn Video Produced`, `Analysis` … in front; [] for a bare outlet."""
    lowered = [word.lower() for word in words]
    at = 1 if lowered[0] == "for" and len(words) > 1 and lowered[1] in _OUTLETS else 0
    outlet = lowered[at] in _OUTLETS
    owned = outlet and lowered[at].endswith("'s")
    at += outlet
    start = at
    while at < len(words) and (lowered[at] in _CREDITS or (outlet and lowered[at] in _DESKS)):
        owned = owned or lowered[at] in _CREDITS or lowered[at] == "s"
        at += 1
    if outlet and not owned:
        return []  # `Bbc Africa Eye`, `Cnn Business`: a programme, nobody's name
    if not outlet and at == start:
        return words
    rest = words[at:]
    if rest and rest[0].lower() in _OUTLETS:
        return _drop_credit(rest)
    return rest


def _with_initial(part: str, words: list[str]) -> str:
    """The words as a name, without the full stop that ended the byline."""
    name = " ".join(words)
    return name if part.endswith(words[-1]) else name.rstrip(".")
