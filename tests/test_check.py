"""An index held against what was written and against its archive; and mended."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from invented_documents import document

from newssearch.analysis.stems import Stemming
from newssearch.check import CheckReport, Kind, check_index, repair_index
from newssearch.engine.columnar import compaction, generation
from newssearch.errors import EngineError, IndexCorrupt, IndexLocked, IndexMissing, UsageError
from newssearch.index_folder import IndexFolder
from newssearch.indexer import update_index
from newssearch.inventory import ATTACHMENT, ROOTS_ATTACHMENT, Inventory
from newssearch.lock import locked
from newssearch.options import IndexOptions, QueryOptions
from newssearch.query import open_index
from newssearch.saved import SavedSearch, Seen, changing, saved_searches

EVERYTHING = "ferry OR mill OR apples OR storm"


@pytest.fixture(autouse=True)
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody cuts the power here, and waiting for the disk would take most of the time."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    os.utime(path, ns=(1_600_000_000_000_000_000,) * 2)
    return path


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("newssearch.inventory.SETTLED", -(10**12))  # as if written long ago
    folder = tmp_path / "news"
    write(folder / "2020/08/27/ferry.md", "# Ferry strands\n\nA grebe ferry ran aground.\n")
    write(folder / "2020/08/28/mill.md", "# Mill burns\n\nThe old paper mill burned.\n")
    write(folder / "orchard.md", "# Orchard opens\n\nApples for everyone.\n")
    write(folder / "storm.md", "# Storm passes\n\nThe storm took two roofs.\n")
    return folder


@pytest.fixture
def index(tmp_path: Path, archive: Path) -> Path:
    folder = tmp_path / "index"
    update_index(folder, [archive])
    return folder


@pytest.fixture
def saved(index: Path) -> Path:
    """An index with two saved searches."""
    with changing(index) as kept:
        for name in ("ferries", "roofs"):
            kept.add(SavedSearch(name, f'{name} OR "two words"', "2020-08-28"), Seen(at="now"))
    return index


def found(report: CheckReport) -> list[str]:
    """The findings in short: kind, name of the file, what."""
    return [f"{one.kind}: {Path(one.file).name}: {one.what}" for one in report.findings]


def answers(index: Path) -> list[object]:
    with open_index(index) as news:
        results = news.query(EVERYTHING, QueryOptions(limit=None))
        return [(hit.id, hit.title, round(hit.score, 6), hit.snippets) for hit in results.hits]


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def build(index: Path) -> Path:
    return IndexFolder.open(index).build_path


def segment(index: Path) -> Path:
    return next(path for path in build(index).glob("*.seg") if "commit" not in path.name)


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 255
    path.write_bytes(data)


def assert_mended(index: Path, archive: Path) -> CheckReport:
    """After a repair all is well, the index answers as a new one does, the archive is as it was."""
    before = content(archive)
    report = repair_index(index)
    assert report.repaired
    assert found(report) == []
    fresh = index.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    update_index(fresh, [archive])
    assert answers(index) == answers(fresh)
    assert content(archive) == before
    assert found(check_index(index)) == []
    return report


# --- all is well ----------------------------------------------------------------------------------


def test_a_sound_index_has_no_finding_and_is_not_touched(index: Path) -> None:
    before = content(index)
    report = check_index(index)
    assert report.findings == ()
    assert report.is_well
    assert (report.generation, report.articles, report.archive_files) == (1, 4, 4)
    assert report.files == 3
    assert report.bytes == sum(path.stat().st_size for path in build(index).iterdir())
    assert repair_index(index).repaired == ()
    assert {path for path, one in content(index).items() if one != before[path]} <= {
        str(index / "lock")
    }


def test_the_seeds_have_no_finding(seeds: Path, tmp_path: Path) -> None:
    update_index(tmp_path / "index", [seeds])
    assert check_index(tmp_path / "index").findings == ()


@pytest.mark.parametrize("name", ["seedrepo", "md-18f"])
def test_a_reference_corpus_has_no_finding(
    corpus: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    """A part of it, added to import by import, so that segments are merged."""
    folders = sorted(path for path in (corpus(name) / "articles").rglob("*") if path.is_dir())
    archive = tmp_path / "news"
    for step in range(3):
        for folder in folders[step * 4 : step * 4 + 4]:
            for file in sorted(folder.glob("*.md"))[:40]:
                place = archive / file.relative_to(corpus(name))
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, place)
        update_index(tmp_path / "index", [archive])
        report = check_index(tmp_path / "index", IndexOptions(verify=True))
        assert report.findings == ()
    assert report.articles > 20


def test_an_index_that_articles_came_to_and_went_from_has_no_finding(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "FAN_IN", 2)
    for n in range(6):
        write(archive / f"{n}.md", f"# Apples {n}\n\n{'The storm took two roofs. ' * n}\n")
        if n > 2:
            (archive / f"{n - 2}.md").unlink()
        update_index(index)
        assert found(check_index(index)) == []


def test_an_index_without_articles_has_no_finding(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    update_index(tmp_path / "index", [tmp_path / "empty"])
    assert check_index(tmp_path / "index").findings == ()


def test_no_index_is_an_error_and_no_finding(tmp_path: Path) -> None:
    for name in ("nowhere", "news"):
        (tmp_path / "news").mkdir(exist_ok=True)
        for use in (check_index, repair_index):
            with pytest.raises(IndexMissing, match="newssearch index FOLDER"):
                use(tmp_path / name)
    assert list((tmp_path / "news").iterdir()) == []


def test_it_is_told_how_far_it_is(index: Path) -> None:
    told: list[tuple[int, int]] = []
    report = check_index(index, progress=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1] == (report.bytes, report.bytes)


# --- damage ---------------------------------------------------------------------------------------


def test_every_file_of_the_index_is_damaged_found_and_mended(index: Path, archive: Path) -> None:
    names = [path.relative_to(index) for path in sorted(build(index).iterdir())]
    names.append(Path("newssearch.json"))
    for name in names:
        path = index.with_name("work") / name
        for harm in (
            lambda path: flip(path, path.stat().st_size // 2),
            lambda path: os.truncate(path, path.stat().st_size // 2),
            lambda path: path.write_bytes(b""),
            Path.unlink,
        ):
            shutil.rmtree(index.with_name("work"), ignore_errors=True)
            shutil.copytree(index, index.with_name("work"))
            harm(path)
            report = check_index(index.with_name("work"))
            assert report.is_damaged
            damaged = [one for one in report.findings if one.kind == Kind.DAMAGED]
            if path.exists() or not name.name.startswith("generation"):
                assert any(Path(one.file).name == name.name for one in damaged), found(report)
            assert all(one.advice for one in damaged)
            assert all("--rebuild" not in one.what for one in damaged)
            assert_mended(index.with_name("work"), archive)


def test_what_the_index_had_of_its_own_outlives_the_rebuild(saved: Path, archive: Path) -> None:
    notes = (saved / "kept/added.tsv").read_bytes()
    flip(segment(saved), 5000)
    repair_index(saved)
    assert (saved / "kept/added.tsv").read_bytes() == notes
    assert list(saved_searches(saved)) == ["ferries", "roofs"]
    assert found(check_index(saved)) == []


def test_a_rebuild_keeps_the_stemmers_as_long_as_the_index_says_them(
    index: Path, archive: Path
) -> None:
    german, dutch = Stemming("german", "russian"), Stemming("dutch", "russian")
    update_index(index, (), IndexOptions(rebuild=True), stemming=german)
    flip(segment(index), 5000)
    repair_index(index, stemming=dutch)
    assert IndexFolder.open(index).descriptor.stemming == german
    (index / "newssearch.json").write_bytes(b"{")
    repair_index(index, stemming=dutch)
    assert IndexFolder.open(index).descriptor.stemming == dutch


def test_an_index_of_another_version_is_rebuilt(index: Path, archive: Path) -> None:
    values = json.loads((index / "newssearch.json").read_bytes())
    (index / "newssearch.json").write_text(json.dumps(values | {"format": 1}))
    assert found(check_index(index)) == [
        "damaged: newssearch.json: the index is of another version"
    ]
    assert_mended(index, archive)


def test_an_index_whose_descriptor_is_gone_is_rebuilt(index: Path, archive: Path) -> None:
    (index / "newssearch.json").unlink()
    assert found(check_index(index)) == ["damaged: newssearch.json: is missing"]
    assert_mended(index, archive)


def test_a_build_that_is_gone_is_rebuilt(index: Path, archive: Path) -> None:
    shutil.rmtree(build(index))
    assert any("build-1" in line for line in found(check_index(index)))
    assert_mended(index, archive)


def publish(index: Path, change: Callable[[Inventory], Any], *documents: Any) -> None:
    """A generation with another inventory, and with more documents."""
    home = IndexFolder.open(index)
    inventory = Inventory.load(home.attachment(ATTACHMENT))
    attachments = inventory.attachments()
    changed = change(inventory)
    writer = home.engine().writer()
    for one in documents:
        writer.add(one)
    writer.commit(attachments if changed is None else changed)


def test_an_article_that_the_index_lacks_is_found(index: Path, archive: Path) -> None:
    home = IndexFolder.open(index)
    with open_index(index) as news:
        gone = news.query("storm").hits[0].id
    attached = {name: home.attachment(name) or b"" for name in (ATTACHMENT, ROOTS_ATTACHMENT)}
    writer = home.engine().writer()
    writer.delete([gone])
    writer.commit(attached)
    assert found(check_index(index)) == ["damaged: build-1: 1 article is missing: storm.md"]
    assert_mended(index, archive)


def test_articles_of_no_file_are_found(index: Path, archive: Path) -> None:
    more = [document(f"{n}.md", "nobody wrote this") for n in range(5)]
    publish(index, lambda inventory: None, *more)
    (line,) = found(check_index(index))
    assert line.startswith("damaged: build-1: 5 articles are of no file of the archive: ")
    assert line.endswith(" …")
    assert_mended(index, archive)


@pytest.mark.parametrize("attached", [b"{}", b"[1]\n", b"", b'{"roots": {"news": {}}}\n'])
def test_an_inventory_that_cannot_be_read_is_found(
    index: Path, archive: Path, attached: bytes
) -> None:
    publish(index, lambda inventory: {ATTACHMENT: attached, ROOTS_ATTACHMENT: b"{}"})
    (line,) = found(check_index(index))
    assert line.startswith("damaged: build-1: the inventory cannot be read (")
    assert_mended(index, archive)


# --- a newer generation that is damaged -----------------------------------------------------------


def halfway(index: Path, archive: Path, spoil: Callable[[Path], None]) -> None:
    """Generation 1, and of generation 2 a damaged part: the power was cut."""
    before = index.with_name("before")
    shutil.copytree(index, before)
    write(archive / "late.md", "# Late ferry\n\nThe ferry came late.\n")
    update_index(index)
    for path in build(before).iterdir():
        if not (build(index) / path.name).exists():
            shutil.copy(path, build(index))
    spoil(build(index))


SPOILS: list[Callable[[Path], Any]] = [
    lambda folder: (folder / "generation-2.json").write_bytes(b""),
    lambda folder: os.truncate(folder / "commit-2.seg", 100),
    lambda folder: (folder / "commit-2.seg").unlink(),
]


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("moved_on", [True, False])
def test_the_generation_before_is_gone_on_from(
    index: Path, archive: Path, spoil: Callable[[Path], Any], moved_on: bool
) -> None:
    halfway(index, archive, spoil)
    if not moved_on:  # the archive is again as generation 1 has it: nothing to index
        (archive / "late.md").unlink()
    report = check_index(index)
    assert report.is_damaged
    assert report.generation == 1
    assert [one.what for one in report.of_kind(Kind.NOTE)] == [
        "searches are answered from generation 1 meanwhile"
    ]
    assert len(report.of_kind(Kind.BEHIND)) == moved_on
    report = assert_mended(index, archive)
    assert build(index).name == "build-1"
    assert report.generation > 2
    assert len(list(build(index).glob("generation-*.json"))) == 1


def test_a_newest_manifest_that_is_gone_is_told_by_what_it_was_published_with(
    index: Path, archive: Path
) -> None:
    halfway(index, archive, lambda folder: (folder / "generation-2.json").unlink())
    report = check_index(index)
    assert report.generation == 1
    assert [one.what for one in report.of_kind(Kind.LEFT_OVER) if "commit-2" in one.file] == [
        "is of generation 2, which an interrupted run never published or whose manifest is gone; "
        "searches are answered from generation 1"
    ]
    assert report.of_kind(Kind.BEHIND)
    assert repair_index(index).repaired
    assert update_index(index).added == 1
    assert found(check_index(index)) == []


def test_a_generation_before_that_is_damaged_too_is_rebuilt(index: Path, archive: Path) -> None:
    halfway(index, archive, SPOILS[0])
    shared = build(index) / segment(index.with_name("before")).name
    flip(shared, shared.stat().st_size // 2)
    assert not check_index(index).is_well
    assert_mended(index, archive)
    assert build(index).name == "build-2"


# --- what survives of a damaged index -------------------------------------------------------------


@pytest.mark.parametrize("harmed", ["newssearch.json", "segment", "generation-1.json"])
def test_a_rebuild_knows_what_the_inventory_knew(
    tmp_path: Path, archive: Path, harmed: str
) -> None:
    """Which extensions are read, when files came, how many there were: the inventory is a file of
    its own, and may be whole where the index cannot be opened."""
    (archive / "storm.md").rename(archive / "storm.txt")
    index = tmp_path / "index"
    update_index(index, [archive], IndexOptions(extensions=(".md", ".txt")))
    (index / "kept/added.tsv").unlink()
    names = {"newssearch.json": index / "newssearch.json", "segment": segment(index)}
    (names.get(harmed) or build(index) / harmed).write_bytes(b"{")
    assert check_index(index).is_damaged
    report = repair_index(index)
    assert found(report) == []
    assert report.articles == 4
    assert [hit[1] for hit in answers(index)].count("Storm passes") == 1


def test_a_damaged_index_is_not_rebuilt_from_what_is_left_of_an_archive(
    index: Path, archive: Path
) -> None:
    for name in ("orchard.md", "storm.md", "2020/08/28/mill.md"):
        (archive / name).unlink()
    segment(index).write_bytes(b"{")
    before = content(build(index))
    report = repair_index(index)
    assert report.is_damaged
    assert report.repaired[0].startswith("not rebuilt: ")
    assert "3 of 4 files are gone" in report.repaired[0]
    assert content(build(index)) == before


# --- left over ------------------------------------------------------------------------------------


def test_what_interrupted_runs_left_behind_is_found_and_removed(index: Path, archive: Path) -> None:
    (index / "build-7").mkdir()
    left = ["build-7", "newssearch.json.new", "kept/roots.json.new"]
    left += [f"build-1/{name}" for name in ("0123456789abcdef.seg", "generation-0.json", "tmpx")]
    for name in left[1:]:
        (index / name).write_bytes(b"left")
    (index / "notes.txt").write_text("not ours")
    (build(index) / "notes.txt").write_text("not ours")
    report = check_index(index)
    assert not report.is_damaged
    assert not report.is_well
    assert sorted(one.file for one in report.findings) == sorted(str(index / one) for one in left)
    assert {one.kind for one in report.findings} == {Kind.LEFT_OVER}
    report = assert_mended(index, archive)
    assert len(report.repaired) == len(left)
    assert not [name for name in left if (index / name).exists()]
    assert (index / "notes.txt").exists()


def test_what_a_writer_has_just_begun_is_not_left_over(index: Path) -> None:
    (build(index) / "0123456789abcdef.seg").write_bytes(b"begun")
    with locked(index / "lock"):
        assert check_index(index).findings == ()
    assert len(check_index(index).findings) == 1
    killed = {"pid": 2**22 + 1, "host": os.uname().nodename, "since": "then"}
    (index / "lock").write_text(json.dumps(killed))
    assert len(check_index(index).findings) == 1
    for held in (killed | {"host": "elsewhere"}, {"pid": os.getpid()}, []):
        (index / "lock").write_text(json.dumps(held))
        assert check_index(index).findings == ()


def test_a_check_is_in_no_writers_way(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes no lock, not even for a moment."""
    (build(index) / "0123456789abcdef.seg").write_bytes(b"left")
    (index / "kept/saved.journal").write_text("[]")

    def taken(*arguments: Any) -> Any:
        pytest.fail("a lock was taken")

    monkeypatch.setattr("newssearch.lock._try_lock", taken)
    assert len(check_index(index).findings) == 2


