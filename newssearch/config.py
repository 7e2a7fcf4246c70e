"""Settings from files and the environment: what a person need not type each time.

In come the working folder, the environment, what `--index` and `--config` said and the archive
folder that is to be indexed; out go `Settings` and the index's folder. The command line uses it;
flags win over the environment, the environment wins over files.

Three files are read, each winning over the next key by key: `newssearch.toml` in the working
folder or the nearest folder above it; `newssearch.toml` beside the archive folder (where none is
named: beside the index) or the nearest folder above; `$XDG_CONFIG_HOME/newssearch/config.toml`.
`--config` names one file to read in place of them all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from newssearch.errors import UsageError
from newssearch.options import IndexOptions

PROJECT_FILE = "newssearch.toml"
INDEX_VARIABLE = "NEWSSEARCH_INDEX"
MARKER = "newssearch.json"  # an index folder of ours holds this file

#: With less, a run is more overhead than work.
LEAST_MEMORY = 64 * 1024**2

_SIZE = re.compile(r"(\d+)\s*([kmg]?)i?b?", re.IGNORECASE)
_PATHS = ("index", "aliases")  # said relative to the configuration file
_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force; what no file sets has the value it has here."""

    index: Path | None = None  # absolute: the file says it relative to itself
    extensions: tuple[str, ...] = IndexOptions().extensions
    encodings: tuple[str, ...] = IndexOptions().encodings
    max_file_bytes: int = IndexOptions().max_file_bytes
    stemmer: Mapping[str, str] | None = None  # script -> Snowball language; None: the built-in
    jobs: int = IndexOptions().jobs
    memory: int = IndexOptions().memory
    aliases: Path | None = None  # a file of names that are the same name: newssearch.aliases
    leading_wildcards: bool = False


def settings_and_index(
    config_path: str | None,
    index_option: str | None,
    cwd: Path,
    environ: Mapping[str, str],
    archive: str | None = None,
) -> tuple[Settings, Path]:
    """The settings in force, and the folder of the index to use.

    A file that is read for standing beside the index has no say in which index that is.
    """
    if archive is not None:
        settings = load_settings(config_path, cwd, environ, cwd / archive)
        return settings, find_index(index_option, environ, cwd, settings)
    settings = load_settings(config_path, cwd, environ)
    index = find_index(index_option, environ, cwd, settings)
    return load_settings(config_path, cwd, environ, index), index


def load_settings(
    config_path: str | None,
    cwd: Path,
    environ: Mapping[str, str],
    neighbour: Path | None = None,
) -> Settings:
    """Read the configuration files that there are; raises UsageError for one that is wrong.

    `neighbour` is the archive or the index: a file beside it or above it is read as well.
    """
    values: dict[str, Any] = {}
    for file in dict.fromkeys(_config_files(config_path, cwd, environ, neighbour)):
        values = _read(file) | values
    return Settings(**values)


def find_index(
    option: str | None, environ: Mapping[str, str], cwd: Path, settings: Settings
) -> Path:
    """The folder of the index to use, which need not exist.

    In order: `--index`, `NEWSSEARCH_INDEX`, the configuration's `index`, `./index`, then an
    `index/` further up that holds an index of ours; where none does, `./index`.
    """
    named = named_index(option, environ)
    if named:
        return cwd / Path(named).expanduser()
    if settings.index is not None:
        return settings.index
    for folder in (cwd, *cwd.parents):
        if os.path.isfile(folder / "index" / MARKER):
            return folder / "index"
    return cwd / "index"


def named_index(option: str | None, environ: Mapping[str, str]) -> str | None:
    """The index that was named for this call, with `--index` or `NEWSSEARCH_INDEX`, if one was."""
    return option or environ.get(INDEX_VARIABLE)


def normal_extension(text: str) -> str:
    """A file name extension as the indexer compares it: `MD` and `.md` are `.md`."""
    extension = "." + text.strip().lstrip(".").lower()
    if extension == "." or "/" in extension or "#" in extension:  # a digest's entries have `#1`
        raise UsageError(f"not a file name extension: {text!r}; write it as md or .md")
    return extension


