"""`python -m newssearch`: the same as the command `newssearch`."""

from __future__ import annotations

import sys

from newssearch.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
