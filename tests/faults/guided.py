"""Articles and queries made by what they reach: atheris (libFuzzer) changes an input where that led
to code that no input had come to before.

In: how many seconds, of which each target gets its share. Out: an outcome; a trial is an input.
Held against `article_rules` and `query_fuzzer`'s rules, but for the time that they allow: all code
is slowed down by being watched.

atheris is needed by nothing else: it is installed in a temporary folder, which a process for each
target finds before it begins. Where that cannot be done the suite says so and has no trials.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from outcome import Outcome, Tally

SUITE = "inputs led by what they reach"

#: No input takes longer, in seconds; none is longer, in bytes.
_SLOWEST, _LONGEST = 20, 4000

#: So many inputs are made at random to begin with.
_BEGINNINGS = 200

_DONE = re.compile(r"^stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)


def soak(trials: int, seed: int) -> Outcome:
    """`trials` are the seconds here."""
    tally = Tally(SUITE)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        modules = Path(folder, "modules")
        if why := install(modules):
            return Outcome(SUITE, 0, notes=(f"left out: {why}",))
        for name in TARGETS:
            _run(name, max(trials // len(TARGETS), 1), seed, Path(folder), tally)
    return tally.outcome()


def install(modules: Path) -> str:
    """Put atheris into a folder; why that cannot be done, where it cannot."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(modules)]
    command = [*pip, "--only-binary", ":all:", "atheris"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    return f"atheris cannot be installed: {(done.stderr.strip().splitlines() or ['?'])[-1]}"


def _run(name: str, seconds: int, seed: int, folder: Path, tally: Tally) -> None:
    """One target, in a process that libFuzzer ends."""
    corpus = folder / name
    corpus.mkdir()
    for number, data in enumerate(_beginnings(name, seed)):
        (corpus / str(number)).write_bytes(data)
    options = {
        "seed": seed % 2**31 or 1,
        "max_total_time": seconds,
        "max_len": _LONGEST,
        "timeout": _SLOWEST,
        "print_final_stats": 1,
        "artifact_prefix": f"{folder}/wrong-{name}-",
    }
    paths = [folder / "modules", Path(__file__).parent, Path(__file__).parent.parent]
    known = [path for path in sys.path if path]
    done = subprocess.run(
        [sys.executable, "-B", __file__, name, *(f"-{k}={v}" for k, v in options.items()), corpus],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*paths, *known]))},
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        check=False,
    )
    told = done.stdout + done.stderr
    tally.trials += sum(map(int, _DONE.findall(told)))
    if done.returncode:
        inputs = [path.read_bytes() for path in folder.glob(f"wrong-{name}-*")]
        kind = "silent" if "AssertionError" in told else "crashes"
        tally.wrong(kind, f"{name}, ended {done.returncode}: {inputs!r}: {told[:2000]}")


def _beginnings(name: str, seed: int) -> list[bytes]:
    import article_fuzzer
    import query_fuzzer

    if name == "query":
        queries = query_fuzzer.Fuzzer(seed)
        return [queries.query().encode("utf-8", "replace") for _ in range(_BEGINNINGS)]
    files = article_fuzzer.Fuzzer(seed)
    return [files.file().data[:_LONGEST] for _ in range(_BEGINNINGS)]


def read_file(data: bytes) -> None:
    """A file as it may lie in an archive."""
    from article_rules import Made, Slow, check

    with contextlib.suppress(Slow):  # it is watched
        check(Made(data, "2020/08/27/a.md", ("utf-8",)))


def read_header(data: bytes) -> None:
    """A file, all of whose bytes stand in the header."""
    read_file(b"---\n" + data + b"\n---\n\nThe lantern is lit.\n")


def read_digest(data: bytes) -> None:
    """A file of several articles, the bytes in the middle."""
    read_file("## 摘要\n\n### Fog\n\n".encode() + data + b"\n\n### Ferry\n\n[Details](b.md)\n")


def read_text(data: bytes) -> None:
    """Lines of a body."""
    from newssearch.article.plaintext import clean_paragraphs

    lines = data.decode("utf-8", "replace").split("\n")
    for paragraph in clean_paragraphs(lines, 1):
        assert "\n" not in paragraph.text, paragraph
        assert 1 <= paragraph.line <= len(lines), paragraph


def read_query(data: bytes) -> None:
    """What somebody types."""
    from query_fuzzer import check

    check(data.decode("utf-8", "replace"), _analyzer(), any_word=len(data) % 3 == 0)


def _analyzer() -> Any:
    from newssearch.analysis.analyzer import Analyzer

    return _ANALYZERS.setdefault("", Analyzer())


_ANALYZERS: dict[str, Any] = {}

TARGETS: dict[str, Callable[[bytes], None]] = {
    "file": read_file,
    "header": read_header,
    "digest": read_digest,
    "text": read_text,
    "query": read_query,
}


def main() -> None:
    """What the process of a target does: it does not return."""
    import atheris

    with atheris.instrument_imports(include=["newssearch"]):
        import article_rules  # noqa: F401  these import all that is asked below
        import query_fuzzer  # noqa: F401

        import newssearch.article.plaintext
        import newssearch.article.read  # noqa: F401
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
