"""From what a person typed to a tree that an engine can run.

    nodes.py       the tree
    lexer.py       characters to lexemes, with their places
    parser.py      lexemes to a tree: brackets, operators, fields
    reading.py     how queries are read, and their limits
    leaves.py      the tree's leaves: words, phrases, conditions
    words.py       the marks of words: =word, wor*, wo?d, word~, word^2
    positions.py   W/5, atleast3( ), lead( )
    doubts.py      what was perhaps meant otherwise
    notes.py       what the query's writer should know
    fields.py      the fields a query may name, and what their values may be
    values.py      the values of fields that do not hold text
    dates.py       dates and ranges as people type them
    drawing.py     the tree drawn for a person
    terms.py       the tree's words to the terms they are indexed under
    sequences.py   a word to the sequences of terms that it may stand as
    runs.py        what a long run of Chinese, Japanese or Korean characters may mean
    near.py        what stands near each other, where it is more than words
    aliases.py     names that are the same name
    patterns.py    which words a pattern or a misspelt word stands for

Knows no index.
"""
