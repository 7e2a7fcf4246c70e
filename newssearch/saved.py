"""Saved searches as they are kept: their queries, and what each has reported.

In: the index's folder. Out: `SavedSearch`es, queries for `@name`, and under a lock `Kept`, which
changes them; used by `query` (for `@name`) and `saved_run`. No rebuild of the index touches them:

    kept/saved.json        name -> query, and the day it was saved
    kept/saved/<hash>.seen what a search has reported: see `Seen`; <hash> is of its name
    kept/saved.lock        held while any of it changes
    kept/saved.journal     a change that has to be brought to its end: see `journal`

A file with what was reported is text: a line with a checksum of the rest, a line about the run, and
the marks, sorted, one a line. A damaged or missing one is an error: neither may everything count as
new once more, nor nothing. saved.json has a checksum, too; who edits it by hand takes that out.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from newssearch.durable import ASIDE, make_folder, read_regular, replace_file
from newssearch.errors import EngineError, IndexCorrupt, IndexLocked, NotFound, UsageError
from newssearch.journal import NEXT, finish, replace_together
from newssearch.lock import locked

VERSION = 1
LONGEST_NAME = 64

_NAME = re.compile(r"\w[\w-]*")
_SEEN = ".seen"


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query that has a name; `added` is the day it got it."""

    name: str
    query: str
    added: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a search has reported. `asked` says what was asked last, and of which state of the
    index; `at` when, ISO 8601. Who runs searches knows what `marks` stand for."""

    marks: frozenset[str] = field(default=frozenset(), repr=False)
    asked: str = ""
    at: str = ""


def check_name(name: str) -> str:
    """The name, if a query can say it after an @; raises UsageError."""
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise UsageError(
            f"{name!r} cannot be the name of a saved search: letters, digits, - and _, "
            f"{LONGEST_NAME} at most, the first no -"
        )
    return name


def saved_searches(index: Path) -> dict[str, SavedSearch]:
    """The saved searches of an index by their names, sorted; raises IndexCorrupt."""
    path = _folder(index) / "saved.json"
    try:
        content = json.loads(read_regular(path))
        _check(content)
        if content["version"] != VERSION:
            raise ValueError("it is of another version of newssearch")
        found = [
            SavedSearch(str(name), str(one["query"]), str(one["added"]))
            for name, one in content["searches"].items()
        ]
    except (FileNotFoundError, NotADirectoryError):
        return _never_saved(index)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EngineError(
            f"{path}: cannot be read ({reason}); saved searches are in this file alone: "
            "make it readable, or move it away to begin anew"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexCorrupt(
            f"{path}: cannot be read ({type(error).__name__}: {error}); mend it or remove it"
        ) from error
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def _check(content: dict[str, Any]) -> None:
    """Raises ValueError where it is not as it was written."""
    if strange := set(content) - {"version", "searches", "checksum"}:
        raise ValueError(f"it has {min(strange)!r}")
    if "checksum" in content and content["checksum"] != _checksum(content):
        raise ValueError("its checksum is wrong, which is to be taken out where this was meant")


def _never_saved(index: Path) -> dict[str, SavedSearch]:
    """No search: there is no saved.json. Where searches have reported something there should be."""
    folder = _folder(index)
    reported = any((folder / "saved").glob(f"*{_SEEN}"))
    if reported and not (folder / "saved.journal").exists():
        if (folder / "saved.json").exists():  # it has come meanwhile
            return saved_searches(index)
        raise IndexCorrupt(
            f"{folder / 'saved.json'}: is missing, and searches were saved; put it back, or remove "
            f"{folder / 'saved'} to begin anew"
        )
    return {}


def saved_queries(index: Path) -> dict[str, str]:
    """Name -> query, for `@name`."""
    return {name: one.query for name, one in saved_searches(index).items()}


@contextlib.contextmanager
def changing(index: Path, wait: float = 0.0) -> Iterator[Kept]:
    """The saved searches, for one process at a time; raises IndexLocked."""
    folder = _folder(index)
    make_folder(folder)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(locked(folder / "saved.lock", wait))
        except IndexLocked:
            raise IndexLocked(
                f"{folder / 'saved.lock'}: another process is at the saved searches; "
                "wait for it to end, or try again with --wait SECONDS"
            ) from None
        finish(folder / "saved.journal")
        for left in [*folder.glob("saved*"), *folder.glob("saved/*")]:
            if left.name.endswith((NEXT, ASIDE)):  # of a change that never came to its journal
                left.unlink(missing_ok=True)
        yield Kept(index)


class Kept:
    """The saved searches of an index, to change; made by `changing`."""

    def __init__(self, index: Path) -> None:
        self.searches = saved_searches(index)
        self._folder = _folder(index)

    def add(self, search: SavedSearch, seen: Seen) -> None:
        """Save a search, in the place of the one with its name if there is one."""
        (self._folder / "saved").mkdir(exist_ok=True)
        self.searches[search.name] = search
        self._sweep()
        replace_together(
            self._folder / "saved.journal",
            {
                self._seen_path(search.name): _seen_content(search.name, seen),
                self._folder / "saved.json": _content(self.searches),
            },
        )

    def remove(self, name: str) -> SavedSearch:
        """Forget a search; raises NotFound."""
        if name not in self.searches:
            raise unknown_search(name, self.searches)
        removed = self.searches.pop(name)
        replace_file(self._folder / "saved.json", _content(self.searches))
        self._sweep()
        return removed

    def seen(self, name: str) -> Seen:
        """What a search has reported; raises IndexCorrupt."""
        path = self._seen_path(name)
        try:
            return _seen(read_regular(path), name)
        except OSError as error:
            reason = error.strerror
        except (ValueError, KeyError, TypeError) as error:
            reason = str(error)
        raise IndexCorrupt(
            f"{path}: cannot be read ({reason}), so nobody knows what {name} has reported; to "
            "begin anew: newssearch saved add --force NAME QUERY"
        )

    def commit(self, reported: Mapping[str, Seen], output: Mapping[Path, bytes]) -> None:
        """Note what searches have reported, and write files together with it: all or nothing."""
        contents = {
            self._seen_path(name): _seen_content(name, seen) for name, seen in reported.items()
        }
        if len(contents) == 1 and not output:
            replace_file(*contents.popitem())
        elif contents or output:
            replace_together(self._folder / "saved.journal", {**contents, **output})

    def _seen_path(self, name: str) -> Path:
        """Not by its name: file systems differ in which names are the same."""
        return self._folder / "saved" / (_hash(name.encode()) + _SEEN)

    def _sweep(self) -> None:
        """Remove what searches left behind that are no more."""
        ours = {self._seen_path(name) for name in self.searches}
        for path in list((self._folder / "saved").glob("*")):
            if path not in ours and path.name.endswith(_SEEN):
                path.unlink(missing_ok=True)


def unknown_search(name: str, known: Mapping[str, object]) -> NotFound:
    """The error that no saved search is called this, with the nearest name."""
    import difflib  # start-up: only for a mistake

    near = difflib.get_close_matches(name, known, n=1)
    advice = f"; did you mean {near[0]}?" if near else ""
    return NotFound(f"no saved search is called {name!r}{advice}")


def _folder(index: Path) -> Path:
    return index / "kept"


def _content(searches: Mapping[str, SavedSearch]) -> bytes:
    listed = {
        name: {"query": searches[name].query, "added": searches[name].added}
        for name in sorted(searches)
    }
    content: dict[str, Any] = {"version": VERSION, "searches": listed}
    content["checksum"] = _checksum(content)
    return json.dumps(content, indent=2, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _checksum(content: Mapping[str, Any]) -> str:
    """Of all but itself."""
    rest = {name: value for name, value in content.items() if name != "checksum"}
    return _hash(json.dumps(rest, sort_keys=True).encode())


def _seen_content(name: str, seen: Seen) -> bytes:
    about = json.dumps({"name": name, "asked": seen.asked, "at": seen.at})
    rest = "\n".join((about, *sorted(seen.marks))).encode() + b"\n"
    return f"newssearch-seen {VERSION} {_hash(rest)}\n".encode() + rest


def _seen(content: bytes, name: str) -> Seen:
    """Raises ValueError, KeyError, TypeError where it is damaged."""
    head, _, rest = content.partition(b"\n")
    if head != f"newssearch-seen {VERSION} {_hash(rest)}".encode():
        raise ValueError("its checksum is wrong")
    line, *marks = rest.decode().splitlines()
    about: dict[str, Any] = json.loads(line)
    if about["name"] != name:
        raise ValueError(f"it is of {about['name']}")
    return Seen(frozenset(marks), about["asked"], about["at"])


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=8).hexdigest()
