"""Text to terms: the same way for articles and for queries.

    scripts.py    which characters make words, and of which script
    folding.py    a word's spelling made one: case, accents, compatibility forms
    stems.py      a folded word to its stem, by script
    analyzer.py   text to tokens; the one object that the rest of the package uses
    forms.py      words as they stand in texts, by their terms, to mark them
    sentences.py  where sentences begin
    pairs.py      pairs of CJK characters put together again, to be read by people

and the same for the fields of many articles at once, as NumPy arrays, to index in bulk:

    chunks.py     texts to the strings that can be analysed alone, by their places
    growing.py    arrays that grow at their ends
    interner.py   strings of a few machine words to numbers, exactly
    form_table.py the forms of words that were met, numbered; pairs of characters as numbers
    analyses.py   what the analyzer said about each distinct string, as flat arrays
    breaks.py     where sentences begin, in all texts of a batch
    batches.py    fields to occurrences; the one object that an engine uses

Knows no Whoosh, no files and no queries. A query needs the first list only: it does without NumPy.
"""
