"""The file of names that are the same name.

In: a file's path. Out: groups of names; used by the command line and by scripts, which hand them
to `QueryOptions.aliases`. `syntax.aliases` says what they do.

    # one group a line; what follows a # is a remark
    Lukashenko, Łukaszenka, Лукашенко, 卢卡申科
"""

from __future__ import annotations

import re
from pathlib import Path

from newssearch.errors import UsageError

_BETWEEN_NAMES = re.compile(r"\s*[,，、]\s*")
_REMARK = re.compile(r"(?:^|\s)#.*")  # C# is a name


def read_aliases(path: str | Path) -> tuple[tuple[str, ...], ...]:
    """The groups of a file, one a line; raises UsageError where it cannot be read."""
    try:
        text = Path(path).read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: the aliases cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: the aliases are not UTF-8 (byte {error.start})") from error
    lines = (_REMARK.sub("", line).strip() for line in text.splitlines())
    groups = (tuple(filter(None, _BETWEEN_NAMES.split(line))) for line in lines)
    return tuple(group for group in groups if len(group) > 1)
