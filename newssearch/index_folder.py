"""The folder that an index lives in: what is in it, and how one build replaces another.

In: the folder's path. Out: `IndexFolder`; used by `indexer` (to write) and `query` (to read).

    newssearch.json   the descriptor: format, schema, engine, which build is current, stemmers
    build-<n>/        the current build's engine; a rebuild makes the next one, then swaps
    lock              held while the index is written
    kept/             what cannot be rebuilt from the archive, so no rebuild touches it:
      roots.json      the archive roots: name -> folder, relative to the index's where possible
      added.*         when files without a date in their folders were first indexed: see
                      `inventory.days`
      saved*          saved searches, and what each has reported: see `saved`
    .gitignore        so that an index inside a repository is not committed

History of FORMAT:
    1   the inventory in JSON
    2   the inventory in lines
    3   where sentences begin
    4   sketches of bodies; joined stories; names, keywords and tags as written
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from newssearch.analysis.stems import Stemming
from newssearch.durable import ASIDE, make_folder, read_regular, replace_file, sync_folder
from newssearch.engine import choose
from newssearch.errors import EngineError, IndexCorrupt, IndexMissing, UsageError
from newssearch.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from newssearch.analysis.analyzer import Analyzer
    from newssearch.engine.base import Engine, Snapshot

FORMAT = 4
DESCRIPTOR = "newssearch.json"

Read = TypeVar("Read")

_OURS_WITHOUT_INDEX = {
    *(".gitignore", ".DS_Store"),
    *("lock", "kept", DESCRIPTOR + ASIDE, ".gitignore" + ASIDE),  # of an interrupted first run
}

#: What keeps a file from being read although nothing is wrong with it.
_TRANSIENT = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR}

#: What a run replaces in `kept`; what belongs to saved searches is under a lock of their own.
_KEPT = ("kept/roots.json", "kept/added.tsv", "kept/added.sum")


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What stands in `newssearch.json`."""

    build: int
    engine: str
    stemming: Stemming


class IndexFolder:
    """An index's folder, and the descriptor as it was when the folder was last looked at."""

    def __init__(self, path: Path, descriptor: Descriptor) -> None:
        self.path, self.descriptor = path, descriptor
        self._analyzer: Analyzer | None = None

    @classmethod
    def open(cls, path: Path) -> IndexFolder:
        """Raises IndexMissing where there is none, IndexCorrupt where it cannot be read."""
        try:
            content = read_regular(path / DESCRIPTOR)
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(
                f"{path}: there is no index here; type `newssearch index FOLDER` to make one"
            ) from None
        except OSError as error:
            what = f"{path / DESCRIPTOR}: cannot be read ({(error.strerror or str(error)).lower()})"
            if error.errno in _TRANSIENT:
                raise EngineError(what) from error
            raise IndexCorrupt(f"{what}; type `newssearch index --rebuild`") from error
        return cls(path, _descriptor(path, content))

    @classmethod
    def begin(cls, path: Path, stemming: Stemming) -> IndexFolder:
        """A new build beside the current one, if there is one; `publish` makes it the current one.

        A folder that holds anything else is refused (UsageError).
        """
        check_free(path)
        latest = max(_builds(path), default=0)
        return cls(path, Descriptor(latest + 1, choose.DEFAULT, stemming))

    @property
    def build_path(self) -> Path:
        return self.path / f"build-{self.descriptor.build}"

    @property
    def analyzer(self) -> Analyzer:
        """How the index's text becomes terms."""
        if self._analyzer is None:
            from newssearch.analysis.analyzer import Analyzer  # start-up: not to find no change

            self._analyzer = Analyzer(self.descriptor.stemming)
        return self._analyzer

    def engine(self) -> Engine:
        """The engine of a published build."""
        return choose.attach(self.descriptor.engine, self.build_path, self.analyzer)

    def snapshot(self) -> Snapshot:
        """The newest generation: of the build that took this one's place, if one did meanwhile."""
        return self._newest(lambda: self.engine().snapshot())

    def attachment(self, name: str) -> bytes | None:
        """What the newest generation was published with under this name."""
        return self._newest(
            lambda: choose.attachment(self.descriptor.engine, self.build_path, name)
        )

    def _newest(self, read: Callable[[], Read]) -> Read:
        while True:
            try:
                return read()
            except EngineError:
                now = IndexFolder.open(self.path)
                if now.descriptor == self.descriptor:
                    raise
            self.descriptor, self._analyzer = now.descriptor, None

    def new_engine(self) -> Engine:
        """The empty engine of a build that has begun."""
        return choose.create(self.descriptor.engine, self.build_path, self.analyzer)

    def publish(self) -> None:
        """Make this build the current one."""
        stemming = self.descriptor.stemming
        content: dict[str, Any] = {
            "format": FORMAT,
            "schema": SCHEMA_VERSION,
            "engine": self.descriptor.engine,
            "build": self.descriptor.build,
            "stemming": {"latin": stemming.latin, "cyrillic": stemming.cyrillic},
        }
        content["checksum"] = _checksum(content)
        sync_folder(self.path.parent)  # the index's own name, and the build's
        sync_folder(self.path)
        replace_file(self.path / DESCRIPTOR, json.dumps(content, indent=2).encode() + b"\n")

    def discard(self) -> None:
        """Remove this build, unless it was published; only under the lock."""
        import shutil  # start-up: most runs remove nothing

        try:
            published = IndexFolder.open(self.path).descriptor.build == self.descriptor.build
        except EngineError:
            published = False
        if not published:
            shutil.rmtree(self.build_path, ignore_errors=True)

    def sweep(self) -> None:
        """Remove other builds and what interrupted runs left behind; only under the lock."""
        for entry in list(os.scandir(self.path)):
            if entry.name.startswith("build-") and entry.name != self.build_path.name:
                import shutil  # start-up: most runs remove nothing

                shutil.rmtree(entry.path, ignore_errors=True)
        for name in (DESCRIPTOR, ".gitignore", *_KEPT):
            (self.path / (name + ASIDE)).unlink(missing_ok=True)

    def sweep_build(self) -> None:
        """Remove what a writer that was killed has left in the build; only under the lock."""
        choose.sweep(self.descriptor.engine, self.build_path)

    def keep_roots(self, roots: Mapping[str, str]) -> None:
        """Note the archive roots."""
        try:
            known = kept_roots(self.path)
        except IndexCorrupt:
            known = {}
        if roots != known:
            make_folder(self.path / "kept")
            replace_file(self.path / "kept" / "roots.json", roots_content(roots))


