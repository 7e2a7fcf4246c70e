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
from newssearch.inventory import Inventory, Root


@dataclass(frozen=True, slots=True)
class Target:
    """A root, and the folder or file of it that the run is limited to (empty: all of it)."""

    root: Root
    under: str = ""

    def holds(self, path: str) -> bool:
        """Is a file of the root part of the run?"""
        return not self.under or path == self.under or path.startswith(self.under + "/")


def targets(inventory: Inventory, index_folder: Path, paths: Sequence[str | Path]) -> list[Target]:
    """What to look at. New roots are added to the inventory; raises UsageError."""
    if not paths:
        if not inventory.roots:
            raise UsageError(
                "no archive folder is known yet; type `newssearch index FOLDER` to name one"
            )
        return [Target(root) for root in inventory.roots.values()]
    found: list[Target] = []
    for path in paths:
        target = _target(inventory, index_folder, Path(os.path.abspath(path)))
        if target not in found:
            found.append(target)
    whole = {target.root.name for target in found if not target.under}
    return [target for target in found if not target.under or target.root.name not in whole]


def _target(inventory: Inventory, index_folder: Path, path: Path) -> Target:
    for root in inventory.roots.values():
        folder = root.path(index_folder)
        for base, place in ((folder, path), (_real(folder), _real(path))):
            if place == base or base in place.parents:
                relative = place.relative_to(base).as_posix()
                under = "" if relative == "." else encode_path(os.fsencode(relative))
                return Target(root, under)
    if not path.exists():
        raise UsageError(f"{path}: there is no such folder")
    if not path.is_dir():
        raise UsageError(f"{path}: is a file outside every archive folder; name its folder first")
    for root in inventory.roots.values():
        if _real(path) in _real(root.path(index_folder)).parents:
            raise UsageError(
                f"{path}: holds {root.path(index_folder)}, which is an archive folder already"
            )
    root = Root(_new_name(inventory, path), _remembered(index_folder, path))
    inventory.roots[root.name] = root
    return Target(root)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _new_name(inventory: Inventory, path: Path) -> str:
    """The folder's name, with a number where another root has it."""
    base = path.name or "root"
    names = [base, *(f"{base}-{number}" for number in range(2, len(inventory.roots) + 3))]
    return next(name for name in names if name not in inventory.roots)


def _remembered(index_folder: Path, path: Path) -> str:
    """The folder relative to the index, so that both can move together; else absolute."""
    try:
        relative = os.path.relpath(path, index_folder.absolute())
    except ValueError:  # another drive of Windows
        return str(path)
    return relative