def test_a_build_that_took_the_place_of_the_one_looked_at_is_not_left_over(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newssearch.check import look

    archive = look.Look._archive

    def after_a_rebuild(self: look.Look) -> Any:
        update_index(index, (), IndexOptions(rebuild=True))
        return archive(self)

    monkeypatch.setattr(look.Look, "_archive", after_a_rebuild)
    assert check_index(index).findings == ()


# --- the archive has moved on ---------------------------------------------------------------------


def test_what_has_changed_in_the_archive_is_counted(index: Path, archive: Path) -> None:
    write(archive / "new.md", "# New\n")
    write(archive / "newer.md", "# Newer\n")
    write(archive / "storm.md", "# Storm passes\n\nThe storm took three roofs.\n")
    (archive / "2020/08/28/mill.md").unlink()
    (archive / "orchard.md").rename(archive / "orchards.md")
    report = check_index(index)
    assert [one.what.split(" since")[0] for one in report.findings] == [
        "2 files are not indexed yet",
        "1 file has changed",
        "1 file was renamed",
        "1 file is gone",
    ]
    assert {(one.kind, one.advice) for one in report.findings} == {
        (Kind.BEHIND, "newssearch index")
    }
    assert not report.is_damaged
    assert not report.is_well
    before = content(build(index))
    assert repair_index(index).repaired == ()  # nothing is damaged: indexing is another command
    assert content(build(index)) == before
    update_index(index)
    assert check_index(index).is_well


def test_changes_that_times_do_not_show_are_found_by_verify(index: Path, archive: Path) -> None:
    path = archive / "storm.md"
    text = path.read_text("utf-8").replace("two", "six")
    before = os.stat(path)
    update_index(index)
    with open(path, "r+", encoding="utf-8") as file:
        file.write(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert found(check_index(index, IndexOptions(verify=True))) == [
        "behind: : 1 file has changed since the archive was indexed"
    ]


def test_an_archive_folder_that_is_missing_is_said_and_not_rebuilt_without(
    index: Path, archive: Path
) -> None:
    expected = answers(index)
    archive.rename(archive.with_name("elsewhere"))
    report = check_index(index)
    assert [one.kind for one in report.findings] == [Kind.BEHIND]
    assert "news: no such file or directory" in report.findings[0].what
    assert "newssearch index --prune" in report.findings[0].advice
    before = content(index)
    flip(segment(index), 5000)
    report = repair_index(index)
    assert report.is_damaged
    assert report.repaired[0].startswith("not rebuilt: ")
    flip(segment(index), 5000)
    assert set(content(index)) == set(before)
    assert answers(index) == expected


def test_an_archive_that_has_lost_most_of_its_files_is_said(index: Path, archive: Path) -> None:
    for name in ("orchard.md", "storm.md", "2020/08/28/mill.md"):
        (archive / name).unlink()
    (finding,) = check_index(index).findings
    assert "3 of 4 files are gone" in finding.what
    flip(segment(index), 5000)
    assert repair_index(index).repaired[0].startswith("not rebuilt: ")


def test_files_that_cannot_be_read_are_noted(index: Path, archive: Path) -> None:
    (archive / "broken.md").write_bytes(b"# \xff\xfe\xfa\n")
    update_index(index)
    report = check_index(index)
    assert report.is_well
    assert found(report) == ["note: : 1 file cannot be read, as when the archive was indexed"]


# --- what cannot be rebuilt -----------------------------------------------------------------------


@pytest.mark.parametrize("harm", [b"{", b"[]", b"\xff", None])
def test_damaged_roots_are_written_anew_from_the_index(
    index: Path, archive: Path, harm: bytes | None
) -> None:
    path = index / "kept/roots.json"
    before = path.read_bytes()
    path.unlink()
    if harm is not None:
        path.write_bytes(harm)
    (line,) = found(check_index(index))
    assert line.startswith("damaged: roots.json: ")
    assert_mended(index, archive)
    assert path.read_bytes() == before
    if harm is not None:
        assert (index / "kept/roots.json.damaged").read_bytes() == harm


def test_roots_and_index_damaged_both_are_mended_where_the_inventory_is_whole(
    index: Path, archive: Path
) -> None:
    (index / "kept/roots.json").write_bytes(b"{")
    flip(segment(index), 5000)
    assert_mended(index, archive)


def test_an_index_that_knows_its_archive_no_more_says_so_and_stays(index: Path) -> None:
    (index / "kept/roots.json").unlink()
    (index / "newssearch.json").write_bytes(b"{")
    flip(index / "build-1/commit-1.seg", 100)
    before = content(index / "build-1")
    with pytest.raises(UsageError, match="newssearch index FOLDER"):
        repair_index(index)
    assert content(index / "build-1") == before
    (index / "kept/roots.json").write_bytes(b"{")
    with pytest.raises((IndexCorrupt, UsageError), match=r"newssearch index "):
        repair_index(index)
    assert content(index / "build-1") == before


def test_damaged_days_are_taken_from_the_index(index: Path, archive: Path) -> None:
    path = index / "kept/added.tsv"
    before = path.read_bytes()
    for number, harm in enumerate((before[:-9], before.replace(b"\t", b"x"), b"", None), 1):
        path.unlink(missing_ok=True)
        if harm is not None:
            path.write_bytes(harm)
        lines = found(check_index(index))
        assert lines
        assert all(line.startswith("damaged: added.tsv: ") for line in lines)
        assert_mended(index, archive)
        assert sorted(path.read_bytes().splitlines()) == sorted(before.splitlines())
        asides = list((index / "kept").glob("added.tsv.damaged*"))
        assert len(asides) == min(number, 3)  # none of a file that was gone


def test_days_of_files_that_are_gone_are_kept_as_far_as_they_can_be_read(
    index: Path, archive: Path
) -> None:
    path = index / "kept/added.tsv"
    gone = b"1999-01-02\tnews\tgone.md\n"
    path.write_bytes(gone + path.read_bytes()[:-9] + b"\n")
    assert_mended(index, archive)
    assert gone in path.read_bytes()


def seen_paths(index: Path) -> list[Path]:
    return sorted((index / "kept/saved").glob("*.seen"))


@pytest.mark.parametrize("harm", [lambda path: flip(path, 60), Path.unlink])
def test_what_a_search_has_reported_is_not_made_up(
    saved: Path, harm: Callable[[Path], Any]
) -> None:
    path = seen_paths(saved)[0]
    harm(path)
    (finding,) = check_index(saved).findings
    assert finding.kind == Kind.DAMAGED
    assert finding.file == str(path)
    assert "has reported" in finding.what
    was_there = path.exists()
    report = repair_index(saved)
    assert report.is_damaged
    assert finding.advice in {one.advice for one in report.findings}
    assert finding.advice.startswith("to begin anew: newssearch saved add --force ")
    assert finding.advice.endswith(""" OR "two words"'""")
    assert not path.exists()
    assert path.with_name(path.name + ".damaged").exists() == was_there
    assert len(saved_searches(saved)) == 2
    name = finding.advice.split("--force ")[1].split()[0]
    with changing(saved) as kept:  # as the command does
        kept.add(kept.searches[name], Seen())
    assert check_index(saved).findings == ()


@pytest.mark.parametrize("harm", [b"", b"{", b'{"version": 1, "searches": {"x": 3}}', None])
def test_saved_searches_that_cannot_be_read_are_set_aside_with_what_they_reported(
    saved: Path, harm: bytes | None
) -> None:
    path = saved / "kept/saved.json"
    reported = {one.name: one.read_bytes() for one in seen_paths(saved)}
    path.unlink()
    if harm is not None:
        path.write_bytes(harm)
    (line,) = found(check_index(saved))
    assert line.startswith("damaged: saved.json: ")
    report = repair_index(saved)
    assert report.findings == ()
    assert saved_searches(saved) == {}
    if harm is not None:
        assert (saved / "kept/saved.json.damaged").read_bytes() == harm
    aside = saved / "kept/saved.damaged"
    with changing(saved) as kept:
        kept.add(SavedSearch("new", "fog", "2020-08-28"), Seen())
    assert {one.name: one.read_bytes() for one in aside.iterdir()} == reported


def test_a_change_of_saved_searches_that_was_begun_is_ended(saved: Path) -> None:
    path = saved / "kept/saved.json"
    after = path.read_bytes().replace(b"2020-08-28", b"2020-08-29")
    path.with_name("saved.json.next").write_bytes(_with_checksum(after))
    (saved / "kept/saved.journal").write_text('["saved.json"]')
    assert found(check_index(saved)) == [
        "left over: saved.journal: a change of the saved searches was begun and not ended"
    ]
    report = repair_index(saved)
    assert report.findings == ()
    assert {one.added for one in saved_searches(saved).values()} == {"2020-08-29"}


def _with_checksum(content: bytes) -> bytes:
    """Saved searches as somebody edits them, without a checksum if they have one."""
    values = json.loads(content)
    values.pop("checksum", None)
    return json.dumps(values).encode()


def test_a_change_of_saved_searches_that_goes_on_is_no_finding(saved: Path) -> None:
    with changing(saved):
        (saved / "kept/saved.journal").write_text("[]")
        assert check_index(saved).findings == ()
    assert len(check_index(saved).findings) == 1


def test_a_journal_that_cannot_be_read_is_set_aside(saved: Path) -> None:
    (saved / "kept/saved.journal").write_bytes(b"{")
    (line,) = found(check_index(saved))
    assert line.startswith("damaged: saved.journal: ")
    assert repair_index(saved).findings == ()
    assert (saved / "kept/saved.journal.damaged").read_bytes() == b"{"


# --- repairs that fail ----------------------------------------------------------------------------


@pytest.mark.parametrize("newest", [True, False])
def test_a_repair_that_fails_at_any_step_can_be_made_again(
    saved: Path, archive: Path, monkeypatch: pytest.MonkeyPatch, newest: bool
) -> None:
    """Nothing is lost on the way, not even what could not be read."""
    if newest:
        segment(saved).write_bytes(b"damaged segment")
    else:
        halfway(saved, archive, SPOILS[1])
    harmed = {"roots.json": b"{damaged", "added.tsv": b"damaged", "saved.json": b"[damaged"}
    for name, harm in harmed.items():
        (saved / "kept" / name).write_bytes(harm)
    work, steps = saved.with_name("work"), 0
    while True:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(saved, work)
        left = [steps]

        def failing(call: Callable[..., Any], left: list[int] = left) -> Callable[..., Any]:
            def made(*arguments: Any, **options: Any) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    raise OSError(5, "Input/output error", str(arguments[0]))
                return call(*arguments, **options)

            return made

        with monkeypatch.context() as patched:
            for name in ("replace", "rename", "link"):
                patched.setattr(os, name, failing(getattr(os, name)))
            with contextlib.suppress(EngineError, OSError):
                repair_index(work)
        held = [path.read_bytes() for path in (work / "kept").iterdir() if path.is_file()]
        assert set(harmed.values()) <= set(held), steps
        assert_mended_again(work, archive)
        held = [path.read_bytes() for path in (work / "kept").iterdir() if path.is_file()]
        assert set(harmed.values()) <= set(held), steps
        if left[0] >= 0:
            break
        steps += 1
    assert steps > 9


def assert_mended_again(index: Path, archive: Path) -> None:
    assert not repair_index(index).is_damaged
    update_index(index)
    assert found(check_index(index)) == []
    with open_index(index) as news:
        assert news.query(EVERYTHING).total == len(list(archive.rglob("*.md")))


def test_beside_a_writer_nothing_is_repaired(index: Path) -> None:
    flip(segment(index), 5000)
    before = content(index)
    with locked(index / "lock"), pytest.raises(IndexLocked, match="is being written by"):
        repair_index(index)
    assert {path: one for path, one in content(index).items() if not path.endswith("lock")} == {
        path: one for path, one in before.items() if not path.endswith("lock")
    }


def test_a_repair_that_fails_leaves_the_index_as_it_was(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip(segment(index), 5000)
    before = content(build(index))

    def full(*arguments: Any, **options: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generation, "replace_file", full)
    with pytest.raises(EngineError, match="no space left"):
        repair_index(index)
    monkeypatch.undo()
    assert content(build(index)) == before
    assert [path.name for path in index.glob("build-*")] == ["build-1"]


def test_a_rebuild_meanwhile_is_met(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The build that was opened is gone when it is looked at: another took its place."""
    from newssearch.engine import choose

    examine = choose.examine

    def after_a_rebuild(name: str, folder: Path) -> Any:
        monkeypatch.setattr(choose, "examine", examine)
        update_index(index, (), IndexOptions(rebuild=True))
        return examine(name, folder)

    monkeypatch.setattr(choose, "examine", after_a_rebuild)
    report = check_index(index)
    assert report.findings == ()
    assert report.articles == 4