def kept_roots(path: Path) -> dict[str, str]:
    """Root name -> folder, as noted in an index's folder: for a rebuild. Raises IndexCorrupt."""
    file = path / "kept" / "roots.json"
    try:
        first, _, rest = read_regular(file).partition(b"\n")
        old = first.startswith(b"{")  # before FORMAT 4, without a checksum
        roots = json.loads(first + rest if old else rest)
        if not old and first.decode() != _checksum(roots):
            raise ValueError("its checksum is wrong")
        if not all(isinstance(folder, str) for folder in roots.values()):
            raise ValueError("it does not name folders")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise IndexCorrupt(
            f"{file}: cannot be read ({reason}), so the archive folders are not known; "
            "remove it and name them all: newssearch index --rebuild FOLDER…"
        ) from error
    return dict(roots)


def rescued_attachment(path: Path, name: str) -> bytes | None:
    """What the newest build was published with under this name, as far as it can be read, whatever
    else of the index is damaged. None where it cannot, or is of another version."""
    try:
        version = json.loads(read_regular(path / DESCRIPTOR))["format"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        version = FORMAT
    if version != FORMAT:
        return None
    for number in sorted(_builds(path), reverse=True):
        build = path / f"build-{number}"
        with contextlib.suppress(EngineError, OSError):
            content = choose.rescued_attachment(choose.DEFAULT, build, name)
            if content is not None:
                return content
    return None


def _builds(path: Path) -> list[int]:
    """The numbers of the builds that are there."""
    names = [name[6:] for name in os.listdir(path) if name.startswith("build-")]
    return [int(number) for number in names if number.isdigit()]


def roots_content(roots: Mapping[str, str]) -> bytes:
    """What stands in `kept/roots.json`: a line with a checksum, before the folders by name."""
    return f"{_checksum(roots)}\n{json.dumps(dict(roots), indent=2)}\n".encode()


def archive_folder(index: Path, remembered: str) -> Path:
    """The absolute path of an archive folder that the index in the folder `index` remembers.

    Counted from where the index really is: it is found by a link to it, too.
    """
    return Path(os.path.normpath(os.path.join(os.path.realpath(index), remembered)))


def remembered_folder(index: Path, folder: Path) -> str:
    """An absolute path, relative to the index's so that both can move together where possible."""
    try:
        return os.path.relpath(folder, os.path.realpath(index))
    except ValueError:  # another drive of Windows
        return str(folder)


def check_free(path: Path) -> None:
    """Refuse a folder that holds something which is not ours."""
    try:
        others = {entry.name for entry in os.scandir(path)} - _OURS_WITHOUT_INDEX
        if "README.md" in others and b"newssearch" in (path / "README.md").read_bytes():
            others.remove("README.md")  # ours, as it stands in a checkout
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise UsageError(f"{path}: is a file; an index needs a folder") from None
    others = {name for name in others if not name.startswith("build-")}
    if others and DESCRIPTOR not in others:
        raise UsageError(
            f"{path}: holds {sorted(others)[0]}, so it is not made an index; "
            "name another folder with --index"
        )


def write_gitignore(path: Path) -> None:
    """Keep an index that lies in a repository out of it."""
    ignore = path / ".gitignore"
    if not ignore.exists():
        replace_file(ignore, b"# made from an archive: nothing here to commit\n*\n!README.md\n")


def _descriptor(path: Path, content: bytes) -> Descriptor:
    try:
        values = json.loads(content)
        version = (values["format"], values["schema"])
        stemming = Stemming(values["stemming"]["latin"], values["stemming"]["cyrillic"])
        descriptor = Descriptor(int(values["build"]), values["engine"], stemming)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexCorrupt(
            f"{path / DESCRIPTOR}: cannot be read ({error}); type `newssearch index --rebuild`"
        ) from error
    if version != (FORMAT, SCHEMA_VERSION):
        raise IndexCorrupt(
            f"{path}: the index is of another version; type `newssearch index --rebuild`"
        )
    if values.pop("checksum", None) != _checksum(values):
        raise IndexCorrupt(f"{path / DESCRIPTOR}: is damaged; type `newssearch index --rebuild`")
    return descriptor


def _checksum(values: Mapping[str, Any]) -> str:
    """Of the other values beside which it stands."""
    text = json.dumps(dict(values), sort_keys=True).encode()
    return blake2b(text, digest_size=8).hexdigest()
