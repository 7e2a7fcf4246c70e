"""Measurements: what the documents quote is the output of these.

Each module is one subject and runs as `python -m bench.<module>`; `./dev bench` runs them all.
They need the corpora (`corpus.py`), which are not part of the project.
"""
