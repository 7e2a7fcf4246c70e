"""Where the newest generation cannot be opened and the one before can, every command says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asked_desk import READS, Desk, small_limits

SAYS_NOTHING = [("saved", "list"), ("index", "--dry-run")]  # they ask no generation; they mend


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with small_limits():
        yield Desk(tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize("asked", [asked for asked in READS if asked not in SAYS_NOTHING])
@pytest.mark.parametrize("quiet", [(), ("-q",)])
def test_an_answer_of_an_older_generation_is_not_given_in_silence(
    desk: Desk, asked: tuple[str, ...], quiet: tuple[str, ...]
) -> None:
    desk.fresh(with_older=True)
    assert "meanwhile" not in desk.ask(asked).err
    (desk.index / "build-1" / "generation-2.json").write_bytes(b"damaged")
    said = desk.ask(asked if asked == ("WHOOSH",) else (*asked, *quiet))
    assert said.status == desk.older[asked].status
    assert said.err.count("(generation 1 answers meanwhile)") == 1
    line = next(line for line in said.err.splitlines() if "meanwhile" in line)
    assert line.startswith("note: ")
    assert "generation-2.json: is damaged; type `newssearch index --rebuild`" in line


def test_the_next_run_goes_on_from_the_older_generation(desk: Desk) -> None:
    desk.fresh(with_older=True)
    (desk.index / "build-1" / "commit-2.seg").unlink()
    assert desk.ask(("index",)).status == 0
    for asked in READS[:4]:
        assert desk.ask(asked)[:2] == desk.expected[asked][:2]
    assert "meanwhile" not in desk.ask(READS[0]).err
