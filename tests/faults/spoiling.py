"""What may become of a file on a disk that fails, in a transfer, by somebody's hand.

In: a folder, a random source. Out: one file of it spoilt, and what was done in words. Used by
`corruption`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

_BLOCKS = (16, 512, 4096)

Spoil = Callable[[bytes, random.Random], bytes]


def flipped(content: bytes, rng: random.Random) -> bytes:
    """One bit, or a few."""
    result = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 4))):
        bit = rng.randrange(8 * len(result))
        result[bit // 8] ^= 1 << bit % 8
    return bytes(result)


def changed(content: bytes, rng: random.Random) -> bytes:
    """One byte is another, one that means something in text most often."""
    place = rng.randrange(len(content))
    byte = rng.choice((*b'0123456789\n\t ",:{}[]', rng.randrange(256)))
    return content[:place] + bytes([byte]) + content[place + 1 :]


def cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.choice((0, len(content) - 1, rng.randrange(len(content))))]


def _over(content: bytes, rng: random.Random, filling: Callable[[int], bytes]) -> bytes:
    start = rng.randrange(len(content))
    longest = len(content) - start
    length = rng.choice((min(longest, rng.choice(_BLOCKS)), rng.randrange(1, longest + 1)))
    return content[:start] + filling(length) + content[start + length :]


def zeroed(content: bytes, rng: random.Random) -> bytes:
    return _over(content, rng, bytes)


def overwritten(content: bytes, rng: random.Random) -> bytes:
    return _over(content, rng, rng.randbytes)


def swapped(content: bytes, rng: random.Random) -> bytes:
    """Two blocks in each other's place, or one block twice."""
    size = rng.choice(_BLOCKS)
    blocks = [content[i : i + size] for i in range(0, len(content), size)]
    one, other = rng.randrange(len(blocks)), rng.randrange(len(blocks))
    if rng.random() < 0.7:
        blocks[one], blocks[other] = blocks[other], blocks[one]
    else:
        blocks[one] = blocks[other]
    return b"".join(blocks)


def longer(content: bytes, rng: random.Random) -> bytes:
    return content + rng.choice((b"\0", content, rng.randbytes(rng.randrange(1, 5000)), b"\n"))


def shorter(content: bytes, rng: random.Random) -> bytes:
    """A part in the middle is gone: lines, perhaps."""
    start = rng.randrange(len(content))
    return content[:start] + content[rng.randrange(start, len(content)) :]


SPOILS: tuple[Spoil, ...] = (
    *(flipped, flipped, changed, changed, cut, zeroed, overwritten, swapped, longer, shorter),
)


def spoil(folder: Path, rng: random.Random) -> tuple[Path, str]:
    """Spoil a file of a folder, each as likely as any other; which, and how."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    path = rng.choice(files)
    content = path.read_bytes()
    if rng.random() < 0.04:
        path.unlink()
        return path, "missing"
    if rng.random() < 0.04:
        path.write_bytes(rng.choice(files).read_bytes() if len(files) > 1 else b"")
        return path, "another file"
    if not content:
        path.write_bytes(rng.randbytes(rng.randrange(1, 300)))
        return path, "no longer empty"
    how = rng.choice(SPOILS)
    path.write_bytes(how(content, rng))
    return path, how.__name__
