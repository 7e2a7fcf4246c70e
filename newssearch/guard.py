"""What a run must not remove, although it is gone: an archive may not be mounted, or not readable.

In: the inventory that a run starts from, a plan of what has gone. Out: the plan without what is to
stay, and what to say of it; used by `indexer`. With `--prune`, what is gone is meant to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from newssearch.inventory import Inventory, Root
from newssearch.plan import Plan
from newssearch.results import FailedFile
from newssearch.roots import Target


@dataclass(slots=True)
class Guard:
    """Looks after what the inventory `held`; a `rebuild` starts over from it.

    `failed` are places that could not be looked at, `refused` says why nothing was removed.
    """

    held: Inventory
    rebuild: bool
    prune: bool
    failed: list[FailedFile] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def spare(self, target: Target, plan: Plan, unreadable: Mapping[str, str]) -> None:
        """Do not remove what could not be looked at: places in the root, and why."""
        root = target.root
        for path, reason in unreadable.items():
            place = Target(root, "" if path == "." else path)
            spared = [record for record in plan.removed if place.holds(record.path)]
            plan.removed = [record for record in plan.removed if not place.holds(record.path)]
            plan.unchanged += len(spared)
            new = root.unreadable.get(path) != reason
            self.failed.append(FailedFile(path, f"cannot be looked at: {reason}", new))
        elsewhere = {k: v for k, v in root.unreadable.items() if not target.holds(k)}
        plan.unreadable = {**elsewhere, **unreadable}

    def keep_most(self, root: Root, folder: Path, plan: Plan) -> None:
        """Do not remove where an archive has lost over half its files: it may not be mounted."""
        held = self.held.roots.get(root.name, root)
        gone = len(held.files) - len(plan.added) if self.rebuild else len(plan.removed)
        if gone * 2 > len(held.files):
            lost = f"{folder}: {gone:,} of {len(held.files):,} files are gone"
            self.refuse(lost, "that is meant")
            if not self.prune:
                plan.removed.clear()

    def refuse(self, what: str, doubt: str) -> None:
        """Say why nothing was removed, and what to type if `doubt`."""
        if not self.prune:
            command = "index --rebuild --prune" if self.rebuild else "index --prune"
            self.refused.append(
                f"{what}; nothing was removed from the index. "
                f"If {doubt}, type `newssearch {command}`"
            )
