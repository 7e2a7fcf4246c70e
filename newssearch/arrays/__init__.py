"""Numbers in whole arrays, NumPy only: no Whoosh, no files, no articles.

bits.py       numbers of any width in a stream of bits
monotone.py   ascending lists, about two bits a number above what must be said
inverted.py   occurrences to one list for each term
spans.py      places, and which of them come near others
texts.py      byte strings by the hundred thousand: sorted, chosen, joined
topk.py       the best of many without sorting them
"""
