"""Which archive folders a run is about.

In: the inventory's roots, the paths of the command line. Out: the roots to look at and, for each,
which part of it; used by `indexer`. A new folder becomes a root with a name of its own; a path
inside a known root limits the run to it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newssearch.article.paths import encode_path
from newssearch.errors import UsageError
from newssearch.index_folder import remembered_folder
from newssearch.inventory import Inventory, Root


@dataclass(frozen=True, slots=True)
class Target:
    """A root, and the folder or file of it that the run is limited to (empty: all of it)."""

    root: Root
    under: str = ""

    def holds(self, path: str) -> bool:
        """Is a file of the root part of the run?"""
        return not self.under or path == self.under or path.startswith(self.under + "/")

    def covers(self, other: Target) -> bool:
        """Is all of the other target part of this one?"""
        same = self.root.name == other.root.name
        return same and (not self.under or (bool(other.under) and self.holds(other.under)))


def targets(inventory: Inventory, index_folder: Path, paths: Sequence[str | Path]) -> list[Target]:
    """What to look at, each file once. New roots are added to the inventory; raises UsageError."""
    if not paths:
        if not inventory.roots:
            raise UsageError(
                "no archive folder is known yet; type `newssearch index FOLDER` to name one"
            )
        return [Target(root) for root in inventory.roots.values()]
    found: list[Target] = []
    for path in paths:
        target = _target(inventory, index_folder, Path(os.path.abspath(path)))
        if not any(other.covers(target) for other in found):
            found = [other for other in found if not target.covers(other)]
            found.append(target)
    return found


def _target(inventory: Inventory, index_folder: Path, path: Path) -> Target:
    real = _real(path)
    for root in inventory.roots.values():
        folder = _real(root.path(index_folder))
        if real == folder:
            return Target(root)
        if folder in real.parents:
            return _inside(root, real, path, encode_path(os.fsencode(real.relative_to(folder))))
    if not path.exists():
        raise UsageError(f"{path}: there is no such folder")
    if not path.is_dir():
        raise UsageError(f"{path}: is a file outside every archive folder; name its folder first")
    for root in inventory.roots.values():
        folder = root.path(index_folder)
        if real in _real(folder).parents:
            raise UsageError(f"{path}: holds {folder}, which is an archive folder already")
    root = Root(_new_name(inventory, path), remembered_folder(index_folder, path))
    inventory.roots[root.name] = root
    return Target(root)


def _inside(root: Root, real: Path, path: Path, under: str) -> Target:
    """A place in a root: it exists, or files of it are indexed that are gone now."""
    target = Target(root, under.replace(os.sep, "/"))
    if not real.exists() and not any(target.holds(known) for known in root.files):
        raise UsageError(f"{path}: there is no such file or folder, and the index has none of it")
    return target


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _new_name(inventory: Inventory, path: Path) -> str:
    """The folder's name, with a number where another root has it."""
    base = encode_path(os.fsencode(path.name)) or "root"
    names = [base, *(f"{base}-{number}" for number in range(2, len(inventory.roots) + 3))]
    return next(name for name in names if name not in inventory.roots)
