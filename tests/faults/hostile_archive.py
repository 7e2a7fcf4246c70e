"""An archive into which tests put files that attack who indexes them, as a fixture. Used by
test_hostile_files.py and its parts, which take the fixture over by name."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest

from newssearch.cli.main import main

GOOD = "# Harbour reopens\n\nThe lanternboat is back.\n"
SECONDS = 20  # of the processor's time that a hostile archive may take a process of its own


class Archive:
    """An archive `news` with one good article, and the program in the folder above it."""

    def __init__(self, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
        self._capture = capsysbinary
        Path("news").mkdir()
        self.add("good.md", GOOD)

    def add(self, name: str | bytes, content: str | bytes, encoding: str = "utf-8") -> bytes:
        path = os.path.join(b"news", os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(content.encode(encoding) if isinstance(content, str) else content)
        return path

    def call(self, *arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = self._capture.readouterr()
        said = err.decode()
        assert "Traceback" not in said
        assert "a bug in" not in said, said
        return status, out.decode(), said

    def index(self, *arguments: str) -> tuple[int, str]:
        """Bring the index up to date: exit code, what was said. The archive is not written to."""
        before = fingerprint(Path("news"))
        status, _, said = self.call("index", "--index", "index", "news", "-j", "1", *arguments)
        assert fingerprint(Path("news")) == before
        assert self.found("lanternboat") == ["good.md"]
        return status, said

    def found(self, query: str) -> list[str]:
        """The paths of what a query finds."""
        status, out, _ = self.call(
            *("--index", "index", "query", query, "--no-collapse", "--limit", "all", "--jsonl")
        )
        paths = sorted(json.loads(line)["path"] for line in out.split("\n")[:-1])
        assert bool(paths) == (status == 0)
        return paths

    def shown(self, path: str) -> dict[str, object]:
        """Everything that the index knows of a file's article."""
        status, out, _ = self.call("--index", "index", "show", "--json", "--", path)
        assert status == 0
        article: dict[str, object] = json.loads(out)
        return article


def fingerprint(folder: Path) -> dict[bytes, object]:
    """All that an archive is: names, kinds, contents, times."""
    found: dict[bytes, object] = {}
    for parent, folders, files in os.walk(os.fsencode(folder)):
        for name in folders + files:
            path = os.path.join(parent, name)
            status = os.lstat(path)
            content = b""
            if stat.S_ISREG(status.st_mode) and status.st_size < 1 << 20:
                with open(path, "rb") as stream:
                    content = hashlib.blake2b(stream.read()).digest()
            found[path] = status.st_mode, status.st_size, status.st_mtime_ns, content
    return found


@pytest.fixture
def archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Archive:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "NEWSSEARCH_INDEX", "COLUMNS", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    return Archive(capsysbinary)
