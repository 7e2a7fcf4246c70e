"""Where the archive's files are, seen from the working folder.

In: the roots' folders, paths in the archive. Out: paths that open, and back; used by `query`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from newssearch.article.paths import decode_path, encode_path
from newssearch.errors import IndexCorrupt
from newssearch.index_folder import archive_folder


class Places:
    """The roots of one generation; `folders` as remembered, relative to the index's folder."""

    def __init__(self, folders: Mapping[str, str], index_folder: Path) -> None:
        self._below = os.getcwd().rstrip(os.sep) + os.sep
        self._folders = {
            name: archive_folder(index_folder, folder) for name, folder in folders.items()
        }
        self._texts = {name: os.fspath(folder) for name, folder in self._folders.items()}

    @classmethod
    def load(cls, attachment: bytes | None, index_folder: Path) -> Places:
        """From the attachment that a generation was published with; raises IndexCorrupt."""
        try:
            return cls(dict(json.loads(attachment or b"{}")), index_folder)
        except (ValueError, TypeError, RecursionError) as error:
            raise IndexCorrupt(
                f"{index_folder}: the archive folders cannot be read ({error}); "
                "type `newssearch index --rebuild`"
            ) from error

    @property
    def folders(self) -> Mapping[str, Path]:
        """Each root's folder, absolute."""
        return self._folders

    def file(self, root: str, path: str) -> str:
        """An article's file as a path that opens from the working folder.

        Relative where the file is below it, else absolute; names that are not UTF-8 as
        `os.fsdecode` gives them.
        """
        whole = os.path.join(self._texts[root], os.fsdecode(decode_path(file_of(path))))
        return whole[len(self._below) :] if whole.startswith(self._below) else whole

    def archive_path(self, file: str) -> str | None:
        """The archive's path of a file that is named from the working folder, if it is in one."""
        name, mark, entry = file.rpartition("#")
        if not entry.isdigit():
            name, mark, entry = file, "", ""
        whole = Path(os.path.abspath(name))
        for folder in self._folders.values():
            if folder in whole.parents:
                relative = whole.relative_to(folder).as_posix()
                return encode_path(os.fsencode(relative)) + mark + entry
        return None


def file_of(path: str) -> str:
    """The path of an article's file: a digest's entry without its number."""
    name, _, entry = path.rpartition("#")
    return name if entry.isdigit() else path
