"""Runs that are going to be broken: what there is before, what there must be after, and the judge.

In: a folder to work in. Out: `Scene`s; used by `kills`, `broken_runs` and `little_memory`. A scene
has an archive, which stays as it is, and beside it a desk, a folder with an index and perhaps a
feed, of which every trial gets a copy. The run brings the desk from one state to another.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from outcome import Tally
from warm import Ended, Run, Warm

from newssearch.cli.main import INTERRUPTED, main
from newssearch.errors import IndexLocked, IndexMissing, NewsSearchError
from newssearch.indexer import update_index
from newssearch.lock import locked
from newssearch.query import open_index
from newssearch.saved import saved_searches

#: What is asked of an index: every article, by words, by pairs of characters, by kind.
QUERIES = ("ferry OR night", "harbour", "渡轮", "kind:digest", "title:late")

_SEGMENT = re.compile(r"[0-9a-f]{16}(?=[.]seg)")
_NUMBER = re.compile(r"(build-|commit-|generation-)\d+")

#: What a failed run says last where it has changed nothing.
_AS_IT_WAS = "the index is as it was"


@dataclass(frozen=True, slots=True)
class Scene:
    """One command on one desk. `arguments` follow `newssearch -q --index INDEX`; FEED in them is
    the desk's feed. `workers` are there to be hired."""

    name: str
    folder: Path
    arguments: tuple[str, ...]
    workers: int
    before: Any
    after: Any
    names: frozenset[str]
    files: dict[str, bytes]

    @property
    def archive(self) -> Path:
        return self.folder / "news"

    def run(self, desk: Path, **how: Any) -> Run:
        """The run, on a desk; `how` are more of its fields."""
        return Run(_command(desk, self.arguments), workers=self.workers, **how)

    def fresh(self, name: str = "trial") -> Path:
        """A desk as before the run."""
        desk = self.folder / name
        shutil.rmtree(desk, ignore_errors=True)
        shutil.copytree(self.folder / "before", desk)
        return desk


def _command(desk: Path, arguments: Iterable[str]) -> tuple[str, ...]:
    given = (str(desk / "feed") if one == "FEED" else one for one in arguments)
    return ("-q", "--index", str(desk / "index"), *given)


def scenes(folder: Path, warm: Warm) -> list[Scene]:
    """All of them, made in this folder."""
    return [
        _scene(warm, folder / "index", _nothing, (*_INDEX, "NEWS")),
        _scene(warm, folder / "reindex", _indexed, _INDEX),
        _scene(warm, folder / "merge", _in_pieces, _INDEX),
        _scene(warm, folder / "rebuild", _indexed, (*_INDEX, "--rebuild")),
        _scene(warm, folder / "index-2", _nothing, (*_INDEX, "-j", "2", "NEWS"), 2),
        _scene(warm, folder / "reindex-2", _indexed, (*_INDEX, "-j", "2"), 2),
        _scene(warm, folder / "rebuild-2", _in_pieces, (*_INDEX, "--rebuild", "-j", "2"), 2),
        _scene(warm, folder / "saved-run", _with_searches, _FEED),
        _scene(warm, folder / "saved-add", _with_searches, _ADD),
    ]


#: With little memory, of which a little less can be too little.
_INDEX = ("index", "--memory", "64")
_FEED = ("saved", "run", "--new", "--atom", "--output", "FEED")
_ADD = ("saved", "add", "--force", "--all-new", "pier", "ferry")


def _scene(
    warm: Warm,
    folder: Path,
    prepare: Callable[[Path], None],
    arguments: tuple[str, ...],
    workers: int = 0,
) -> Scene:
    """Prepare a scene, and see what its run makes of it when nothing goes wrong."""
    (folder / "before").mkdir(parents=True)
    _write_archive(folder / "news")
    prepare(folder)
    given = tuple(str(folder / "news") if one == "NEWS" else one for one in arguments)
    files = content(folder / "news")
    scene = Scene(folder.name, folder, given, workers, None, None, frozenset(), files)
    desk = scene.fresh()
    before = state(desk)
    ended = warm.run(scene.run(desk))
    assert ended.status == 0, ended
    after = state(desk)
    assert after != before or "--rebuild" in arguments, folder.name
    return replace(scene, before=before, after=after, names=names(desk))


