"""Several files replaced together, or none of them, however the process ends.

In: paths and contents. Out: the files; used by `saved`, under its lock.

    each content beside its file, synced ── the journal that lists them ── renamed ── journal gone

From the moment that the journal is there, the change has happened: whoever comes next does with
`finish` what a process that ended in between has left undone.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from newssearch.durable import read_regular, replace_file, sync_folder, write_new
from newssearch.errors import EngineError, IndexCorrupt

#: What a file's next content is called until it takes the file's place.
NEXT = ".next"


def replace_together(journal: Path, contents: Mapping[Path, bytes]) -> None:
    """Replace these files. Those in the journal's folder are named from there, so that it can move;
    the others by their absolute paths."""
    written: list[Path] = []
    try:
        for path, content in contents.items():
            written.append(_next(path))
            write_new(written[-1], content)
            with contextlib.suppress(FileNotFoundError):  # who may read it stays as it was
                os.chmod(written[-1], stat.S_IMODE(os.stat(path).st_mode))
        for folder in {path.parent for path in contents}:
            sync_folder(folder)
        names = [_name(path, journal.parent) for path in contents]
        replace_file(journal, json.dumps(names).encode())
    except BaseException:
        if not journal.exists():
            for aside in written:
                aside.unlink(missing_ok=True)
        raise
    finish(journal)


def finish(journal: Path) -> None:
    """Bring a change that was begun to its end; nothing where there is none."""
    try:
        names = json.loads(read_regular(journal))
        paths = [journal.parent / os.fspath(name) for name in names]
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError, RecursionError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise IndexCorrupt(f"{journal}: cannot be read ({reason}); remove it") from error
    for path in paths:
        try:
            os.replace(_next(path), path)
        except FileNotFoundError:
            continue  # it is there already, or its folder has gone
        except OSError as error:
            raise EngineError(
                f"{path}: cannot be written ({error.strerror}), and a run waits for it; "
                f"make room for it, or remove {journal} and type the command again"
            ) from error
        sync_folder(path.parent)
    journal.unlink(missing_ok=True)
    sync_folder(journal.parent)


def _next(path: Path) -> Path:
    return path.with_name(path.name + NEXT)


def _name(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path.absolute())
