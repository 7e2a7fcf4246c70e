"""What holds the documents and answers query trees.

    base.py              the seam: what an engine does
    choose.py            which engine holds an index
    record.py            a document as plain JSON values
    ranking.py           BM25F, as formulas
    evaluate.py          a query tree over postings to scored documents
    order.py             scored documents to stories, sorted and cut
    whoosh_schema.py     an article as a Whoosh document
    whoosh_postings.py   Whoosh's postings and columns, as evaluate and order read them
    whoosh_engine.py     the engine on Whoosh: folders, writers, snapshots

Whoosh is imported in `whoosh_*` alone.
"""
