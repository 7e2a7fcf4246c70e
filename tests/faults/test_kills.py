"""A run that is killed at any moment: the index answers as before or as after, and the next run
leaves no trace of it. Forked processes are killed by `kills`; here are also some real ones, which
go on with one index. `./dev soak --kills 1000` is a long run."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import kills
import pytest

from newssearch.indexer import update_index
from newssearch.lock import locked
from newssearch.options import IndexOptions
from newssearch.query import open_index

TRIALS = int(os.environ.get("NEWSSEARCH_TRIALS", "4"))
SEED = int(os.environ.get("NEWSSEARCH_SEED", "20200827"))

# Runs `newssearch index …` with so many processes that read, and ends by a signal at the Nth time
# that it opens, renames or removes something (arguments: "call", N), or so many seconds after it
# has begun ("time", S). An alarm that nobody handles kills as SIGKILL does.
WRITER = """
import os, signal, sys, time
workers, how, when, *arguments = sys.argv[1:]
from newssearch.cli.main import main
import newssearch.batch, newssearch.crew, newssearch.indexer, newssearch.workers
import newssearch.engine.columnar.part
crew = newssearch.crew
newssearch.workers._FILES, crew._FEW, crew._LITTLE, crew._processors = 5, 0, 0, lambda: int(workers)
calls = 0
def count(event, given):
    global calls
    if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.scandir", "os.truncate"):
        calls += 1
        if how == "call" and calls == int(when):
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
begin = time.perf_counter()
if how == "time":
    signal.setitimer(signal.ITIMER_REAL, float(when))
status = main(arguments)
print(calls, time.perf_counter() - begin)
sys.exit(status)
"""

SEGMENT = re.compile(r"[0-9a-f]{16}(?=[.]seg)")
QUERIES = ("lukashenko", "harbour OR bridge", "卢卡申科", "kind:digest", "trial")


def write(
    how: str, when: object, index: Path, *options: str, workers: int = 1
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WRITER, str(workers), how, str(when)]
    command += ["--index", str(index), "index", *options]
    # a worker that stayed would hold the pipes open
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def answers(index: Path) -> list[object]:
    with open_index(index) as news:
        return [
            [(hit.id, hit.score, hit.title) for hit in news.query(query, limit=None)]
            for query in QUERIES
        ]


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(index: Path) -> set[str]:
    """The files of an index, but for the names of segments and the numbers of generations."""
    paths = (str(path.relative_to(index)) for path in index.rglob("*"))
    plain = (SEGMENT.sub("segment", path) for path in paths)
    return {re.sub(r"(build-|commit-|generation-)\d+", r"\1n", path) for path in plain}


def leftovers(index: Path) -> list[str]:
    """Builds beside the current one, segments that no generation lists, older generations."""
    (build, *others), (manifest, *old) = (
        sorted(index.glob("build-*")),
        index.glob("build-*/generation-*.json"),
    )
    listed = manifest.read_bytes()
    segments = {path.name for path in build.iterdir() if SEGMENT.match(path.name)}
    unlisted = [name for name in sorted(segments) if name.encode() not in listed]
    return [*map(str, (*others, *old)), *unlisted]


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="what a process holds open is seen in /proc"
)
def test_a_run_killed_at_any_moment_loses_nothing() -> None:
    seed = random.randrange(2**32)
    outcome = kills.soak(40, seed)
    assert outcome.is_clean, (seed, outcome.notes)
    assert outcome.trials >= 40


@pytest.mark.parametrize(("options", "workers"), [((), 1), (("--rebuild",), 2)])
def test_a_killed_writer_harms_nothing(
    tmp_path: Path, seeds: Path, options: tuple[str, ...], workers: int
) -> None:
    rng = random.Random(SEED)
    print(f"NEWSSEARCH_SEED={SEED}")
    archive, index = tmp_path / "news", tmp_path / "index"
    shutil.copytree(seeds, archive)
    update_index(index, [archive])
    done = write("never", 0, index, "--rebuild", workers=workers)
    assert done.returncode == 0, done.stderr
    clean = names(index)
    (archive / "change.md").write_text("# Before the trials\n\nA bridge, a harbour.\n")
    done = write("never", 0, index, *options, workers=workers)  # as those that will be killed
    assert done.returncode == 0, done.stderr
    calls, seconds = done.stdout.split()
    killed = 0
    for trial in range(TRIALS):
        (archive / "change.md").write_text(f"# Trial {trial}\n\nA bridge, a harbour.\n")
        if trial % 3 == 0:
            (archive / f"{trial}.md").write_text(f"# Another trial\n\nNumber {trial}.\n")
        before, files = answers(index), content(archive)
        if trial % 2:
            call = int(rng.uniform(1, int(calls)))
            run = write("call", call, index, *options, workers=workers)
        else:
            moment = rng.uniform(0.0005, float(seconds))
            run = write("time", moment, index, *options, workers=workers)
        killed += run.returncode in (-signal.SIGKILL, -signal.SIGALRM)
        assert run.returncode <= 0, run.stderr
        assert "Traceback" not in run.stderr
        assert content(archive) == files
        between = answers(index)
        with locked(index / "lock"):
            pass
        assert not update_index(index).failed
        assert between in (before, answers(index))
        (archive / "last.md").write_text(f"# Last\n\nAfter {trial}.\n")
        update_index(index)
        assert names(index) == clean | {"kept/added.tsv"}
        assert leftovers(index) == []
    assert killed > TRIALS // 5
    fresh = tmp_path / "fresh"
    shutil.copytree(index, fresh)
    update_index(fresh, options=IndexOptions(rebuild=True))
    assert answers(index) == answers(fresh)


def test_a_killed_first_run_leaves_a_folder_that_the_next_one_takes(
    tmp_path: Path, seeds: Path
) -> None:
    rng = random.Random(SEED)
    clean = tmp_path / "clean"
    update_index(clean, [seeds])
    for trial in range(TRIALS):
        index = tmp_path / f"index{trial}"
        write("call", rng.randrange(1, 200), index, str(seeds))
        assert not update_index(index, [seeds]).failed
        assert names(index) == names(clean)
        assert leftovers(index) == []
        assert answers(index) == answers(clean)
