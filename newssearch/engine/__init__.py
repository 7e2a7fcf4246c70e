"""What holds the documents and answers query trees.

    base.py              the seam: what an engine does
    choose.py            which engine holds an index
    record.py            a document as plain JSON values
    ranking.py           BM25F, as formulas
    evaluate.py          a query tree over postings to scored documents
    order.py             scored documents to stories, sorted and cut
    whoosh_engine.py     the engine on Whoosh
    whoosh_schema.py     an article as a Whoosh document
    whoosh_writer.py     makes a generation
    whoosh_publish.py    puts its files on the disk, whole or not at all
    whoosh_files.py      holds them open while they are read
    whoosh_snapshot.py   answers on one generation
    whoosh_postings.py   Whoosh's postings and columns, as evaluate and order read them
    whoosh_blocks.py     posting lists, a block at a time
    whoosh_columns.py    columns, document -> value
    whoosh_filters.py    a query's conditions, by terms and columns
    whoosh_totals.py     counts over all documents

Whoosh is imported in `whoosh_*` alone.
"""
