"""Measurements: what the documents quote is the output of these.

Each module `bench_<name>` is one subject and runs as `python -m bench.bench_<name>`; `./dev bench`
runs them all and keeps what they print in RESULTS.md. They need the corpora (`corpus`), which are
not part of the project, and invented archives, which `generate` makes; what is made lies under
results/, which is not committed, or where `$NEWSSEARCH_BENCH` says.
"""
