"""Text to terms: the same way for articles and for queries.

    scripts.py    which characters make words, and of which script
    folding.py    a word's spelling made one: case, accents, compatibility forms
    stems.py      a folded word to its stem, by script
    analyzer.py   text to tokens; the one object that the rest of the package uses

Knows no Whoosh, no files and no queries.
"""