def _write_archive(news: Path) -> None:
    """Articles with and without addresses, a digest that leads to some, a translation."""
    (news / "2020/08/27").mkdir(parents=True)
    for number in range(5):
        _article(news / f"2020/08/27/Ferry {number}.md", f"Ferry {number}", "A harbour at night.")
    (news / "2020/08/27/Ferry 1_zh.md").write_text(
        "---\ntitle: 渡轮\nlang: zh\nurl: https://p.example/Ferry-1\n---\n\n渡轮夜航恢复。\n"
    )
    (news / "2020/08/27/NEWS.md").write_text(
        "# News\n\n## 1. [Ferry 2](Ferry%202.md)\n\nThe ferry again.\n\n"
        "## 2. [Ferry 3](Ferry%203.md)\n\nAt night.\n"
    )
    (news / "plain.md").write_text("# Harbour office\n\nIt opens at night.\n")


def _article(path: Path, title: str, text: str) -> None:
    address = f"https://p.example/{title.replace(' ', '-')}"
    path.write_text(f"---\ntitle: {title}\nurl: {address}\n---\n\n{text}\n")


def _change_archive(news: Path) -> None:
    """New, edited, renamed and removed files."""
    day = news / "2020/08/27"
    for number in range(2):
        _article(day / f"Late {number}.md", f"Late ferry {number}", "After the harbour closed.")
    _article(day / "Ferry 0.md", "Ferry 0, late", "Edited at night.")
    (day / "Ferry 3.md").rename(day / "Ferry 3, moved.md")
    (day / "Ferry 4.md").unlink()
    (news / "plain.md").write_text("# Harbour office, late\n\nIt opens no more.\n")


def _nothing(folder: Path) -> None:
    """No index yet."""


def _indexed(folder: Path) -> None:
    update_index(folder / "before" / "index", [folder / "news"])
    _change_archive(folder / "news")


def _in_pieces(folder: Path) -> None:
    """So many segments that one more makes a merge due, where that is so of three."""
    update_index(folder / "before" / "index", [folder / "news"])
    _article(folder / "news" / "second.md", "Second ferry", "Out of the harbour.")
    update_index(folder / "before" / "index")
    _change_archive(folder / "news")


def _with_searches(folder: Path) -> None:
    index = folder / "before" / "index"
    update_index(index, [folder / "news"])
    for name in ("ferry", "harbour", "pier"):
        assert main(["-q", "--index", str(index), "saved", "add", name, name]) == 0
    (folder / "before" / "feed").write_bytes(b"")
    _change_archive(folder / "news")
    update_index(index)


def state(desk: Path) -> dict[str, Any]:
    """What the desk's index answers, and what its saved searches have reported and where."""
    found: dict[str, Any] = {"answers": None}
    try:
        with open_index(desk / "index") as news:
            found["answers"] = [
                [(hit.id, hit.title, hit.score, hit.story) for hit in news.query(one, limit=None)]
                for one in QUERIES
            ]
            assert not news.passed_over
    except IndexMissing:
        return found
    feed = desk / "feed"
    found["searches"] = {name: one.query for name, one in saved_searches(desk / "index").items()}
    found["feed"] = sorted(_TITLE.findall(feed.read_text("utf-8"))) if feed.exists() else []
    return found


_TITLE = re.compile("<title[^>]*>([^<:]*)</title>")


def names(desk: Path) -> frozenset[str]:
    """The files of a desk, but for names of segments and numbers of generations. What should be the
    same in any case has its content beside it."""
    found = set()
    for path in desk.rglob("*"):
        name = _NUMBER.sub(r"\1n", _SEGMENT.sub("segment", str(path.relative_to(desk))))
        whole = path.name in (".gitignore", "roots.json")
        found.add(f"{name}: {path.read_text()}" if whole else name)
    return frozenset(found)


def leftovers(desk: Path) -> list[str]:
    """Builds beside the current one, segments that no generation lists, older generations."""
    index = desk / "index"
    builds = sorted(index.glob("build-*"))
    manifests = sorted(index.glob("build-*/generation-*.json"))
    commits = sorted(index.glob("build-*/commit-*"))
    listed = b"".join(path.read_bytes() for path in manifests)
    segments = [path for path in index.glob("build-*/*.seg") if _SEGMENT.match(path.name)]
    unlisted = [path for path in segments if path.name.encode() not in listed]
    left = [*builds[1:], *manifests[1:], *commits[1:], *unlisted]
    return [str(path.relative_to(desk)) for path in left]


