"""How names, paths and ids are kept in a segment.

In: text. Out: terms and numbers; used by `columns`, which writes them, and `archive`, which looks
them up.
"""

from __future__ import annotations

from functools import lru_cache

from newssearch.engine.names import encode_name


# A site's articles have its name, their authors and their tags in common.
@lru_cache(maxsize=4096)
def name_key(field: str, value: str) -> bytes:
    """A field and a value of it as a term of `names`."""
    return field.encode() + b"\0" + encode_name(value)


def path_key(path: str, root: str) -> bytes:
    """A path and its archive root as a term of `paths`."""
    return encode_name(f"{path}\0{root}")


def id_number(identifier: str) -> int:
    """An article id, 12 hex digits, as a number."""
    number = int(identifier, 16)
    if len(identifier) != 12 or number < 0:
        raise ValueError(f"{identifier!r} is no article id")
    return number