def _config_files(
    config_path: str | None, cwd: Path, environ: Mapping[str, str], neighbour: Path | None
) -> Iterator[Path]:
    """The files to read, the one that wins first.

    `os.path.isfile`, since a file in a folder that may not be entered is no file to it.
    """
    if config_path is not None:
        file = cwd / Path(config_path).expanduser()
        if not os.path.isfile(file):
            raise UsageError(f"{file}: there is no such configuration file")
        yield file
        return
    yield from _nearest((cwd, *cwd.parents))
    if neighbour is not None:
        yield from _nearest(Path(os.path.abspath(neighbour)).parents)
    base = environ.get("XDG_CONFIG_HOME")
    if not base and environ.get("HOME"):
        base = str(Path(environ["HOME"]) / ".config")
    if base and os.path.isfile(user_file := Path(base) / "newssearch" / "config.toml"):
        yield user_file


def _nearest(folders: Iterable[Path]) -> Iterator[Path]:
    """The first project file in these folders, if any holds one."""
    for folder in folders:
        if os.path.isfile(folder / PROJECT_FILE):
            yield folder / PROJECT_FILE
            return


def _read(file: Path) -> dict[str, Any]:
    import tomllib  # 6 ms of start-up that a run without a configuration file does not pay

    try:
        with open(file, "rb") as stream:
            content = tomllib.load(stream)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: is not TOML: {error}") from error
    return {key: _checked(file, key, value) for key, value in content.items()}


def _checked(file: Path, key: str, value: Any) -> Any:
    """The value of one key as `Settings` holds it."""
    if key not in _READERS:
        raise UsageError(_unknown(file, key, [field.name for field in fields(Settings)]))
    try:
        checked = _READERS[key](value)
    except (TypeError, ValueError, UsageError) as error:
        raise UsageError(f"{file}: {key}: {error}") from error
    return (file.parent.absolute() / checked) if key in _PATHS else checked


def _unknown(file: Path, key: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(key, known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    return f"{file}: unknown key {key!r}; {advice}"


def _folder(value: Any) -> Path:
    return _path(value, "a folder")


def _file(value: Any) -> Path:
    return _path(value, "a file")


def _path(value: Any, kind: str) -> Path:
    if not isinstance(value, str) or not value:
        raise TypeError(f"must be the name of {kind}")
    return Path(value).expanduser()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"must be true or false, not {value!r}")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed or not all(isinstance(v, str) for v in listed):
        raise TypeError("must be a text or a list of texts")
    return tuple(listed)


def _extensions(value: Any) -> tuple[str, ...]:
    return tuple(normal_extension(text) for text in _texts(value))


def _encodings(value: Any) -> tuple[str, ...]:
    for name in _texts(value):
        try:
            "a".encode(name)
        except (LookupError, UnicodeError):  # no encoding, or one of other things than text
            raise ValueError(f"there is no encoding {name!r}") from None
    return _texts(value)


def _size(value: Any) -> int:
    match = _SIZE.fullmatch(str(value).strip()) if not isinstance(value, bool) else None
    if match is None or not int(match[1]):
        raise ValueError(f'must be a size, as 1000000 or "16MB", not {value!r}')
    return int(match[1]) * _UNITS[match[2].lower()]


def _jobs(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"must be a number of processes, 1 or more, not {value!r}")
    return value


def _memory(value: Any) -> int:
    size = _size(value)
    if size < LEAST_MEMORY:
        raise ValueError(f"must be at least {LEAST_MEMORY // _UNITS['m']}MB, not {value!r}")
    return size


def _stemmer(value: Any) -> dict[str, str]:
    scripts = ("latin", "cyrillic")
    if (
        not isinstance(value, dict)
        or not all(isinstance(name, str) for name in value.values())
        or not set(value) <= set(scripts)
    ):
        raise TypeError('must be a table such as {latin = "english", cyrillic = "russian"}')
    return dict(value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "index": _folder,
    "extensions": _extensions,
    "encodings": _encodings,
    "max_file_bytes": _size,
    "stemmer": _stemmer,
    "jobs": _jobs,
    "memory": _memory,
    "aliases": _file,
    "leading_wildcards": _flag,
}