class Judge:
    """Looks at a desk on which a run has been broken, and counts what is not as promised."""

    def __init__(self, warm: Warm, tally: Tally) -> None:
        self._warm, self._tally = warm, tally

    def ended(self, scene: Scene, desk: Path, ended: Ended, how: str, before: Any = None) -> None:
        """A trial: how a run ended, what it left, what the next one makes of it. `before` is the
        desk's state before the run where that is not the scene's."""
        self._tally.trial()
        before = before or scene.before
        if ended.status == 1 and scene.arguments == _FEED:  # nothing new: all was reported before
            ended = replace(ended, status=0)
        try:
            for kind, check in (
                ("crashes", lambda: in_order(ended)),
                ("lost", lambda: _all_or_nothing(scene, before, desk, ended)),
                ("lost", lambda: _archive_changed(scene)),
                ("lost", lambda: self._mended(scene, desk)),
            ):
                wrong = check()
                if wrong:
                    self._tally.wrong(kind, f"{scene.name}: {how}: {wrong}")
                    return
        except NewsSearchError as error:
            self._tally.wrong("lost", f"{scene.name}: {how}: {type(error).__name__}: {error}")
        except Exception as error:  # noqa: BLE001  a trial that went wrong is counted
            self._tally.wrong("crashes", f"{scene.name}: {how}: {type(error).__name__}: {error}")

    def _mended(self, scene: Scene, desk: Path) -> str:
        """The next run has nothing in its way, brings all up to date and leaves nothing behind."""
        again = self._warm.run(scene.run(desk))
        if again.status != 0 and not (again.status == 1 and scene.arguments == _FEED):
            return f"the next run ended {again.status}: {again.err}"
        if state(desk) != scene.after:
            return "the next run does not bring it up to date"
        if names(desk) != scene.names:
            return f"files: {sorted(names(desk) ^ scene.names)}"
        return f"left behind: {left}" if (left := leftovers(desk)) else ""


def in_order(ended: Ended) -> str:
    """Killed as it was to be, done, or a line that says why not."""
    if "Traceback" in ended.err or "bug in newssearch" in ended.err or "no answer" in ended.err:
        return ended.err.strip()
    if ended.held:
        return f"still open: {ended.held}"
    if ended.status in (0, -9, -14, INTERRUPTED):
        return "" if not ended.err else f"ended {ended.status}, but says: {ended.err.strip()}"
    if ended.status == 2 and re.fullmatch(r"newssearch: .+\n", ended.err):
        return ""
    return f"ended {ended.status}: {ended.err.strip()}"


def _all_or_nothing(scene: Scene, before: Any, desk: Path, ended: Ended) -> str:
    """The state of before or of after; of after where that was reported, of before where that
    was said."""
    try:
        if (desk / "index").exists():
            with locked(desk / "index" / "lock"):
                pass
    except IndexLocked:
        return "the lock is held"
    now = state(desk)
    if ended.status == 0 and now != scene.after:
        return "reported as done, but it is not there"
    if _AS_IT_WAS in ended.err and now != before:
        return f"says that {_AS_IT_WAS}, but it is not: {ended.err.strip()}"
    if now not in (scene.before, scene.after) and not _in_part(scene, now, ended):
        odd = {
            key: (value, scene.before.get(key), scene.after.get(key))
            for key, value in now.items()
            if value not in (scene.before.get(key), scene.after.get(key))
        }
        return f"neither as before nor as after: {odd or now}"
    return ""


def _archive_changed(scene: Scene) -> str:
    return "" if content(scene.archive) == scene.files else "the archive was changed"


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _in_part(scene: Scene, now: dict[str, Any], ended: Ended) -> bool:
    """Whether each thing is as before or after: a change of several files, which the next run
    brings to its end. Where a saved search failed, the feed has what the others found."""
    if now.keys() != scene.after.keys():
        return False
    feed = Counter(now["feed"]) <= Counter(scene.after["feed"])
    return all(
        value in (scene.before[key], scene.after[key])
        or (key == "feed" and feed and ended.status == 2)
        for key, value in now.items()
    )
