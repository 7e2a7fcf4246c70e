"""The engine on columnar segments: compact on disk, searched as arrays.

    segment_file.py   one file of named sections, each byte of it under a checksum
    lists.py          a sorted dictionary whose terms have ascending lists of numbers
    segment.py        what a segment holds of its documents, read without NumPy
    generation.py     which segments make a generation: manifest, tombstones, attachments

    writer.py         documents to the next generation
    builder.py        documents to one segment
    merge.py          several segments to one
    lists_writer.py   what lists.py reads

    snapshot.py       a view at one generation
    plain.py          postings for small queries, without NumPy
    search.py         queries as arrays

Whoosh reads the same segments through `engine/whoosh_codec.py`.
"""
