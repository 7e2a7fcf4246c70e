"""From what a person typed to a tree that an engine can run.

    nodes.py     the tree
    lexer.py     characters to lexemes, with their places
    parser.py    lexemes to a tree, with notes on what could not be meant
    fields.py    the fields a query may name, and what their values may be
    values.py    the values of fields that do not hold text
    dates.py     dates and ranges as people type them
    terms.py     the tree's words to the terms they are indexed under

Knows no index.
"""
